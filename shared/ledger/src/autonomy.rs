//! Grants of autonomy: the categories that may act without a person.

use crate::{query::Query, rows::read_all};
use nerve_model::{ActionKind, Actor, EventKind, RecommenderId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};

/// A grant: a category that may act without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    /// The recommender that may act.
    pub recommender: RecommenderId,
    /// The kind of event of the category.
    pub event: EventKind,
    /// The kind of action of the category.
    pub action: ActionKind,
    /// The person who granted it.
    pub granted_by: Actor,
    /// The time of the grant.
    pub granted_at: Timestamp,
}

pub(crate) fn select() -> Query<Vec<StoredGrant>> {
    let sql = "SELECT recommender, event_kind, action_kind, granted_by, granted_at FROM autonomy
               ORDER BY recommender, event_kind, action_kind";
    Query::new(Statement::new(sql, []), |rows| read_all(rows, read))
}

/// All grants.
pub async fn all(db: &impl Database) -> Result<Vec<StoredGrant>, DatabaseError> {
    select().run(db).await
}

fn read(row: &Row) -> Result<StoredGrant, RowError> {
    Ok(StoredGrant {
        recommender: row.parse("recommender")?,
        event: row.parse("event_kind")?,
        action: row.parse("action_kind")?,
        granted_by: row.json("granted_by")?,
        granted_at: row.time("granted_at")?,
    })
}

/// Grants autonomy to a category; an earlier grant stays.
pub fn grant(grant: &StoredGrant) -> Statement {
    let StoredGrant { recommender, event, action, granted_by, granted_at } = grant;
    let sql = "INSERT INTO autonomy (recommender, event_kind, action_kind, granted_by, granted_at)
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (recommender, event_kind, action_kind) DO NOTHING";
    let category = [Value::text(recommender), Value::text(event), Value::text(action)];
    Statement::new(sql, category.into_iter().chain([Value::json(granted_by), (*granted_at).into()]))
}

/// Revokes the grant: a person decides again.
pub fn revoke(recommender: &RecommenderId, event: EventKind, action: ActionKind) -> Statement {
    let sql = "DELETE FROM autonomy WHERE recommender = ?1 AND event_kind = ?2 AND action_kind = ?3";
    Statement::new(sql, [Value::text(recommender), Value::text(event), Value::text(action)])
}
