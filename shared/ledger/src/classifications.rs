//! Classifications of events, each with the id of its proposal. The latest one that was not undone counts.

use crate::rows::read_all;
use nerve_model::{ClassifyEvent, EventId, ProposalId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Statement, Value};
use std::collections::BTreeMap;

/// Stores the classification of an event. Refused as a conflict when it exists.
pub fn insert(
    id: ProposalId,
    event: EventId,
    record: RecordId,
    classification: &ClassifyEvent,
    at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO classifications (id, event, record, topic, urgency, note, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [
            Value::text(id),
            Value::text(event),
            Value::text(record),
            classification.topic.as_str().into(),
            Value::text(classification.urgency),
            classification.note.as_str().into(),
            at.into(),
        ],
    )
}

/// Undoes a classification: the one before it counts again.
pub fn undo(id: ProposalId, at: Timestamp) -> Statement {
    let sql = "UPDATE classifications SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

/// The classifications that count, for those of the events that have one.
pub async fn of(db: &impl Database, events: &[EventId]) -> Result<BTreeMap<EventId, ClassifyEvent>, DatabaseError> {
    let sql = "SELECT event, classification FROM event_classification
               WHERE event IN (SELECT value FROM json_each(?1))";
    let rows = db.query(Statement::new(sql, [Value::json(&events)])).await?;
    let found = read_all(&rows, |row| Ok((row.parse("event")?, row.json("classification")?)))?;
    Ok(found.into_iter().collect())
}
