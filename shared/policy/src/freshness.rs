use nerve_model::{Action, CreateTask, Executable, Millis, Proposal, ProposalId, ProposalStatus, Subject, Timestamp};

/// The largest difference between the times of two events that counts as the same occasion: an action that was decided
/// for one of them is not proposed for the other.
const SAME_MATTER: Millis = Millis::days(1);

/// The freshness of an action: new, repeated or moot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// The action is new.
    Fresh,
    /// The same action is proposed, decided or done already.
    Repeated(ProposalId, ProposalStatus),
    /// A later event makes it moot, for this reason.
    Moot(String),
}

/// The freshness of `action`, which answers an event about `subject`: moot, repeated among `others`, or new.
///
/// Two actions are the same when they are about the same subject at the vendor and differ in nothing but their due
/// time. Open and approved proposals always count; decided ones count for a day, since the same may happen again.
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
        // No person decided these.
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
