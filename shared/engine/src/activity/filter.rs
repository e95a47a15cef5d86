use nerve_ledger::{
    chain::{EntryKind, StoredEntry},
    timeline::Kinds,
};
use nerve_model::{ActionKind, EventKind, Group, UnknownName};
use std::{fmt, str::FromStr};

/// One sort of thing on a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Events of one kind.
    Event(EventKind),
    /// One of the sorts.
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

/// Of decisions and effects.
const ACTIONS: [EntryKind; 18] = [
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
    EntryKind::Undone,
    EntryKind::Outcome,
    EntryKind::Intent,
];

/// What says nothing new of what happened: the proposal shown again, and that an effect is about to be.
const UNTOLD: [EntryKind; 2] = [EntryKind::Refreshed, EntryKind::Intent];

const TASKS: [EntryKind; 4] =
    [EntryKind::TaskAdded, EntryKind::TaskEdited, EntryKind::TaskDone, EntryKind::TaskReopened];

/// By these a task or a note may come to be or be taken back.
const EFFECTS: [EntryKind; 3] = [EntryKind::Executed, EntryKind::Undone, EntryKind::TakenBack];

/// Which entries may belong to a sort; all that are told where there is none.
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

/// The sort of an entry. A task or a note that came of a proposal is one like any other.
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

/// Whether an entry is wanted among a sort: what was done is an action, too, where it made a task or a note.
pub(crate) fn belongs(entry: &StoredEntry, group: Group) -> bool {
    group_of(entry) == group || (group == Group::Actions && ACTIONS.iter().any(|kind| kind.as_str() == entry.kind))
}
