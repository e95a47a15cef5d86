//! Which categories may act without a person.

use crate::{query::Query, rows::read_all};
use nerve_model::{ActionKind, Actor, EventKind, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};

/// A category that may act without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    /// The kind of event it begins with.
    pub event: EventKind,
    /// The kind of action it may do.
    pub action: ActionKind,
    /// Who allowed it.
    pub granted_by: Actor,
    /// When.
    pub granted_at: Timestamp,
}

pub(crate) fn select() -> Query<Vec<StoredGrant>> {
    let sql = "SELECT event_kind, action_kind, granted_by, granted_at FROM autonomy ORDER BY event_kind, action_kind";
    Query::new(Statement::new(sql, []), |rows| read_all(rows, read))
}

/// Every grant.
pub async fn all(db: &impl Database) -> Result<Vec<StoredGrant>, DatabaseError> {
    select().run(db).await
}

fn read(row: &Row) -> Result<StoredGrant, RowError> {
    Ok(StoredGrant {
        event: row.parse("event_kind")?,
        action: row.parse("action_kind")?,
        granted_by: row.json("granted_by")?,
        granted_at: row.time("granted_at")?,
    })
}

/// Lets a category act without a person; an earlier grant stays.
pub fn grant(event: EventKind, action: ActionKind, by: &Actor, at: Timestamp) -> Statement {
    let sql = "INSERT INTO autonomy (event_kind, action_kind, granted_by, granted_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (event_kind, action_kind) DO NOTHING";
    Statement::new(sql, [Value::text(event), Value::text(action), Value::json(by), at.into()])
}

/// Asks a person again.
pub fn revoke(event: EventKind, action: ActionKind) -> Statement {
    let sql = "DELETE FROM autonomy WHERE event_kind = ?1 AND action_kind = ?2";
    Statement::new(sql, [Value::text(event), Value::text(action)])
}
