//! The `Record` object: what came to one record. Merging records moves nothing between their objects: those of all parts
//! are read together.

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
    /// Its place in the order of arrival, from 1.
    pub seq: u64,
    /// The event that reported it first.
    pub event: Event,
    /// How the event was matched to this record.
    #[serde(rename = "match")]
    pub matched: Match,
    /// How many events reported the same fact, this one included.
    pub reports: u32,
    /// The part of the record that it came to, where records were merged and it is not the record itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecordId>,
}

impl TimelineEntry {
    /// Its place among what happened.
    pub const fn place(&self) -> Place {
        Place { at: self.event.occurred_at, seq: self.seq }
    }

    /// The entry as one line.
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

/// What a record object is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Put events on the timeline, oldest first. Repeating it changes nothing.
    Append {
        /// The events.
        entries: Vec<NewEntry>,
    },
    /// Return what waits for a decision, with the history before it.
    Pending {
        /// How many earlier entries to return at most.
        history: u32,
    },
    /// Everything up to this entry was decided.
    Confirm {
        /// The last entry that was considered.
        up_to: u64,
    },
    /// Return what this part of a merged record knows about what stands at any of its parts.
    Compare(Comparison),
    /// Forget everything, and take nothing in any more: the record is erased.
    Erase,
    /// Forget somebody whom entries about somebody else speak of.
    Scrub {
        /// What is known of the person, in lower case.
        words: Vec<String>,
    },
    /// Return a page of the timeline, what happened last first.
    Timeline(Span),
}

/// Which part of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Only what happened before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// Only of these kinds; of any when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<EventKind>,
    /// Only what contains this text, whatever its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// A place on a timeline. What happened at one instant stands in the order in which it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// When it happened.
    pub at: Timestamp,
    /// The entry's place in the order of arrival.
    pub seq: u64,
}

/// An event on its way to the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewEntry {
    /// The event.
    pub event: Event,
    /// How it was matched.
    #[serde(rename = "match")]
    pub matched: Match,
}

/// The answer to [`Command::Append`], for each event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Appended {
    /// A new fact, to be decided.
    New {
        /// Its place.
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
    /// What is to be decided, oldest first; empty when there is nothing.
    pub entries: Vec<TimelineEntry>,
    /// What came before, newest first.
    pub history: Vec<TimelineEntry>,
    /// What came even earlier and settled the same matters, newest first: reports may arrive late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<TimelineEntry>,
    /// What stands open, whether it is to be decided, came before, or lies further back; the most pressing first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_items: Vec<TimelineEntry>,
    /// What came before all of these, in numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// The last appointment that took place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_booking: Option<TimelineEntry>,
    /// The last entry looked at, which is to be confirmed; `None` when nothing is pending. It may lie beyond the last
    /// of `entries`: an entry that no longer reads is passed over.
    pub up_to: Option<u64>,
    /// There is more to be decided after this.
    pub more: bool,
}

/// How often something of one kind happened within a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// What.
    pub kind: EventKind,
    /// The month, for example `2026-03`.
    pub month: String,
    /// How often.
    pub n: u32,
    /// When it happened last.
    pub last_at: Timestamp,
}

impl Earlier {
    /// Counts an entry.
    pub fn of(entry: &TimelineEntry) -> Self {
        let at = entry.event.occurred_at;
        let month: String = at.date().chars().take(7).collect();
        Self { kind: entry.event.kind(), month, n: 1, last_at: at }
    }

    /// Adds up what happened within the same months, the latest month first.
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
    /// Moves what was decided before to the history, of which at most `history` entries stay, and those that settled
    /// something: the record may not have been told yet.
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

/// What stands at the parts of a merged record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Facts that wait for a decision.
    pub facts: Vec<SemanticKey>,
    /// The things at vendors that are waiting or stand open.
    pub subjects: Vec<Subject>,
}

/// The answer to [`Command::Compare`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Those of the facts that are on this timeline, with the event that reported each first.
    pub facts: Vec<(SemanticKey, EventId)>,
    /// The facts that settled one of the things.
    pub settled: Vec<TimelineEntry>,
    /// What was told last about those of the things about which something stood open.
    pub told: Vec<SubjectState>,
}

/// What a part was told last about a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectState {
    /// The thing.
    pub subject: Subject,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it stands open since.
    pub open: bool,
}

/// The answer to [`Command::Timeline`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// What happened last first.
    pub entries: Vec<TimelineEntry>,
    /// Up to where it was looked; ask with this `before` for what lies further back, if there may be more.
    pub next: Option<Place>,
}
