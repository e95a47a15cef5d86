use crate::entry_text::said;
use nerve_ledger::{chain::StoredEntry, timeline::Associated};
use nerve_model::{EventId, Group, SemanticKey, Timestamp, one_line};
use nerve_protocol::TimelineEntry;
use nerve_situation::{says, within};

/// The longest line of an item, in characters.
const LINE_CHARS: usize = 300;

/// An item of a record's activity.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// An event that came to the record.
    Reported(TimelineEntry),
    /// An event that came to another record and is associated with this one.
    Associated(Associated),
    /// An entry of the ledger.
    Entry(StoredEntry),
}

impl Item {
    /// The time.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Reported(entry) => entry.event.occurred_at,
            Self::Associated(associated) => associated.at,
            Self::Entry(entry) => entry.at,
        }
    }

    /// The fact that the event reports; `None` for an entry.
    pub(crate) const fn fact(&self) -> Option<&SemanticKey> {
        match self {
            Self::Reported(entry) => Some(&entry.event.semantic_key),
            Self::Associated(associated) => Some(&associated.stored.event.semantic_key),
            Self::Entry(_) => None,
        }
    }

    /// The id of an event; `None` for an entry, even if an event led to it.
    pub const fn reported(&self) -> Option<EventId> {
        match self {
            Self::Reported(_) | Self::Associated(_) => self.event(),
            Self::Entry(_) => None,
        }
    }

    /// The id of the event, or of the event that led to the entry.
    pub const fn event(&self) -> Option<EventId> {
        match self {
            Self::Reported(entry) => Some(entry.event.id),
            Self::Associated(associated) => Some(associated.stored.event.id),
            Self::Entry(entry) => entry.event,
        }
    }

    /// The name of the tool or actor.
    pub fn who(&self) -> String {
        match self {
            Self::Reported(entry) => entry.event.source.to_string(),
            Self::Associated(associated) => associated.stored.event.source.to_string(),
            Self::Entry(entry) => entry.actor.to_string(),
        }
    }

    /// The item in one line.
    pub fn line(&self) -> String {
        match self {
            Self::Reported(entry) => one_line(&entry.event.summary, LINE_CHARS),
            Self::Associated(associated) => one_line(&associated.stored.event.summary, LINE_CHARS),
            Self::Entry(entry) => one_line(&said(entry), LINE_CHARS),
        }
    }

    /// The item contains this text, which is in lower case.
    pub(crate) fn says(&self, text: &str) -> bool {
        match self {
            Self::Reported(entry) => says(&entry.event, text),
            Self::Associated(associated) => says(&associated.stored.event, text),
            Self::Entry(entry) => {
                let lines = [said(entry), entry.actor.to_string()];
                lines.iter().any(|line| line.to_lowercase().contains(text))
                    || within(&serde_json::json!(entry.body), text)
            }
        }
    }

    /// The sort of the item. Effects that create tasks or notes belong to tasks or notes.
    pub fn group(&self) -> Group {
        match self {
            Self::Reported(_) | Self::Associated(_) => Group::Events,
            Self::Entry(entry) => super::filter::group_of(entry),
        }
    }
}
