use nerve_model::{
    Action, Actor, Claim, Digest, EventId, EventKind, Match, Proposal, ProposalId, ProposalStatus, RecordId, RecordRef,
    Relation, Subject, TaskId, TimelineLine, Timestamp, is_over,
};
use nerve_protocol::{TimelineEntry, record::Earlier};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// A task that is still to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTask {
    /// The task.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// When it should be done.
    pub due_at: Option<Timestamp>,
}

/// A record that another has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// What the other is to the record; with `reverse`, what the record is to the other.
    pub relation: Relation,
    /// Whether the link leads to the record rather than away from it.
    pub reverse: bool,
    /// The other.
    pub other: RecordRef,
    /// Where the other stands.
    pub stage: Option<String>,
}

impl Linked {
    /// Whether the other is a deal or project that is not over.
    pub fn is_open_work(&self) -> bool {
        self.other.record_type.is_work() && !self.stage.as_deref().is_some_and(is_over)
    }
}

/// A further record that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The event.
    pub event: EventId,
    /// The record.
    pub record: RecordRef,
}

/// What somebody changed in what is kept about the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What, in one line; text from outside is in it.
    pub what: String,
    /// The records that it names.
    pub named: Vec<RecordId>,
}

/// A proposal about the record that is not settled: pending, or agreed to and not yet done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenProposal {
    /// The proposal.
    pub id: ProposalId,
    /// Where it stands.
    pub status: ProposalStatus,
    /// What it proposes.
    pub action: Action,
    /// The event it answers.
    pub event: EventId,
    /// What kind of event that was.
    pub event_kind: EventKind,
    /// The thing at the vendor it is about.
    pub subject: Subject,
}

/// Everything a recommendation may rest on. What of it is kept with a proposal is its [`crate::Document`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// Whom it is about.
    pub record: RecordRef,
    /// By what the record is recognized, strongest first.
    pub known_by: Vec<Claim>,
    /// The mailboxes and telephone numbers that it goes by and others have.
    pub shared: Vec<Claim>,
    /// The mail addresses known for the record, sorted.
    pub addresses: Vec<String>,
    /// What happened before the events to be decided, newest first, at most [`Self::HISTORY`].
    pub history: Vec<TimelineEntry>,
    /// The events to be decided, oldest first.
    pub pending: Vec<TimelineEntry>,
    /// What stands open, however long ago it was told, the most pressing first.
    pub open_items: Vec<TimelineEntry>,
    /// What happened before the history, in numbers, the latest month first.
    pub earlier: Vec<Earlier>,
    /// The last appointment that took place.
    pub last_booking: Option<TimelineEntry>,
    /// Its deals, projects and the like, and where they stand.
    pub linked: Vec<Linked>,
    /// What else the events before and to be decided are about, the surest first.
    pub about: Vec<About>,
    /// What people changed since the last decision, oldest first, of more than ten the latest.
    pub changed: Vec<Changed>,
    /// What is still to be done, oldest first.
    pub tasks: Vec<OpenTask>,
    /// What is proposed and not settled, oldest first.
    pub proposals: Vec<OpenProposal>,
    /// What was proposed before and is settled, newest first.
    pub tried: Vec<Proposal>,
    /// The last timeline entry considered.
    pub up_to: u64,
}

impl Situation {
    /// How many earlier entries are looked at.
    pub const HISTORY: usize = 20;

    /// Of a record of which nothing is known.
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

    /// SHA-256 over everything in it, in hex. It does not depend on the time at which it is asked.
    pub fn digest(&self) -> Digest {
        Digest(hex::encode(Sha256::digest(serde_json::to_vec(self).unwrap_or_default())))
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

    /// The entries of the whole situation, newest first, without the entry that is being decided.
    pub fn lines_before(&self, event: EventId) -> Vec<TimelineLine> {
        let entries = self.pending.iter().rev().chain(&self.history);
        entries.filter(|entry| entry.event.id != event).map(TimelineEntry::line).collect()
    }

    /// The match by which an event came to this record.
    pub fn match_of(&self, event: EventId) -> Option<&Match> {
        let mut entries = self.pending.iter().chain(&self.history);
        entries.find(|entry| entry.event.id == event).map(|entry| &entry.matched)
    }
}
