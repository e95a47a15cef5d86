//! The last advice of each recommender about a record.

use nerve_model::{Digest, RecommenderId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Statement, Value};
use serde::{Serialize, de::DeserializeOwned};

/// The stored advice for this situation; `None` if the recommender's last advice was for another one, or no longer
/// parses.
pub async fn get<T: DeserializeOwned>(
    db: &impl Database,
    record: RecordId,
    recommender: &RecommenderId,
    situation: &Digest,
) -> Result<Option<T>, DatabaseError> {
    let sql = "SELECT advice FROM advice WHERE record = ?1 AND recommender = ?2 AND situation = ?3";
    let key = [Value::text(record), Value::text(recommender), situation.0.as_str().into()];
    let rows = db.query(Statement::new(sql, key)).await?;
    Ok(rows.first().and_then(|row| row.json("advice").ok()))
}

/// Stores advice and replaces the recommender's last one about the record.
pub fn keep(
    record: RecordId,
    recommender: &RecommenderId,
    situation: &Digest,
    advice: &impl Serialize,
    now: Timestamp,
) -> Statement {
    let sql = "INSERT INTO advice (record, recommender, situation, advice, given_at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (record, recommender) DO UPDATE SET situation = ?3, advice = ?4, given_at = ?5";
    let (record, recommender) = (Value::text(record), Value::text(recommender));
    Statement::new(sql, [record, recommender, situation.0.as_str().into(), Value::json(advice), now.into()])
}

/// Forgets what was advised about the whole that this record is part of: it may speak of the part.
pub(crate) fn forget_whole(part: RecordId) -> Statement {
    let sql = "DELETE FROM advice WHERE record = (SELECT root FROM records WHERE id = ?1)";
    Statement::new(sql, [Value::text(part)])
}
