//! Statements with how their answers are read, alone or several as one transaction.

use nerve_ports::{Database, DatabaseError, Row, RowError, Statement};

/// A statement, and how its rows are read.
pub(crate) struct Query<T> {
    statement: Statement,
    read: fn(&[Row]) -> Result<T, RowError>,
}

impl<T> Query<T> {
    pub(crate) fn new(statement: Statement, read: fn(&[Row]) -> Result<T, RowError>) -> Self {
        Self { statement, read }
    }

    /// Runs it alone.
    pub(crate) async fn run(self, db: &impl Database) -> Result<T, DatabaseError> {
        Ok((self.read)(&db.query(self.statement).await?)?)
    }
}

/// Several queries that are answered as of one moment.
#[derive(Default)]
pub(crate) struct Batch(Vec<Statement>);

/// A query of a batch: it reads its own answer, wherever it stands.
pub(crate) struct Slot<T> {
    place: usize,
    read: fn(&[Row]) -> Result<T, RowError>,
}

/// The answers to a batch.
pub(crate) struct Answers(Vec<Vec<Row>>);

impl Batch {
    pub(crate) fn ask<T>(&mut self, query: Query<T>) -> Slot<T> {
        let place = self.0.len();
        self.0.push(query.statement);
        Slot { place, read: query.read }
    }

    /// Runs all of them in one transaction.
    pub(crate) async fn run(self, db: &impl Database) -> Result<Answers, DatabaseError> {
        Ok(Answers(db.batch(self.0).await?))
    }
}

impl Answers {
    pub(crate) fn to<T>(&self, slot: &Slot<T>) -> Result<T, RowError> {
        (slot.read)(self.0.get(slot.place).map_or(&[], Vec::as_slice))
    }
}
