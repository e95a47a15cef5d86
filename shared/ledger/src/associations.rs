//! Associations of events with further records, and the handles by which people refer to records.

use crate::{members::read_ref, query::Query, rows::read_all};
use nerve_model::{EventId, RecordId, RecordRef, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use nerve_situation::About;
use serde::Serialize;

/// An association of an event with a further record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Association {
    /// The record.
    pub record: RecordRef,
    /// The confidence of the association, 0 to 1.
    pub confidence: f64,
    /// The evidence, for example `names serial number SN-1`.
    pub how: String,
}

/// Stores the associations of an event; `at` is the time of the event. Existing ones stay.
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

/// The associations of an event, most confident first, at most 20. A merged record appears as its root.
pub async fn of_event(db: &impl Database, event: EventId) -> Result<Vec<Association>, DatabaseError> {
    let sql = "SELECT r.id, r.type, r.name, MAX(c.confidence) AS confidence, c.how FROM associations c
               JOIN records part ON part.id = c.record JOIN records r ON r.id = COALESCE(part.root, part.id)
               WHERE c.event = ?1 GROUP BY r.id ORDER BY confidence DESC, r.id LIMIT 20";
    Ok(read_all(&db.query(Statement::new(sql, [Value::text(event)])).await?, read)?)
}

/// The further records of these events, most confident first; each appears as its root.
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
        // SQLite may return a whole number as an integer.
        _ => f64::from(row.count("confidence")?),
    };
    Ok(Association { record: read_ref(row)?, confidence, how: row.text("how")?.to_owned() })
}

/// A number or id that people quote to refer to a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle {
    /// The number or id, in the normal form in which it is compared.
    pub handle: String,
    /// The sort of number, for example `invoice`.
    pub what: &'static str,
}

/// Stores the handles by which people refer to a record. Repeating it changes nothing.
pub fn remember(record: RecordId, handles: &[Handle]) -> Statement {
    let rows: Vec<_> = handles.iter().map(|handle| (&handle.handle, handle.what)).collect();
    let sql = "INSERT INTO handles (handle, record, what) SELECT value ->> 0, ?1, value ->> 1 FROM json_each(?2)
               WHERE 1 ON CONFLICT (handle, record) DO NOTHING";
    Statement::new(sql, [Value::text(record), Value::json(&rows)])
}

/// A reference in a text to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referred {
    /// The word in the text.
    pub token: String,
    /// The sort of number, for example `invoice` or `serial`.
    pub what: String,
    /// The record that has the handle; it may be a part.
    pub part: RecordId,
    /// The root of that record.
    pub record: RecordRef,
}

/// The most records that are read for one word. A word that refers to several records means none of them.
const BEARERS: u32 = 3;

/// The records that these words refer to, at most [`BEARERS`] for each word, each found by key.
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
