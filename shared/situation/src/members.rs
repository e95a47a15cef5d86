//! The members of a record, read as one.
//!
//! Each part has its own timeline. They are combined as if all events had come to one record: a fact on several
//! timelines counts once, and a fact on one closes open items of another.

use crate::{Situation, open_items};
use nerve_model::{EventId, RecordId, Subject};
use nerve_protocol::{
    TimelineEntry,
    record::{Compared, Comparison, Earlier, Pending},
};
use std::{cmp::Reverse, collections::BTreeSet};

/// The most events of a record with parts that are decided at a time.
const BATCH: usize = 50;

/// The state of one member.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The record.
    pub record: RecordId,
    /// The pending state from its object.
    pub waiting: Pending,
    /// Its comparison with the other members; empty when there are none.
    pub compared: Compared,
}

/// The combined state of a record's members.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Combined {
    /// The events to be decided, oldest first.
    pub pending: Vec<TimelineEntry>,
    /// The events before, newest first.
    pub history: Vec<TimelineEntry>,
    /// The open items, most urgent first.
    pub open_items: Vec<TimelineEntry>,
    /// The counts of the events before the history, latest month first.
    pub earlier: Vec<Earlier>,
    /// The last booking that took place.
    pub last_booking: Option<TimelineEntry>,
    /// The events whose fact another member already has: nothing is to be decided about them.
    pub repeats: Vec<EventId>,
    /// The number of entries so far; a card names the number that it has seen.
    pub up_to: u64,
    /// The position up to which each member is decided once `pending` is.
    pub confirm: Vec<(RecordId, u64)>,
    /// More events are pending after these.
    pub more: bool,
}

/// The question to each member about the facts and subjects of the others.
pub fn comparison<'a>(parts: impl Iterator<Item = &'a Pending> + Clone) -> Comparison {
    let entries = parts.clone().flat_map(|part| &part.entries);
    let subjects = parts.flat_map(|part| part.entries.iter().chain(&part.open_items)).map(|entry| entry.event.item());
    Comparison {
        facts: entries.map(|entry| entry.event.semantic_key.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        subjects: subjects.collect::<BTreeSet<Subject>>().into_iter().collect(),
    }
}

/// Combines the members of a record, the root first. `decided` are the events that were decided before, confirmed to
/// their objects or not.
pub fn combined(parts: Vec<Part>, decided: &[EventId]) -> Combined {
    let root = parts.first().map(|part| part.record);
    let parts: Vec<Part> = parts.into_iter().map(|part| part.marked(root)).collect();
    match <[Part; 1]>::try_from(parts) {
        Ok([whole]) => whole.alone(decided),
        Err(parts) => Members { decided, parts: &parts }.combined(),
    }
}

impl Part {
    /// The member with its id on every entry, unless it is the root.
    fn marked(mut self, root: Option<RecordId>) -> Self {
        let part = Some(self.record).filter(|_| root != Some(self.record));
        let Pending { entries, history, settled, open_items, last_booking, .. } = &mut self.waiting;
        let lists = [entries, history, settled, open_items, &mut self.compared.settled];
        lists.into_iter().flatten().chain(last_booking).for_each(|entry| entry.part = part);
        self
    }

    /// The number of the newest entry.
    fn up_to(&self) -> u64 {
        let before = || self.waiting.history.first().map(|entry| entry.seq);
        self.waiting.up_to.or_else(before).unwrap_or_default()
    }

    fn alone(self, decided: &[EventId]) -> Combined {
        let up_to = self.up_to();
        let confirm = self.waiting.up_to.map(|up_to| (self.record, up_to)).into_iter().collect();
        let Pending { entries, history, open_items, earlier, last_booking, more, .. } =
            self.waiting.without(decided, Situation::HISTORY);
        Combined {
            pending: entries,
            history,
            open_items,
            earlier,
            last_booking,
            repeats: Vec::new(),
            up_to,
            confirm,
            more,
        }
    }
}

struct Members<'a> {
    decided: &'a [EventId],
    parts: &'a [Part],
}

