//! What an approved action does.
//!
//! Pure: a connector builds what is to be done and never does it. It takes an [`Executable`], and a critical action
//! has no such form, so none can ever come here.

mod answer;
mod team;

pub use answer::{Verdict, classify};
pub use team::{Misconfigured, Team};

use nerve_ledger::{drafts, notes, notifications, tasks};
use nerve_model::{
    ActionKind, DraftId, Executable, Millis, NoteId, NotificationId, Proposal, ProposalId, RecordId, TaskId, Timestamp,
};
use nerve_ports::{HttpRequest, Statement};
use nerve_protocol::limits::backoff;

/// The actions that have a connector here.
pub const CONFIGURED: &[ActionKind] = Executable::KINDS;

/// How often an action is attempted before a person has to look.
const MAX_ATTEMPTS: u32 = 6;

/// How an action is carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// In Nerve's own database: the effect belongs into the same batch as the result, so both happen or neither.
    Local(Effect),
    /// At a tool outside, once; what is written here follows when the tool has taken it.
    Outward {
        /// What to send.
        request: HttpRequest,
        /// Whether the tool tells a repeated request from a new one: then it can be sent again without harm.
        takes_keys: bool,
        /// What to write with the result.
        effect: Effect,
    },
}

/// What is written here.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The statement.
    pub statement: Statement,
    /// The id of what is created.
    pub result: String,
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
pub fn plan(proposal: &Proposal, action: &Executable, team: &Team, now: Timestamp) -> Result<Plan, Misconfigured> {
    let (statement, result) = effect(proposal.id, proposal.card.home(), action, now);
    let effect = Effect { statement, result };
    let request = match action {
        Executable::NotifyInternal(notice) => team.request(proposal, notice, now)?,
        _ => None,
    };
    Ok(match request {
        None => Plan::Local(effect),
        Some(request) => Plan::Outward { request, takes_keys: team.takes_keys(), effect },
    })
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
