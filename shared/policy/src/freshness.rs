use nerve_model::{Action, CreateTask, Executable, Millis, Proposal, ProposalId, ProposalStatus, Subject, Timestamp};

/// The same action, decided for an event at most so much older, is not proposed again: the two report one matter.
const SAME_MATTER: Millis = Millis::days(1);

/// Whether an action has been dealt with already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// It has not.
    Fresh,
    /// The same is proposed, decided or done already.
    Repeated(ProposalId, ProposalStatus),
    /// Something that happened since makes it pointless: how.
    Moot(String),
}

/// Whether `action` has been dealt with: made moot, or proposed among `others`. It answers an event about `subject`.
///
/// Two actions are the same when they differ in nothing but their due time and are about the same thing at the vendor.
/// Open and approved ones always count; decided ones count for a day, for a matter may come up again.
pub fn freshness<'a>(
    action: &Action,
    subject: &Subject,
    occurred_at: Timestamp,
    moot: Option<String>,
    others: impl IntoIterator<Item = &'a Proposal>,
) -> Freshness {
    if let Some(reason) = moot {
        return Freshness::Moot(reason);
    }
    let repeated = |other: &&Proposal| {
        other.card.subject == *subject && is_same(&other.card.action, action) && counts(other, occurred_at)
    };
    let found = others.into_iter().find(repeated);
    found.map_or(Freshness::Fresh, |other| Freshness::Repeated(other.id, other.status))
}

fn counts(other: &Proposal, occurred_at: Timestamp) -> bool {
    match other.status {
        ProposalStatus::Pending
        | ProposalStatus::Approved
        | ProposalStatus::Executing
        | ProposalStatus::Failed
        | ProposalStatus::Unknown => true,
        ProposalStatus::Done | ProposalStatus::Rejected | ProposalStatus::Undone => {
            occurred_at.since(other.card.event.occurred_at).0 <= SAME_MATTER.0
        }
        // Nobody decided these.
        ProposalStatus::Withdrawn | ProposalStatus::Expired => false,
    }
}

fn is_same(one: &Action, other: &Action) -> bool {
    match (one, other) {
        (Action::Executable(Executable::CreateTask(one)), Action::Executable(Executable::CreateTask(other))) => {
            CreateTask { due_at: None, ..one.clone() } == CreateTask { due_at: None, ..other.clone() }
        }
        _ => one == other,
    }
}
