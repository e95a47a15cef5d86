//! The state machine of the `Inbox` object.
//!
//! A delivery is one row: one write claims its dedup key and stores the event and the raw bytes. Rows are numbered in
//! order of arrival. A mark holds the number of the last dispatched row, so one write marks a whole batch. Failed
//! deliveries and copies still to be reported are *retries*: rows of their own with a time, so that they hold up
//! nothing. All functions are synchronous, so no other request runs between their reads and their writes.

mod forget;
mod retention;
mod retries;

pub use forget::{erase, scrub};
pub use retention::{retention, sweep};
pub use retries::{BATCH, Due, Outcome, Task, back_off, due, record_outcomes, wake};

use crate::redaction::redact;
use nerve_model::{DedupKey, Event, EventId, Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value};
use nerve_protocol::{
    inbox::{Accepted, Kept, RawBody},
    limits::BODY_CHUNK_BYTES,
};

/// The inbox counts copies at once and reports them to the database after this time, many together.
const COPIES_DEBOUNCE: Millis = Millis::seconds(1);

const SCHEMA: [&str; 4] = [
    // `body` holds the first chunk; `body_chunks` holds the rest of the rare bigger body.
    "CREATE TABLE IF NOT EXISTS deliveries (
        seq INTEGER PRIMARY KEY, dedup_key TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL, inbox TEXT NOT NULL,
        received_at INTEGER NOT NULL, duplicates INTEGER NOT NULL DEFAULT 0, body_expired_at INTEGER,
        bytes INTEGER NOT NULL, event TEXT NOT NULL, headers TEXT NOT NULL, body BLOB
    )",
    "CREATE TABLE IF NOT EXISTS body_chunks (
        event_id TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (event_id, n)
    ) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS retries (
        seq INTEGER PRIMARY KEY, task TEXT NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, last_error TEXT
    )",
    // Absent until the first dispatch. Nothing is tried before `resume_at`.
    "CREATE TABLE IF NOT EXISTS progress (
        one INTEGER PRIMARY KEY CHECK (one = 1), dispatched INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        resume_at INTEGER, sweep_at INTEGER
    )",
];

/// Creates missing tables.
pub fn open<S: ObjectStorage>(storage: &S) -> Result<(), DatabaseError> {
    SCHEMA.iter().try_for_each(|sql| storage.execute(Statement::new(*sql, [])).map(drop))
}

/// A delivery on its way into the inbox.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The name of the inbox.
    pub inbox: &'a str,
    /// The event's id.
    pub id: EventId,
    /// The event's dedup key.
    pub dedup_key: &'a DedupKey,
    /// The event as JSON text; dispatch parses it.
    pub event: &'a str,
    /// Selected request headers.
    pub headers: &'a [(String, String)],
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// The event after redaction; `None` if nothing was redacted. Text that does not parse as an event stays as it is: no
/// page shows it, and a person has to look at it.
fn fit_to_keep(event: &str) -> Option<String> {
    let mut read: Event = serde_json::from_str(event).ok()?;
    redact(&mut read).then(|| serde_json::to_string(&read).ok())?
}

/// Stores a delivery, or counts a copy if its dedup key is known. After `Ok`, the bytes are part of the write that the
/// platform confirms before the answer leaves the object.
pub fn accept(storage: &impl ObjectStorage, arrival: Arrival<'_>, now: Timestamp) -> Result<Accepted, DatabaseError> {
    let (first, rest) = arrival.body.split_at(arrival.body.len().min(BODY_CHUNK_BYTES));
    // The claim is the last write: if an earlier one fails, the delivery does not exist and the vendor sends it again.
    // A sweep finds chunks without a delivery.
    for (n, chunk) in (1..).zip(rest.chunks(BODY_CHUNK_BYTES)) {
        let params = [Value::text(arrival.id), Value::Integer(n), chunk.to_vec().into()];
        storage.execute(Statement::new("INSERT INTO body_chunks (event_id, n, bytes) VALUES (?1, ?2, ?3)", params))?;
    }
    let clean = fit_to_keep(arrival.event);
    let arrival = Arrival { event: clean.as_deref().unwrap_or(arrival.event), ..arrival };
    let rows = storage.execute(claim(arrival, first, now))?;
    let row = rows.first().ok_or_else(|| missing("event_id"))?;
    let event: EventId = row.parse("event_id")?;
    if event == arrival.id {
        return Ok(Accepted::Accepted { event });
    }
    if !rest.is_empty() {
        delete_chunks(storage, arrival.id)?;
    }
    retries::report_copies(storage, row.integer("seq")?, now + COPIES_DEBOUNCE)?;
    Ok(Accepted::Duplicate { event, duplicates: row.count("duplicates")? })
}

/// The statement that claims the key or counts the copy.
fn claim(arrival: Arrival<'_>, first_chunk: &[u8], now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO deliveries (dedup_key, event_id, inbox, received_at, bytes, event, headers, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (dedup_key) DO UPDATE SET duplicates = duplicates + 1
         RETURNING seq, event_id, duplicates",
        [
            Value::text(arrival.dedup_key),
            Value::text(arrival.id),
            arrival.inbox.into(),
            now.into(),
            Value::Integer(i64::try_from(arrival.body.len()).unwrap_or(i64::MAX)),
            arrival.event.into(),
            Value::json(&arrival.headers),
            first_chunk.to_vec().into(),
        ],
    )
}

/// The state of a delivery.
pub fn inspect(storage: &impl ObjectStorage, key: &DedupKey) -> Result<Option<Kept>, DatabaseError> {
    let sql = "SELECT d.event_id, d.duplicates, COALESCE(e.attempts, 0) AS attempts, e.last_error,
                      d.seq <= COALESCE((SELECT dispatched FROM progress), 0)
                      AND COALESCE(e.task, '') <> 'dispatch' AS dispatched
               FROM deliveries d LEFT JOIN retries e ON e.seq = d.seq WHERE d.dedup_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(key)]))?;
    Ok(rows.first().map(read_kept).transpose()?)
}

fn read_kept(row: &Row) -> Result<Kept, RowError> {
    Ok(Kept {
        event: row.parse("event_id")?,
        duplicates: row.count("duplicates")?,
        dispatched: row.flag("dispatched")?,
        attempts: row.count("attempts")?,
        last_error: row.optional_text("last_error")?.map(str::to_owned),
    })
}

/// The raw body, byte for byte, with its description.
pub fn raw(storage: &impl ObjectStorage, key: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, DatabaseError> {
    let sql =
        "SELECT event_id, headers, received_at, bytes, body, body_expired_at FROM deliveries WHERE dedup_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(key)]))?;
    let Some(row) = rows.first() else { return Ok(None) };
    let about = RawBody {
        headers: row.json("headers")?,
        received_at: row.time("received_at")?,
        bytes: row.count("bytes")?,
        expired_at: row.optional_time("body_expired_at")?,
    };
    let mut body = if about.expired_at.is_some() { Vec::new() } else { row.blob("body")?.to_vec() };
    let sql = "SELECT bytes FROM body_chunks WHERE event_id = ?1 ORDER BY n";
    for chunk in storage.execute(Statement::new(sql, [row.text("event_id")?.into()]))? {
        body.extend_from_slice(chunk.blob("bytes")?);
    }
    Ok(Some((about, body)))
}

fn delete_chunks(storage: &impl ObjectStorage, event: EventId) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM body_chunks WHERE event_id = ?1";
    storage.execute(Statement::new(sql, [Value::text(event)])).map(drop)
}

fn missing(column: &str) -> DatabaseError {
    RowError { column: column.to_owned(), problem: "is missing".to_owned() }.into()
}
