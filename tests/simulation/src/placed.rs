//! The placement of events on timelines, after any merges and undone merges.

use crate::{
    promise::{Broken, Promise, holds},
    world::World,
};
use nerve_engine::situation;
use nerve_model::{EventId, RecordId, SemanticKey};
use nerve_ports::{ObjectStorage, Statement};
use nerve_testkit::block_on;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// An event on a timeline.
pub(crate) struct Stands {
    pub(crate) record: RecordId,
    pub(crate) event: EventId,
    pub(crate) fact: SemanticKey,
}

impl World {
    /// The events on all timelines.
    pub(crate) fn stands(&self) -> Vec<Stands> {
        let records = self.records.borrow();
        let of = |(record, storage): (&RecordId, &Rc<nerve_testkit::ObjectSqlite>)| {
            let all = Statement::new("SELECT event_id, semantic_key FROM timeline", []);
            let rows = storage.failures.suspended(|| storage.execute(all).unwrap());
            let record = *record;
            let stands = move |row: &nerve_ports::Row| Stands {
                record,
                event: row.parse("event_id").unwrap(),
                fact: SemanticKey::new(row.text("semantic_key").unwrap()),
            };
            rows.iter().map(stands).collect::<Vec<_>>()
        };
        records.iter().flat_map(of).collect()
    }

    /// The record that each event was dispatched to.
    fn leaves(&self) -> BTreeMap<EventId, RecordId> {
        let rows = self.db.look("SELECT id, record FROM events");
        rows.iter().map(|row| (row.parse("id").unwrap(), row.parse("record").unwrap())).collect()
    }

    /// Checks that each event is on one timeline, that of its record.
    pub(crate) fn placed(&self) -> Result<(), Broken> {
        let (leaves, mut seen) = (self.leaves(), BTreeSet::new());
        for Stands { record, event, .. } in self.stands() {
            holds(Promise::Placed, seen.insert(event), || format!("{event} stands twice"))?;
            let leaf = leaves.get(&event);
            holds(Promise::Placed, leaf == Some(&record), || format!("{event} stands at {record}, not at {leaf:?}"))?;
        }
        self.rooted()
    }

    /// Checks that each record's root follows from the merges in effect, and that both chains contain each merge.
    fn rooted(&self) -> Result<(), Broken> {
        let rows = self.db.look("SELECT part, record FROM merges WHERE undone_at IS NULL");
        let into: BTreeMap<RecordId, RecordId> =
            rows.iter().map(|row| (row.parse("part").unwrap(), row.parse("record").unwrap())).collect();
        for row in self.db.look("SELECT id, root FROM records") {
            let (id, root): (RecordId, _) = (row.parse("id").unwrap(), row.optional_text("root").unwrap());
            let whole = std::iter::successors(into.get(&id), |record| into.get(record)).last();
            holds(Promise::Placed, root.map(str::to_owned) == whole.map(ToString::to_string), || {
                format!("{id} is part of {root:?}, by its merges of {whole:?}")
            })?;
        }
        let count = |sql: &str| self.db.look(sql).len();
        let merged = count("SELECT id FROM merges") * 2;
        let undone = count("SELECT id FROM merges WHERE undone_at IS NOT NULL") * 2;
        let told = |kind: &str| count(&format!("SELECT kind FROM ledger WHERE kind = '{kind}'"));
        holds(Promise::Written, (told("merged"), told("unmerged")) == (merged, undone), || {
            format!("{merged} entries of merges should be and {undone} of what was taken back")
        })
    }

    /// At rest, each event's fact is on the timeline of its record, and once among all members.
    pub(crate) fn everything_is_read(self: &Rc<Self>) -> Result<(), Broken> {
        let stands: BTreeSet<_> = self.stands().into_iter().map(|Stands { record, fact, .. }| (record, fact)).collect();
        let leaves = self.leaves();
        for delivered in self.memory.borrow().delivered.values() {
            let (Some(event), Some(said)) = (delivered.event, delivered.said) else { continue };
            let leaf = leaves.get(&event);
            let there = leaf.is_some_and(|leaf| stands.contains(&(*leaf, said.fact())));
            holds(Promise::Placed, there, || format!("{event} is missing at {leaf:?}"))?;
        }
        for row in self.db.look("SELECT id FROM records WHERE root IS NULL") {
            self.read_as_one(row.parse("id").unwrap(), &stands)?;
        }
        Ok(())
    }

    fn read_as_one(self: &Rc<Self>, root: RecordId, stands: &BTreeSet<(RecordId, SemanticKey)>) -> Result<(), Broken> {
        let members = block_on(nerve_ledger::records::members(&self.db, root)).unwrap();
        let facts: BTreeSet<_> =
            stands.iter().filter(|(record, _)| members.contains(record)).map(|(_, fact)| fact.clone()).collect();
        let links = crate::ports::Links(Rc::clone(self));
        let known = block_on(situation(&links, &links, root)).unwrap();
        let shown = known.pending.iter().chain(&known.history).map(|entry| entry.event.semantic_key.clone());
        let shown: Vec<SemanticKey> = shown.collect();
        let distinct: BTreeSet<SemanticKey> = shown.iter().cloned().collect();
        holds(Promise::Placed, distinct.len() == shown.len(), || format!("{root} reads a fact twice: {shown:?}"))?;
        let counted: u32 = known.earlier.iter().map(|earlier| earlier.n).sum();
        let all = distinct.is_subset(&facts) && (counted > 0 || distinct == facts);
        holds(Promise::Placed, all, || format!("{root} is read as {shown:?} and has {facts:?}"))
    }
}
