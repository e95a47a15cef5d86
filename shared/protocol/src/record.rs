//! The `Record` object: the timeline of one record. A merge moves nothing between objects; reads combine those of all
//! parts.

use nerve_model::{Event, EventId, EventKind, Match, RecordId, SemanticKey, Subject, TimelineLine, Timestamp};
use serde::{Deserialize, Serialize};

/// The binding of the object's namespace.
pub const BINDING: &str = "RECORD";

/// The object of a record.
pub fn name(record: RecordId) -> String {
    record.to_string()
}

/// One fact on the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Its number in the order of arrival, from 1.
    pub seq: u64,
    /// The event that reported it first.
    pub event: Event,
    /// The match of the event to this record.
    #[serde(rename = "match")]
    pub matched: Match,
    /// The number of events that reported the fact, this one included.
    pub reports: u32,
    /// The merged part whose timeline it is on; `None` if it is on the record's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecordId>,
}

impl TimelineEntry {
    /// Its place in the order of events.
    pub const fn place(&self) -> Place {
        Place { at: self.event.occurred_at, seq: self.seq }
    }

    /// The entry on one line.
    pub fn line(&self) -> TimelineLine {
        TimelineLine {
            event: self.event.id,
            kind: self.event.kind(),
            source: self.event.source.clone(),
            summary: self.event.summary.clone(),
            occurred_at: self.event.occurred_at,
        }
    }
}

/// The commands of a record object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Put events on the timeline, oldest first. Repeating the command changes nothing.
    Append {
        /// The events.
        entries: Vec<NewEntry>,
    },
    /// Return the entries that wait for a decision, with the history before them.
    Pending {
        /// The most earlier entries to return.
        history: u32,
    },
    /// Mark all entries up to this one as decided.
    Confirm {
        /// The last entry that the agent considered.
        up_to: u64,
    },
    /// Compare the subjects of another part of a merged record with this timeline.
    Compare(Comparison),
    /// Erase the timeline and accept no more entries: the record is erased.
    Erase,
    /// Erase a person whom entries about somebody else mention.
    Scrub {
        /// The person's identifiers and names, in lower case.
        words: Vec<String>,
    },
    /// Return a page of the timeline, latest first.
    Timeline(Span),
}

/// A part of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Only entries before this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// Only these kinds; all kinds if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<EventKind>,
    /// Only entries that contain this text, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The most entries to return.
    pub limit: u32,
}

/// A place on a timeline. Entries of one instant are in their order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The time of the fact.
    pub at: Timestamp,
    /// The entry's number in the order of arrival.
    pub seq: u64,
}

/// An event on its way to the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewEntry {
    /// The event.
    pub event: Event,
    /// The match of the event to the record.
    #[serde(rename = "match")]
    pub matched: Match,
}

/// The answer to [`Command::Append`] for each event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Appended {
    /// A new fact, to be decided.
    New {
        /// Its number.
        seq: u64,
    },
    /// The fact was reported before.
    Known {
        /// The event that reported it first.
        event: EventId,
    },
}

/// The answer to [`Command::Pending`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The entries to decide, oldest first; empty if there are none.
    pub entries: Vec<TimelineEntry>,
    /// The entries before them, newest first.
    pub history: Vec<TimelineEntry>,
    /// Even earlier entries that closed the same open items, newest first: reports may arrive late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<TimelineEntry>,
    /// The open items of all these entries and of earlier ones, the most urgent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_items: Vec<TimelineEntry>,
    /// Counts of all entries before these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// The last appointment that took place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_booking: Option<TimelineEntry>,
    /// The last entry that was read, to be confirmed; `None` if none is pending. It may lie beyond the last of
    /// `entries`, because unreadable entries are skipped.
    pub up_to: Option<u64>,
    /// More entries wait for a decision after these.
    pub more: bool,
}

/// The number of facts of one kind within a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The kind.
    pub kind: EventKind,
    /// The month, for example `2026-03`.
    pub month: String,
    /// The number of facts.
    pub n: u32,
    /// The time of the last one.
    pub last_at: Timestamp,
}

impl Earlier {
    /// Counts an entry.
    pub fn of(entry: &TimelineEntry) -> Self {
        let at = entry.event.occurred_at;
        let month: String = at.date().chars().take(7).collect();
        Self { kind: entry.event.kind(), month, n: 1, last_at: at }
    }

    /// Adds up the counts of equal months, the latest month first.
    pub fn summed(counted: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        let mut counted: Vec<Self> = counted.into_iter().collect();
        counted.sort_by(|one, other| other.month.cmp(&one.month).then(one.kind.cmp(&other.kind)));
        for next in counted {
            match sums.last_mut().filter(|sum| sum.month == next.month && sum.kind == next.kind) {
                Some(sum) => {
                    sum.n = sum.n.saturating_add(next.n);
                    sum.last_at = sum.last_at.max(next.last_at);
                }
                None => sums.push(next),
            }
        }
        sums
    }
}

impl Pending {
    /// Moves decided entries to the history. At most `history` entries stay there, and those that closed an open item:
    /// the record object may not know yet that they are decided.
    #[must_use]
    pub fn without(self, decided: &[EventId], history: usize) -> Self {
        let (before, entries): (Vec<_>, Vec<_>) =
            self.entries.into_iter().partition(|entry| decided.contains(&entry.event.id));
        let mut known = before.into_iter().rev().chain(self.history);
        let mut history: Vec<_> = known.by_ref().take(history).collect();
        let earlier = Earlier::summed(known.map(|entry| Earlier::of(&entry)).chain(self.earlier));
        let oldest = history.last().map_or(u64::MAX, |entry| entry.seq);
        history.extend(self.settled.into_iter().filter(|entry| entry.seq < oldest));
        let Self { open_items, last_booking, up_to, more, .. } = self;
        Self { entries, history, settled: Vec::new(), open_items, earlier, last_booking, up_to, more }
    }
}

/// The pending facts and subjects of a merged record, to be compared with the timeline of another part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Facts that wait for a decision.
    pub facts: Vec<SemanticKey>,
    /// The subjects that wait or have open items.
    pub subjects: Vec<Subject>,
}

/// The answer to [`Command::Compare`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Those of the facts that are on this timeline, each with the event that reported it first.
    pub facts: Vec<(SemanticKey, EventId)>,
    /// The facts that closed an open item of these subjects.
    pub settled: Vec<TimelineEntry>,
    /// The latest state of those subjects that had an open item.
    pub told: Vec<SubjectState>,
}

/// The latest state of a subject at one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectState {
    /// The subject.
    pub subject: Subject,
    /// The time of the latest fact.
    pub at: Timestamp,
    /// It is open since then.
    pub open: bool,
}

/// The answer to [`Command::Timeline`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The entries, latest first.
    pub entries: Vec<TimelineEntry>,
    /// The place where the search ended; pass it as `before` to go on, if there may be more.
    pub next: Option<Place>,
}
