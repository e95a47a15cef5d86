use nerve_model::{
    Action, ActionKind, Answered, CreateTask, Event, EventId, Executable, Millis, Placed, Proposal, ProposalId,
    ProposalStatus, TaskId, is_one_task, replaced_by, settled_by,
};
use nerve_protocol::TimelineEntry;
use nerve_situation::{OpenTask, Situation};

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

/// An open proposal that an event makes moot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moot {
    /// The proposal.
    pub proposal: ProposalId,
    /// The event.
    pub event: EventId,
    /// The reason.
    pub reason: String,
}

/// The reason why an event of the situation needs no such action; `None` if it may need one. In any order of arrival, an
/// event needs nothing once another settled it or another report replaces it.
pub fn moot(situation: &Situation, entry: &TimelineEntry, action: ActionKind) -> Option<String> {
    let answered = Answered::from(situation.place(entry));
    ended(situation, &answered, Some(&entry.event), action).map(|(_, reason)| reason)
}

/// The open proposals that events of the situation make moot. What was begun runs its course.
pub fn withdrawals(situation: &Situation, open: &[Proposal]) -> Vec<Moot> {
    let may_end = |proposal: &&Proposal| proposal.status.may_become(ProposalStatus::Withdrawn);
    let moot = |proposal: &Proposal| {
        let whole = situation.placed().find(|placed| placed.event.id == proposal.card.event.id);
        let answered = whole.map_or_else(|| Answered::from(&proposal.card), Answered::from);
        let whole = whole.map(|placed| placed.event);
        let (event, reason) = ended(situation, &answered, whole, proposal.card.action.kind())?;
        Some(Moot { proposal: proposal.id, event, reason })
    };
    open.iter().filter(may_end).filter_map(moot).collect()
}

/// The event that ends what is answered. An end is a better reason than a later report of the same.
fn ended(
    situation: &Situation,
    answered: &Answered<'_>,
    whole: Option<&Event>,
    action: ActionKind,
) -> Option<(EventId, String)> {
    let mut events = situation.placed();
    let settled = events.find_map(|later| Some((later.event.id, settled_by(later, answered, action)?)));
    let replaced = |newer: Placed<'_>| Some((newer.event.id, replaced_by(newer.event, whole?)?));
    settled.or_else(|| situation.placed().find_map(replaced))
}

/// The freshness of `action`, which answers an event: moot, repeated among `others`, or new. `tasks` are the open tasks.
///
/// Two actions are the same when they are about the same subject at the vendor and differ in nothing but their due
/// time. Open and approved proposals always count; decided ones count for a day, since the same may happen again. Where
/// two events ask for one thing to be done, an action of the same kind is the same as long as it is still to be done.
pub fn freshness<'a>(
    action: &Action,
    answered: &Answered<'_>,
    moot: Option<String>,
    others: impl IntoIterator<Item = &'a Proposal>,
    tasks: &[OpenTask],
) -> Freshness {
    if let Some(reason) = moot {
        return Freshness::Moot(reason);
    }
    let repeated = |other: &&Proposal| {
        let same = other.card.subject == *answered.subject() && is_same(&other.card.action, action);
        let one_task =
            || other.card.action.kind() == action.kind() && is_one_task(answered, &Answered::from(&other.card));
        (same && counts(other, answered)) || (one_task() && is_to_be_done(other, tasks))
    };
    let found = others.into_iter().find(repeated);
    found.map_or(Freshness::Fresh, |other| Freshness::Repeated(other.id, other.status))
}

fn counts(other: &Proposal, answered: &Answered<'_>) -> bool {
    match other.status {
        ProposalStatus::Pending
        | ProposalStatus::Approved
        | ProposalStatus::Executing
        | ProposalStatus::Failed
        | ProposalStatus::Unknown => true,
        ProposalStatus::Done | ProposalStatus::Rejected | ProposalStatus::Undone => {
            answered.occurred_at().since(other.card.event.occurred_at).0 <= SAME_MATTER.0
        }
        // No person decided these.
        ProposalStatus::Withdrawn | ProposalStatus::Expired => false,
    }
}

/// The proposal waits for somebody, or the task that it created does.
fn is_to_be_done(other: &Proposal, tasks: &[OpenTask]) -> bool {
    match other.status {
        ProposalStatus::Pending | ProposalStatus::Approved | ProposalStatus::Executing => true,
        ProposalStatus::Done => {
            let task = other.execution.result.as_deref().and_then(|id| id.parse::<TaskId>().ok());
            task.is_some_and(|id| tasks.iter().any(|task| task.id == id))
        }
        _ => false,
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
