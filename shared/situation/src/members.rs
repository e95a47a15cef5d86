//! A record and what was merged into it, read as one.
//!
//! Each part keeps what came to it. Here it is laid together as if all of it had come to one record: a fact that several
//! parts were told stands once, and what one part knows settles what stands open at another.

use crate::{Situation, open_items};
use nerve_model::{EventId, RecordId, Subject};
use nerve_protocol::{
    TimelineEntry,
    record::{Compared, Comparison, Earlier, Pending},
};
use std::{cmp::Reverse, collections::BTreeSet};

/// How many events of a record with parts are decided at a time.
const BATCH: usize = 50;

/// One part of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which.
    pub record: RecordId,
    /// What its object has.
    pub waiting: Pending,
    /// What it knows about what stands at the other parts; empty when there are none.
    pub compared: Compared,
}

/// What the parts of a record have together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Combined {
    /// What is to be decided, oldest first.
    pub pending: Vec<TimelineEntry>,
    /// What came before, newest first.
    pub history: Vec<TimelineEntry>,
    /// What stands open, the most pressing first.
    pub open_items: Vec<TimelineEntry>,
    /// What came before the history, in numbers, the latest month first.
    pub earlier: Vec<Earlier>,
    /// The last appointment that took place.
    pub last_booking: Option<TimelineEntry>,
    /// Events whose fact another part was told as well: there is nothing to decide about them.
    pub repeats: Vec<EventId>,
    /// How much has come, for a look to name what it saw.
    pub up_to: u64,
    /// Up to where each part is decided once `pending` is.
    pub confirm: Vec<(RecordId, u64)>,
    /// There is more to be decided after this.
    pub more: bool,
}

/// What each part is to be asked about what stands at the others.
pub fn comparison<'a>(parts: impl Iterator<Item = &'a Pending> + Clone) -> Comparison {
    let entries = parts.clone().flat_map(|part| &part.entries);
    let subjects = parts.flat_map(|part| part.entries.iter().chain(&part.open_items)).map(|entry| &entry.event.subject);
    Comparison {
        facts: entries.map(|entry| entry.event.semantic_key.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        subjects: subjects.cloned().collect::<BTreeSet<Subject>>().into_iter().collect(),
    }
}

/// Lays the parts of a record together, the record itself first. `decided` are those of their events that were decided
/// before, whatever their objects were told.
pub fn combined(parts: Vec<Part>, decided: &[EventId]) -> Combined {
    let root = parts.first().map(|part| part.record);
    let parts: Vec<Part> = parts.into_iter().map(|part| part.marked(root)).collect();
    match <[Part; 1]>::try_from(parts) {
        Ok([whole]) => whole.alone(decided),
        Err(parts) => Members { decided, parts: &parts }.combined(),
    }
}

impl Part {
    /// Its entries say where they are from.
    fn marked(mut self, root: Option<RecordId>) -> Self {
        let part = Some(self.record).filter(|_| root != Some(self.record));
        let Pending { entries, history, settled, open_items, last_booking, .. } = &mut self.waiting;
        let lists = [entries, history, settled, open_items, &mut self.compared.settled];
        lists.into_iter().flatten().chain(last_booking).for_each(|entry| entry.part = part);
        self
    }

    /// How much has come to it.
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

    /// Whether another part was told the same fact before, or it was decided there. Of several that wait, the first stands.
    fn is_told(&self, part: &Part, entry: &TimelineEntry) -> bool {
        let others = self.parts.iter().filter(|other| other.record != part.record);
        let mut told =
            others.flat_map(|other| &other.compared.facts).filter(|(key, _)| *key == entry.event.semantic_key);
        told.any(|(_, event)| *event < entry.event.id || self.decided.contains(event))
    }

    /// What came before, each fact once: the newest, and further back what settled something that is to be decided.
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

    /// What was decided and is not in the history, in numbers; what several parts were told long ago counts for each.
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

    /// What stands open at a part and is not over by what another was told; each thing once.
    fn open_items(&self) -> Vec<TimelineEntry> {
        let open = self.parts.iter().flat_map(|part| part.waiting.open_items.iter().map(move |entry| (part, entry)));
        let mut open: Vec<_> =
            open.filter(|(part, entry)| !self.is_over(part, entry)).map(|(_, entry)| entry).collect();
        // Of two told at the same time the one stands that would stand if one record had been told both.
        open.sort_by_key(|entry| Reverse(&entry.event.semantic_key));
        let mut subjects = BTreeSet::new();
        open.retain(|entry| subjects.insert(&entry.event.subject));
        open.sort_by_key(|entry| (open_items::until(&entry.event), entry.event.id));
        open.into_iter().take(open_items::SHOWN as usize).cloned().collect()
    }

    fn is_over(&self, part: &Part, entry: &TimelineEntry) -> bool {
        let (subject, at) = (&entry.event.subject, entry.event.occurred_at);
        self.parts.iter().filter(|other| other.record != part.record).any(|other| {
            let Compared { settled, told, .. } = &other.compared;
            let later = |told: &nerve_protocol::record::SubjectState| told.at > at || (told.at == at && !told.open);
            told.iter().any(|told| told.subject == *subject && later(told))
                || settled.iter().any(|by| by.event.subject == *subject && by.event.occurred_at >= at)
        })
    }
}

/// Up to where a part is decided when these are left.
fn decided_up_to(part: &Part, left: &[(&Part, &TimelineEntry)]) -> Option<(RecordId, u64)> {
    let own = left.iter().filter(|(of, _)| of.record == part.record);
    let first_left = own.map(|(_, entry)| entry.seq).min();
    let up_to = first_left.map_or(part.waiting.up_to, |seq| Some(seq.saturating_sub(1)))?;
    (up_to > 0).then_some((part.record, up_to))
}
