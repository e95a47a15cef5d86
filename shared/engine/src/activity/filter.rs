use nerve_ledger::{
    chain::{EntryKind, StoredEntry},
    timeline::Kinds,
};
use nerve_model::{ActionKind, EventKind, Group, UnknownName};
use std::{fmt, str::FromStr};

/// A filter by sort or by kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Events of one kind.
    Event(EventKind),
    /// Items of one sort.
    Group(Group),
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(kind) => kind.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

impl FromStr for Filter {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.parse().map(Self::Group).or_else(|_| text.parse().map(Self::Event))
    }
}

/// The kinds of entries of proposals, decisions and effects.
const ACTIONS: [EntryKind; 19] = [
    EntryKind::Proposed,
    EntryKind::Dropped,
    EntryKind::Edited,
    EntryKind::Answered,
    EntryKind::Snoozed,
    EntryKind::Assigned,
    EntryKind::Approved,
    EntryKind::Rejected,
    EntryKind::Withdrawn,
    EntryKind::Expired,
    EntryKind::AttemptFailed,
    EntryKind::Executed,
    EntryKind::Failed,
    EntryKind::Unknown,
    EntryKind::Retried,
    EntryKind::Reconsidered,
    EntryKind::Undone,
    EntryKind::Outcome,
    EntryKind::Intent,
];

/// The kinds of entries that activity leaves out: they report nothing new.
const UNTOLD: [EntryKind; 2] = [EntryKind::Refreshed, EntryKind::Intent];

const TASKS: [EntryKind; 4] =
    [EntryKind::TaskAdded, EntryKind::TaskEdited, EntryKind::TaskDone, EntryKind::TaskReopened];

/// The kinds of entries that may create or undo a task or note.
const EFFECTS: [EntryKind; 3] = [EntryKind::Executed, EntryKind::Undone, EntryKind::TakenBack];

/// The kinds of entries that may belong to a sort; without a sort, all but [`UNTOLD`].
pub(crate) fn kinds(group: Option<Group>) -> Kinds {
    let others = |named: Vec<EntryKind>| Kinds { named, wanted: false };
    let these = |named: Vec<EntryKind>| Kinds { named, wanted: true };
    match group {
        None => others(UNTOLD.into()),
        Some(Group::Events) => these(Vec::new()),
        Some(Group::Actions) => these(ACTIONS.into_iter().filter(|kind| !UNTOLD.contains(kind)).collect()),
        Some(Group::Tasks) => these([&TASKS[..], &EFFECTS].concat()),
        Some(Group::Notes) => these([&[EntryKind::NoteAdded][..], &EFFECTS].concat()),
        Some(Group::Changes) => {
            others([&UNTOLD[..], &ACTIONS, &TASKS, &[EntryKind::NoteAdded, EntryKind::TakenBack]].concat())
        }
    }
}

/// The sort of an entry. The effect of a proposal that creates a task or note belongs to tasks or notes.
pub(crate) fn group_of(entry: &StoredEntry) -> Group {
    let is = |kind: &EntryKind| kind.as_str() == entry.kind;
    let action = entry.body.as_ref().and_then(|body| body.recommended_action.as_ref()).map(|action| action.kind());
    match action {
        Some(ActionKind::AddNote) if EFFECTS.iter().any(is) => Group::Notes,
        Some(ActionKind::CreateTask) if EFFECTS.iter().any(is) => Group::Tasks,
        _ if is(&EntryKind::NoteAdded) => Group::Notes,
        _ if TASKS.iter().any(is) || is(&EntryKind::TakenBack) => Group::Tasks,
        _ if ACTIONS.iter().any(is) => Group::Actions,
        _ => Group::Changes,
    }
}

/// The entry belongs to the sort. An effect that created a task or note also belongs to the actions.
pub(crate) fn belongs(entry: &StoredEntry, group: Group) -> bool {
    group_of(entry) == group || (group == Group::Actions && ACTIONS.iter().any(|kind| kind.as_str() == entry.kind))
}
