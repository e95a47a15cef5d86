use nerve_model::{
    Action, Actor, Claim, Digest, EventId, EventKind, Match, Placed, Proposal, ProposalId, ProposalStatus, RecordId,
    RecordRef, Relation, Subject, TaskId, TimelineLine, Timestamp, is_over,
};
use nerve_protocol::{TimelineEntry, record::Earlier};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// An open task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTask {
    /// The task.
    pub id: TaskId,
    /// The work to be done.
    pub title: String,
    /// The time by which it should be done.
    pub due_at: Option<Timestamp>,
}

/// A linked record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The relation of the other to the record; with `reverse`, of the record to the other.
    pub relation: Relation,
    /// The link leads to the record rather than away from it.
    pub reverse: bool,
    /// The other record.
    pub other: RecordRef,
    /// The stage of the other record.
    pub stage: Option<String>,
}

impl Linked {
    /// The other record is a deal or project that is not over.
    pub fn is_open_work(&self) -> bool {
        self.other.record_type.is_work() && !self.stage.as_deref().is_some_and(is_over)
    }
}

/// The association of an event with a further record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The event.
    pub event: EventId,
    /// The record.
    pub record: RecordRef,
}

/// A person's change of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The time.
    pub at: Timestamp,
    /// The person.
    pub by: Actor,
    /// The change in one line; it may contain text from outside.
    pub what: String,
    /// The records that the text names.
    pub named: Vec<RecordId>,
}

/// An open proposal about the record: pending, or approved and not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenProposal {
    /// The proposal.
    pub id: ProposalId,
    /// The status.
    pub status: ProposalStatus,
    /// The proposed action.
    pub action: Action,
    /// The event that it answers.
    pub event: EventId,
    /// The kind of that event.
    pub event_kind: EventKind,
    /// The thing at the vendor that the event is about.
    pub subject: Subject,
}

/// The situation of a record: all inputs of a recommendation. A proposal keeps the text of its [`crate::Document`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// The record.
    pub record: RecordRef,
    /// The claims of the record, strongest first.
    pub known_by: Vec<Claim>,
    /// Its mail addresses and telephone numbers that other records own.
    pub shared: Vec<Claim>,
    /// The mail addresses of the record, sorted.
    pub addresses: Vec<String>,
    /// The decided events, newest first, at most [`Self::HISTORY`].
    pub history: Vec<TimelineEntry>,
    /// The events to be decided, oldest first.
    pub pending: Vec<TimelineEntry>,
    /// The open items, however old, most urgent first.
    pub open_items: Vec<TimelineEntry>,
    /// The counts of the events before the history, latest month first.
    pub earlier: Vec<Earlier>,
    /// The last booking that took place.
    pub last_booking: Option<TimelineEntry>,
    /// The linked records, with their stages.
    pub linked: Vec<Linked>,
    /// The further records that these events are about, most confident first.
    pub about: Vec<About>,
    /// People's changes since the last decision, oldest first; of more than ten, the latest.
    pub changed: Vec<Changed>,
    /// The open tasks, oldest first.
    pub tasks: Vec<OpenTask>,
    /// The open proposals, oldest first.
    pub proposals: Vec<OpenProposal>,
    /// The closed proposals, newest first.
    pub tried: Vec<Proposal>,
    /// The number of the last timeline entry considered.
    pub up_to: u64,
}

impl Situation {
    /// The most entries of the history.
    pub const HISTORY: usize = 20;

    /// The situation of a record without any events.
    pub const fn of(record: RecordRef) -> Self {
        Self {
            record,
            known_by: Vec::new(),
            shared: Vec::new(),
            addresses: Vec::new(),
            history: Vec::new(),
            pending: Vec::new(),
            open_items: Vec::new(),
            earlier: Vec::new(),
            last_booking: None,
            linked: Vec::new(),
            about: Vec::new(),
            changed: Vec::new(),
            tasks: Vec::new(),
            proposals: Vec::new(),
            tried: Vec::new(),
            up_to: 0,
        }
    }

    /// The SHA-256 of all fields, in hex. It does not depend on the time of the call.
    pub fn digest(&self) -> Digest {
        Digest(hex::encode(Sha256::digest(serde_json::to_vec(self).unwrap_or_default())))
    }

    /// The events to be decided and those before them, each with the record that it came to.
    pub fn placed(&self) -> impl Iterator<Item = Placed<'_>> {
        self.pending.iter().chain(&self.history).map(|entry| self.place(entry))
    }

    /// The event of an entry, with the record that it came to.
    pub fn place<'a>(&self, entry: &'a TimelineEntry) -> Placed<'a> {
        Placed { event: &entry.event, home: Some(entry.part.unwrap_or(self.record.id)) }
    }

    /// The further records that an event is about.
    pub fn about(&self, event: EventId) -> impl Iterator<Item = &RecordRef> {
        self.about.iter().filter(move |about| about.event == event).map(|about| &about.record)
    }

    /// The other records that the situation names, sorted.
    pub fn named(&self) -> Vec<RecordId> {
        let linked = self.linked.iter().map(|linked| linked.other.id);
        let about = self.about.iter().map(|about| about.record.id);
        let entries = self.pending.iter().chain(&self.history);
        let meant = entries.filter_map(|entry| Some(entry.matched.runner_up.as_ref()?.record.id));
        let changed = self.changed.iter().flat_map(|changed| changed.named.iter().copied());
        let others = linked.chain(about).chain(meant).chain(changed).filter(|id| *id != self.record.id);
        others.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The lines of all entries, newest first, without the given event.
    pub fn lines_before(&self, event: EventId) -> Vec<TimelineLine> {
        let entries = self.pending.iter().rev().chain(&self.history);
        entries.filter(|entry| entry.event.id != event).map(TimelineEntry::line).collect()
    }

    /// The match by which an event came to this record; `None` when the event is not in the situation.
    pub fn match_of(&self, event: EventId) -> Option<&Match> {
        let mut entries = self.pending.iter().chain(&self.history);
        entries.find(|entry| entry.event.id == event).map(|entry| &entry.matched)
    }
}
