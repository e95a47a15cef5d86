//! What an approved action does.
//!
//! Pure: a connector builds what is to be done and never does it. It takes an [`Executable`], and a critical action
//! has no such form, so none can ever come here.

use nerve_ledger::{drafts, notes, notifications, tasks};
use nerve_model::{
    ActionKind, DraftId, Executable, Millis, NoteId, NotificationId, Proposal, ProposalId, RecordId, TaskId, Timestamp,
};
use nerve_ports::Statement;
use nerve_protocol::limits::backoff;

/// The actions that have a connector here.
pub const CONFIGURED: &[ActionKind] =
    &[ActionKind::CreateTask, ActionKind::AddNote, ActionKind::DraftMessage, ActionKind::NotifyInternal];

/// How often an action is attempted before a person has to look.
const MAX_ATTEMPTS: u32 = 6;

/// How an action is carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// In Nerve's own database: the effect belongs into the same batch as the result, so both happen or neither.
    Local {
        /// The effect.
        statements: Vec<Statement>,
        /// The id of what is created.
        result: String,
    },
}

/// What follows from a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt, after this time.
    Retry {
        /// How long to wait.
        after: Millis,
    },
    /// Enough: a person has to look.
    Permanent,
}

/// An action that cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot be taken back")]
pub struct NotReversible(pub ActionKind);

/// What is to be done. The id of what is created derives from the proposal's, so doing it twice is refused.
pub fn plan(proposal: &Proposal, action: &Executable, now: Timestamp) -> Plan {
    let (id, record) = (proposal.id, proposal.card.record.id);
    let (statement, result) = effect(id, record, action, now);
    Plan::Local { statements: vec![statement], result }
}

fn effect(id: ProposalId, record: RecordId, action: &Executable, now: Timestamp) -> (Statement, String) {
    let bits = id.as_u128();
    match action {
        Executable::CreateTask(task) => {
            let created = TaskId::from_u128(bits);
            (tasks::insert(created, record, id, task, now), created.to_string())
        }
        Executable::AddNote(note) => {
            let created = NoteId::from_u128(bits);
            (notes::insert(created, record, id, note, now), created.to_string())
        }
        Executable::DraftMessage(draft) => {
            let created = DraftId::from_u128(bits);
            (drafts::insert(created, record, id, draft, now), created.to_string())
        }
        Executable::NotifyInternal(notice) => {
            let created = NotificationId::from_u128(bits);
            (notifications::insert(created, record, id, notice, now), created.to_string())
        }
    }
}

/// How to take back what was done for a proposal. A notification has been seen: nothing takes that back.
pub fn undo(proposal: ProposalId, action: &Executable, now: Timestamp) -> Result<Vec<Statement>, NotReversible> {
    let bits = proposal.as_u128();
    match action {
        Executable::CreateTask(_) => Ok(vec![tasks::undo(TaskId::from_u128(bits), now)]),
        Executable::AddNote(_) => Ok(vec![notes::undo(NoteId::from_u128(bits), now)]),
        Executable::DraftMessage(_) => Ok(vec![drafts::undo(DraftId::from_u128(bits), now)]),
        Executable::NotifyInternal(_) => Err(NotReversible(action.kind())),
    }
}

/// What follows when attempt number `attempts` failed.
pub const fn after_failure(attempts: u32) -> Failure {
    if attempts >= MAX_ATTEMPTS { Failure::Permanent } else { Failure::Retry { after: backoff(attempts) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{Audience, NotifyInternal, Priority};

    #[test]
    fn attempts_are_bounded_and_wait_longer_each_time() {
        let waits: Vec<Failure> = (1..=7).map(after_failure).collect();
        let retry = |seconds| Failure::Retry { after: Millis::seconds(seconds) };
        let expected = [retry(2), retry(4), retry(8), retry(16), retry(32), Failure::Permanent, Failure::Permanent];
        assert_eq!(waits, expected);
    }

    #[test]
    fn what_can_be_taken_back_is_what_the_vocabulary_says() {
        let id = ProposalId::from_u128(1);
        let notice = NotifyInternal { audience: Audience::Team, text: "t".to_owned(), priority: Priority::Normal };
        let action = Executable::NotifyInternal(notice);
        assert_eq!(undo(id, &action, Timestamp::from_millis(0)), Err(NotReversible(ActionKind::NotifyInternal)));
        assert!(!action.kind().is_reversible());
    }
}
