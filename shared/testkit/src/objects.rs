use crate::{ObjectSqlite, events::NOW};
use nerve_intake::inbox;
use nerve_model::RecordId;
use nerve_ports::{DatabaseError, ObjectStorage, Records, Row, Statement, Timelines, Unreachable};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span};
use nerve_situation::timeline;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// Inboxes and timelines, each on its own SQLite, at [`NOW`]; unreachable on command.
#[derive(Debug, Default)]
pub struct Objects {
    inboxes: RefCell<BTreeMap<String, Rc<ObjectSqlite>>>,
    timelines: RefCell<BTreeMap<RecordId, Rc<ObjectSqlite>>>,
    away: Cell<bool>,
    fails_after: Cell<Option<u32>>,
}

impl Objects {
    /// Makes all timelines unreachable, or reachable again.
    pub fn away(&self, on: bool) {
        self.away.set(on);
    }

    /// Makes one call fail after this many calls.
    pub fn fail_after(&self, calls: u32) {
        self.fails_after.set(Some(calls));
    }

    /// Calls the timeline of a record.
    ///
    /// # Errors
    ///
    /// The timelines are unreachable, or the storage fails.
    pub fn timeline<T>(
        &self,
        record: RecordId,
        run: impl FnOnce(&ObjectSqlite) -> Result<T, DatabaseError>,
    ) -> Result<T, Unreachable> {
        if self.away.get() {
            return Err(away());
        }
        self.reach()?;
        let storage = Rc::clone(self.timelines.borrow_mut().entry(record).or_default());
        timeline::open(&*storage).unwrap();
        run(&storage).map_err(|error| Unreachable(error.to_string()))
    }

    /// Calls an inbox.
    ///
    /// # Errors
    ///
    /// The inbox is unreachable, or the storage fails.
    pub fn inbox<T>(
        &self,
        name: &str,
        run: impl FnOnce(&ObjectSqlite) -> Result<T, DatabaseError>,
    ) -> Result<T, Unreachable> {
        self.reach()?;
        let storage = Rc::clone(self.inboxes.borrow_mut().entry(name.to_owned()).or_default());
        inbox::open(&*storage).unwrap();
        run(&storage).map_err(|error| Unreachable(error.to_string()))
    }

    /// The inboxes with deliveries, by name.
    pub fn inboxes(&self) -> Vec<Rc<ObjectSqlite>> {
        self.inboxes.borrow().values().map(Rc::clone).collect()
    }

    /// Runs a query on each timeline, bypassing the application.
    pub fn look(&self, sql: &str) -> Vec<(RecordId, Row)> {
        let timelines = self.timelines.borrow();
        let rows = timelines.iter().flat_map(|(record, storage)| {
            let rows = storage.execute(Statement::new(sql, [])).unwrap_or_else(|error| panic!("{sql}: {error}"));
            rows.into_iter().map(|row| (*record, row))
        });
        rows.collect()
    }

    fn reach(&self) -> Result<(), Unreachable> {
        let left = self.fails_after.get();
        self.fails_after.set(left.and_then(|left| left.checked_sub(1)));
        if left == Some(0) { Err(away()) } else { Ok(()) }
    }
}

fn away() -> Unreachable {
    Unreachable("away".to_owned())
}

impl Timelines for Objects {
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable> {
        self.timeline(record, |storage| timeline::pending(storage, history, NOW))
    }

    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable> {
        self.timeline(record, |storage| timeline::compare(storage, &asked))
    }

    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable> {
        self.timeline(record, |storage| timeline::page(storage, &span))
    }
}

impl Records for Objects {
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable> {
        self.timeline(record, |storage| entries.iter().map(|entry| timeline::append(storage, entry, NOW)).collect())
    }

    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable> {
        self.timeline(record, |storage| timeline::confirm(storage, up_to))
    }
}
