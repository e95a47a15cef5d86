use crate::entry_text::said;
use nerve_ledger::{chain::StoredEntry, timeline::Associated};
use nerve_model::{EventId, Group, SemanticKey, Timestamp, one_line};
use nerve_protocol::TimelineEntry;
use nerve_situation::{says, within};

/// The longest line, in characters.
const LINE_CHARS: usize = 300;

/// Something on a timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// An event that came to the record.
    Reported(TimelineEntry),
    /// An event that came to another record and is about this one as well.
    Associated(Associated),
    /// What was proposed, decided, done or changed.
    Entry(StoredEntry),
}

impl Item {
    /// When it happened.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Reported(entry) => entry.event.occurred_at,
            Self::Associated(associated) => associated.at,
            Self::Entry(entry) => entry.at,
        }
    }

    /// The fact that an event reports.
    pub(crate) const fn fact(&self) -> Option<&SemanticKey> {
        match self {
            Self::Reported(entry) => Some(&entry.event.semantic_key),
            Self::Associated(associated) => Some(&associated.stored.event.semantic_key),
            Self::Entry(_) => None,
        }
    }

    /// The event that it is, not one that it merely rests on.
    pub const fn reported(&self) -> Option<EventId> {
        match self {
            Self::Reported(_) | Self::Associated(_) => self.event(),
            Self::Entry(_) => None,
        }
    }

    /// The event whose delivery it rests on.
    pub const fn event(&self) -> Option<EventId> {
        match self {
            Self::Reported(entry) => Some(entry.event.id),
            Self::Associated(associated) => Some(associated.stored.event.id),
            Self::Entry(entry) => entry.event,
        }
    }

    /// Who: the tool, or whoever acted.
    pub fn who(&self) -> String {
        match self {
            Self::Reported(entry) => entry.event.source.to_string(),
            Self::Associated(associated) => associated.stored.event.source.to_string(),
            Self::Entry(entry) => entry.actor.to_string(),
        }
    }

    /// What happened, in one line.
    pub fn line(&self) -> String {
        match self {
            Self::Reported(entry) => one_line(&entry.event.summary, LINE_CHARS),
            Self::Associated(associated) => one_line(&associated.stored.event.summary, LINE_CHARS),
            Self::Entry(entry) => one_line(&said(entry), LINE_CHARS),
        }
    }

    /// Whether it contains a text in lower case.
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

    /// To which sort it belongs: what was done about tasks and notes is theirs.
    pub fn group(&self) -> Group {
        match self {
            Self::Reported(_) | Self::Associated(_) => Group::Events,
            Self::Entry(entry) => super::filter::group_of(entry),
        }
    }
}
