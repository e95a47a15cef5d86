use crate::{ObjectSqlite, events::NOW};
use nerve_model::RecordId;
use nerve_ports::{DatabaseError, ObjectStorage, Records, Row, Statement, Timelines, Unreachable};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span};
use nerve_situation::timeline;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// The record objects, each on its own SQLite, at [`NOW`]; away on command.
#[derive(Debug, Default)]
pub struct Objects {
    storages: RefCell<BTreeMap<RecordId, ObjectSqlite>>,
    away: Cell<bool>,
}

impl Objects {
    /// Whether none of them is reached from now on.
    pub fn away(&self, on: bool) {
        self.away.set(on);
    }

    /// Does something with the storage of one of them.
    ///
    /// # Errors
    ///
    /// They are away, or the storage fails.
    pub fn with<T>(
        &self,
        record: RecordId,
        run: impl FnOnce(&ObjectSqlite) -> Result<T, DatabaseError>,
    ) -> Result<T, Unreachable> {
        if self.away.get() {
            return Err(Unreachable("away".to_owned()));
        }
        let mut storages = self.storages.borrow_mut();
        let storage = storages.entry(record).or_default();
        timeline::open(storage).unwrap();
        run(storage).map_err(|error| Unreachable(error.to_string()))
    }

    /// Runs a query in each of them, behind the application's back.
    pub fn look(&self, sql: &str) -> Vec<(RecordId, Row)> {
        let storages = self.storages.borrow();
        let rows = storages.iter().flat_map(|(record, storage)| {
            let rows = storage.execute(Statement::new(sql, [])).unwrap_or_else(|error| panic!("{sql}: {error}"));
            rows.into_iter().map(|row| (*record, row))
        });
        rows.collect()
    }
}

impl Timelines for Objects {
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable> {
        self.with(record, |storage| timeline::pending(storage, history, NOW))
    }

    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable> {
        self.with(record, |storage| timeline::compare(storage, &asked))
    }

    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable> {
        self.with(record, |storage| timeline::page(storage, &span))
    }
}

impl Records for Objects {
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable> {
        self.with(record, |storage| entries.iter().map(|entry| timeline::append(storage, entry, NOW)).collect())
    }

    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable> {
        self.with(record, |storage| timeline::confirm(storage, up_to))
    }
}
