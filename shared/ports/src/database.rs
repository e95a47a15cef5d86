use crate::{Row, RowError, Statement};

/// The reason why the database failed, in terms of the caller's next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// A row changed since it was read: read and decide again. Nothing was written.
    #[error("changed in the meantime: {0}")]
    Conflict(String),
    /// The database was unreachable or failed: try again later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A stored value has the wrong form.
    #[error("stored data is damaged: {0}")]
    Damaged(#[from] RowError),
}

impl DatabaseError {
    /// The error for a message of SQLite or D1: a constraint or trigger that refused is a conflict, any other error an
    /// outage.
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

/// The private storage of one object. It is synchronous: consecutive calls without an `await` between them reach the
/// disk as one atomic write.
pub trait ObjectStorage {
    /// Runs one statement and returns its rows.
    fn execute(&self, statement: Statement) -> Result<Vec<Row>, DatabaseError>;
}
