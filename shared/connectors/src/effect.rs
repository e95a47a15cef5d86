//! The effects of each kind of action in Nerve's own database, and their undoing.

use nerve_ledger::{classifications, drafts, notes, notifications, tasks};
use nerve_model::{ActionKind, DraftId, Executable, NoteId, NotificationId, Proposal, TaskId, Timestamp};
use nerve_ports::Statement;
use std::fmt::Display;

/// A write in Nerve's own database.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The statement.
    pub statement: Statement,
    /// The id of the created row.
    pub result: String,
}

/// The error for an action that cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot be taken back")]
pub struct NotReversible(pub ActionKind);

/// The writes that undo the effect of a proposal.
pub fn undo(proposal: &Proposal, action: &Executable, now: Timestamp) -> Result<Vec<Statement>, NotReversible> {
    let (_, undo) = effect(proposal, action, now);
    undo.map(|undo| vec![undo]).ok_or_else(|| NotReversible(action.kind()))
}

/// The effect, and the statement that undoes it. The created row's id derives from the proposal's id, so a repeated
/// effect is refused.
pub(crate) fn effect(proposal: &Proposal, action: &Executable, now: Timestamp) -> (Effect, Option<Statement>) {
    let (id, bits, record) = (proposal.id, proposal.id.as_u128(), proposal.card.home());
    match action {
        Executable::AddNote(note) => {
            let created = NoteId::from_u128(bits);
            (creates(created, notes::insert(created, record, id, note, now)), Some(notes::undo(created, now)))
        }
        Executable::ClassifyEvent(classification) => {
            let event = proposal.card.event.id;
            let insert = classifications::insert(id, event, record, classification, now);
            (creates(event, insert), Some(classifications::undo(id, now)))
        }
        Executable::CreateTask(task) => {
            let created = TaskId::from_u128(bits);
            (creates(created, tasks::insert(created, record, id, task, now)), Some(tasks::undo(created, now)))
        }
        Executable::DraftMessage(draft) => {
            let created = DraftId::from_u128(bits);
            (creates(created, drafts::insert(created, record, id, draft, now)), Some(drafts::undo(created, now)))
        }
        // Colleagues have seen it: it cannot be undone.
        Executable::NotifyInternal(notice) => {
            let created = NotificationId::from_u128(bits);
            (creates(created, notifications::insert(created, record, id, notice, now)), None)
        }
    }
}

fn creates(id: impl Display, statement: Statement) -> Effect {
    Effect { statement, result: id.to_string() }
}
