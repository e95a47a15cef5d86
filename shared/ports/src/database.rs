use crate::{Row, RowError, Statement};

/// Why the database did not do what was asked, in terms of what the caller should do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// Something changed since it was read: read again and decide again. Nothing was written.
    #[error("changed in the meantime: {0}")]
    Conflict(String),
    /// Not reachable, or it failed: try again later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A stored value does not read as what it should be.
    #[error("stored data is damaged: {0}")]
    Damaged(#[from] RowError),
}

impl DatabaseError {
    /// Sorts an error message of SQLite or D1: a constraint that refused is a conflict, anything else an outage.
    pub fn from_message(message: &str) -> Self {
        let refused =
            ["UNIQUE constraint failed", "CHECK constraint failed", "FOREIGN KEY constraint failed", "conflict:"];
        if refused.iter().any(|mark| message.contains(mark)) {
            Self::Conflict(message.to_owned())
        } else {
            Self::Unavailable(message.to_owned())
        }
    }
}

/// The shared database (D1): records, proposals, ledger.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Database {
    /// Runs one statement and returns its rows.
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DatabaseError> {
        Ok(self.batch(vec![statement]).await?.into_iter().next().unwrap_or_default())
    }

    /// Runs the statements as one transaction, all or nothing, and returns the rows of each.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError>;
}

/// The private storage of one object. Synchronous: consecutive calls without an `await` between them reach the
/// disk as one atomic write.
pub trait ObjectStorage {
    /// Runs one statement and returns its rows.
    fn execute(&self, statement: Statement) -> Result<Vec<Row>, DatabaseError>;
}