impl Members<'_> {
    fn combined(&self) -> Combined {
        let (repeats, mut pending): (Vec<_>, Vec<_>) =
            self.undecided().partition(|(part, entry)| self.is_told(part, entry));
        pending.sort_by_key(|(_, entry)| entry.event.id);
        let left = pending.split_off(pending.len().min(BATCH));
        let pending: Vec<TimelineEntry> = pending.into_iter().map(|(_, entry)| entry.clone()).collect();
        let history = self.history(&pending);
        Combined {
            earlier: self.earlier(&history),
            history,
            open_items: self.open_items(),
            last_booking: self.last_booking(),
            repeats: repeats.into_iter().map(|(_, entry)| entry.event.id).collect(),
            up_to: self.parts.iter().map(Part::up_to).sum(),
            confirm: self.parts.iter().filter_map(|part| decided_up_to(part, &left)).collect(),
            more: !left.is_empty() || self.parts.iter().any(|part| part.waiting.more),
            pending,
        }
    }

    fn undecided(&self) -> impl Iterator<Item = (&Part, &TimelineEntry)> {
        let entries = self.parts.iter().flat_map(|part| part.waiting.entries.iter().map(move |entry| (part, entry)));
        entries.filter(|(_, entry)| !self.decided.contains(&entry.event.id))
    }

    /// Another member got the fact earlier, or its event was decided there. Of several pending reports, the first one
    /// stays.
    fn is_told(&self, part: &Part, entry: &TimelineEntry) -> bool {
        let others = self.parts.iter().filter(|other| other.record != part.record);
        let mut told =
            others.flat_map(|other| &other.compared.facts).filter(|(key, _)| *key == entry.event.semantic_key);
        told.any(|(_, event)| *event < entry.event.id || self.decided.contains(event))
    }

    /// The earlier entries, each fact once: the newest ones, and older ones that settle a pending event's subject.
    fn history(&self, pending: &[TimelineEntry]) -> Vec<TimelineEntry> {
        let was_decided = |entry: &&TimelineEntry| self.decided.contains(&entry.event.id);
        let known = self.parts.iter().flat_map(|part| {
            let Pending { entries, history, settled, .. } = &part.waiting;
            entries.iter().filter(was_decided).chain(history).chain(settled).chain(&part.compared.settled)
        });
        let mut facts: BTreeSet<_> = pending.iter().map(|entry| &entry.event.semantic_key).collect();
        let mut known: Vec<&TimelineEntry> = known.collect();
        known.sort_by_key(|entry| Reverse(entry.event.id));
        known.retain(|entry| facts.insert(&entry.event.semantic_key));
        let same_subject = |entry: &TimelineEntry| pending.iter().any(|p| p.event.subject == entry.event.subject);
        let older = known.split_off(known.len().min(Situation::HISTORY));
        let settling = older.into_iter().filter(|entry| entry.event.fact.settles() && same_subject(entry));
        known.into_iter().chain(settling).cloned().collect()
    }

    /// The counts of decided entries that are not in the history. A fact from long ago counts once for each member that
    /// has it.
    fn earlier(&self, history: &[TimelineEntry]) -> Vec<Earlier> {
        let mut told: BTreeSet<_> = history.iter().map(|entry| &entry.event.semantic_key).collect();
        let was_decided = |entry: &&TimelineEntry| self.decided.contains(&entry.event.id);
        let known = self
            .parts
            .iter()
            .flat_map(|part| part.waiting.entries.iter().filter(was_decided).chain(&part.waiting.history));
        let untold = known.filter(|entry| told.insert(&entry.event.semantic_key)).map(Earlier::of);
        let before = self.parts.iter().flat_map(|part| part.waiting.earlier.iter().cloned());
        Earlier::summed(untold.chain(before))
    }

    fn last_booking(&self) -> Option<TimelineEntry> {
        let last = self.parts.iter().filter_map(|part| part.waiting.last_booking.as_ref());
        last.max_by_key(|entry| (open_items::until(&entry.event), entry.event.id)).cloned()
    }

    /// The open items of all members that no fact of another member closed; one per subject.
    fn open_items(&self) -> Vec<TimelineEntry> {
        let open = self.parts.iter().flat_map(|part| part.waiting.open_items.iter().map(move |entry| (part, entry)));
        let mut open: Vec<_> =
            open.filter(|(part, entry)| !self.is_over(part, entry)).map(|(_, entry)| entry).collect();
        // At equal times, the item stays that would stay on a single timeline.
        open.sort_by_key(|entry| Reverse(&entry.event.semantic_key));
        let mut subjects = BTreeSet::new();
        open.retain(|entry| subjects.insert(entry.event.item()));
        open.sort_by_key(|entry| (open_items::until(&entry.event), entry.event.id));
        open.into_iter().take(open_items::SHOWN as usize).cloned().collect()
    }

    fn is_over(&self, part: &Part, entry: &TimelineEntry) -> bool {
        let (subject, item, at) = (&entry.event.subject, entry.event.item(), entry.event.occurred_at);
        self.parts.iter().filter(|other| other.record != part.record).any(|other| {
            let Compared { settled, told, .. } = &other.compared;
            let later = |told: &nerve_protocol::record::SubjectState| told.at > at || (told.at == at && !told.open);
            told.iter().any(|told| told.subject == item && later(told))
                || settled.iter().any(|by| by.event.subject == *subject && by.event.occurred_at >= at)
        })
    }
}

/// The position up to which a member is decided while these entries are left.
fn decided_up_to(part: &Part, left: &[(&Part, &TimelineEntry)]) -> Option<(RecordId, u64)> {
    let own = left.iter().filter(|(of, _)| of.record == part.record);
    let first_left = own.map(|(_, entry)| entry.seq).min();
    let up_to = first_left.map_or(part.waiting.up_to, |seq| Some(seq.saturating_sub(1)))?;
    (up_to > 0).then_some((part.record, up_to))
}
