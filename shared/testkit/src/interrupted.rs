use crate::Sqlite;
use nerve_ports::{Database, DatabaseError, Row, Statement};
use std::{cell::Cell, fmt};

/// A database with an interruption right before some of its batches.
pub struct Interrupted<'a> {
    db: &'a Sqlite,
    times: Cell<u32>,
    when: fn(&str) -> bool,
    interruption: &'a dyn Fn(),
}

impl<'a> Interrupted<'a> {
    /// Runs `interruption` before the first `times` batches that contain a statement for which `when` is true.
    pub fn new(db: &'a Sqlite, times: u32, when: fn(&str) -> bool, interruption: &'a dyn Fn()) -> Self {
        Self { db, times: Cell::new(times), when, interruption }
    }
}

impl fmt::Debug for Interrupted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupted").field("times", &self.times).finish_non_exhaustive()
    }
}

impl Database for Interrupted<'_> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        if statements.iter().any(|statement| (self.when)(&statement.sql))
            && let Some(left) = self.times.get().checked_sub(1)
        {
            self.times.set(left);
            (self.interruption)();
        }
        self.db.batch(statements).await
    }
}
