//! Queries: statements with the readers of their rows, run alone or in one transaction.

use nerve_ports::{Database, DatabaseError, Row, RowError, Statement};

/// A statement with the reader of its rows.
pub(crate) struct Query<T> {
    statement: Statement,
    read: fn(&[Row]) -> Result<T, RowError>,
}

impl<T> Query<T> {
    pub(crate) fn new(statement: Statement, read: fn(&[Row]) -> Result<T, RowError>) -> Self {
        Self { statement, read }
    }

    /// Runs the query alone.
    pub(crate) async fn run(self, db: &impl Database) -> Result<T, DatabaseError> {
        Ok((self.read)(&db.query(self.statement).await?)?)
    }
}

/// Several queries that run in one transaction.
#[derive(Default)]
pub(crate) struct Batch(Vec<Statement>);

/// A handle to the answer of one query in a batch.
pub(crate) struct Slot<T> {
    place: usize,
    read: fn(&[Row]) -> Result<T, RowError>,
}

/// The rows of all queries of a batch.
pub(crate) struct Answers(Vec<Vec<Row>>);

impl Batch {
    pub(crate) fn ask<T>(&mut self, query: Query<T>) -> Slot<T> {
        let place = self.0.len();
        self.0.push(query.statement);
        Slot { place, read: query.read }
    }

    /// Runs all queries in one transaction.
    pub(crate) async fn run(self, db: &impl Database) -> Result<Answers, DatabaseError> {
        Ok(Answers(db.batch(self.0).await?))
    }
}

impl Answers {
    pub(crate) fn to<T>(&self, slot: &Slot<T>) -> Result<T, RowError> {
        (slot.read)(self.0.get(slot.place).map_or(&[], Vec::as_slice))
    }
}
