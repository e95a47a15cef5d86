//! What else an event is about besides the record it came to, and the numbers by which people refer to things.

use crate::{members::read_ref, query::Query, rows::read_all};
use nerve_model::{EventId, RecordId, RecordRef, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use nerve_situation::About;
use serde::Serialize;

/// A further record that an event is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Association {
    /// The record.
    pub record: RecordRef,
    /// How likely the event is about it, 0 to 1.
    pub confidence: f64,
    /// Why Nerve thinks so, for example `names serial number SN-1`.
    pub how: String,
}

/// Notes that an event, which happened then, is about these records as well.
pub fn insert(event: EventId, at: Timestamp, associations: &[Association]) -> Statement {
    let rows: Vec<_> = associations
        .iter()
        .map(|concern| (concern.record.id, concern.record.record_type, concern.confidence, &concern.how))
        .collect();
    let sql = "INSERT INTO associations (event, record, role, confidence, how, at)
               SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?3 FROM json_each(?2)
               WHERE 1 ON CONFLICT (event, record) DO NOTHING";
    Statement::new(sql, [Value::text(event), Value::json(&rows), at.into()])
}

/// What else an event is about, the surest first; records that were merged by what they are part of.
pub async fn of_event(db: &impl Database, event: EventId) -> Result<Vec<Association>, DatabaseError> {
    let sql = "SELECT r.id, r.type, r.name, MAX(c.confidence) AS confidence, c.how FROM associations c
               JOIN records part ON part.id = c.record JOIN records r ON r.id = COALESCE(part.root, part.id)
               WHERE c.event = ?1 GROUP BY r.id ORDER BY confidence DESC, r.id LIMIT 20";
    Ok(read_all(&db.query(Statement::new(sql, [Value::text(event)])).await?, read)?)
}

/// What else these events are about, the surest first.
pub(crate) fn select_about(events: &[EventId]) -> Query<Vec<About>> {
    let sql = "SELECT c.event, r.id, r.type, r.name FROM json_each(?1) AS wanted
               CROSS JOIN associations c ON c.event = wanted.value
               CROSS JOIN records part ON part.id = c.record
               CROSS JOIN records r ON r.id = COALESCE(part.root, part.id)
               ORDER BY c.event, c.confidence DESC, r.id";
    Query::new(Statement::new(sql, [Value::json(&events)]), read_about)
}

fn read_about(rows: &[Row]) -> Result<Vec<About>, RowError> {
    let mut about = read_all(rows, |row| Ok(About { event: row.parse("event")?, record: read_ref(row)? }))?;
    about.dedup();
    Ok(about)
}

fn read(row: &Row) -> Result<Association, RowError> {
    let confidence = match row.get("confidence") {
        Value::Real(share) => *share,
        // A whole number may come back as one.
        _ => f64::from(row.count("confidence")?),
    };
    Ok(Association { record: read_ref(row)?, confidence, how: row.text("how")?.to_owned() })
}

/// Something people quote, and what it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle {
    /// The number or id, in the one way it is compared.
    pub handle: String,
    /// What it is, for example `invoice`.
    pub what: &'static str,
}

/// Notes by what people refer to something that happened to a record. Repeating it changes nothing.
pub fn remember(record: RecordId, handles: &[Handle]) -> Statement {
    let rows: Vec<_> = handles.iter().map(|handle| (&handle.handle, handle.what)).collect();
    let sql = "INSERT INTO handles (handle, record, what) SELECT value ->> 0, ?1, value ->> 1 FROM json_each(?2)
               WHERE 1 ON CONFLICT (handle, record) DO NOTHING";
    Statement::new(sql, [Value::text(record), Value::json(&rows)])
}

/// A record that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referred {
    /// The word of the text.
    pub token: String,
    /// What it is, for example `invoice` or `serial`.
    pub what: String,
    /// The record as it came to be known by it.
    pub part: RecordId,
    /// What that is part of, itself unless it was merged.
    pub record: RecordRef,
}

/// More records than this go by a word that means nothing.
const BEARERS: u32 = 3;

/// What these words refer to: by key for each.
pub(crate) fn select_referred(tokens: &[&str]) -> Query<Vec<Referred>> {
    let sql = "SELECT found.token, found.what, found.record AS part, r.id, r.type, r.name
               FROM (SELECT wanted.value AS token, bearer.value ->> 0 AS record, bearer.value ->> 1 AS what
                     FROM json_each(?1) AS wanted, json_each((
                         SELECT json_group_array(json_array(record, what)) FROM (
                             SELECT record, what FROM handles WHERE handle = wanted.value
                             UNION ALL SELECT record, kind FROM identities WHERE kind = 'serial' AND value = wanted.value
                             UNION ALL SELECT record, kind FROM identities WHERE kind = 'external' AND value = wanted.value
                             LIMIT ?2))) AS bearer) AS found
               CROSS JOIN records part ON part.id = found.record
               CROSS JOIN records r ON r.id = COALESCE(part.root, part.id)";
    Query::new(Statement::new(sql, [Value::json(&tokens), BEARERS.into()]), |rows| read_all(rows, read_referred))
}

fn read_referred(row: &Row) -> Result<Referred, RowError> {
    Ok(Referred {
        token: row.text("token")?.to_owned(),
        what: row.text("what")?.to_owned(),
        part: row.parse("part")?,
        record: read_ref(row)?,
    })
}
