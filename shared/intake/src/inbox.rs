//! The state machine of the `Inbox` object.
//!
//! A delivery is one row, keyed by its dedup key: claiming the key, keeping the event and keeping the raw bytes are
//! one write. The row has a `due_at` as long as something is still to be done with it (hand it on, report its
//! duplicates), and loses it when nothing is. All functions are synchronous, so that no other request runs between
//! what they read and what they write.

use nerve_model::{DedupKey, Event, EventId, Millis, RecordId, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value, Wake};
use nerve_protocol::{
    inbox::{Accepted, Kept, RawBody},
    limits::{BODY_CHUNK_BYTES, DEDUP_WINDOW, backoff},
};

/// How many deliveries one alarm works on.
const BATCH: u32 = 50;

/// Duplicates are counted at once and reported to the database after this time, many at a time.
const DUPLICATES_SETTLE: Millis = Millis::seconds(1);

const SCHEMA: [&str; 4] = [
    // `body` holds the first chunk; the rare bigger body continues in `body_chunks`. Without a rowid the key is the
    // table: keeping a delivery writes one row here and one in the index of what is due.
    "CREATE TABLE IF NOT EXISTS deliveries (
        dedup_key TEXT PRIMARY KEY, event_id TEXT NOT NULL, inbox TEXT NOT NULL, received_at INTEGER NOT NULL,
        due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, duplicates INTEGER NOT NULL DEFAULT 0,
        record TEXT, last_error TEXT, body_expired_at INTEGER, bytes INTEGER NOT NULL,
        event TEXT NOT NULL, headers TEXT NOT NULL, body BLOB
    ) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS body_chunks (
        event_id TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (event_id, n)
    ) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS retention (one INTEGER PRIMARY KEY CHECK (one = 1), sweep_at INTEGER NOT NULL)",
];

/// Creates the tables where they are missing.
pub fn open(storage: &impl ObjectStorage) -> Result<(), DatabaseError> {
    SCHEMA.iter().try_for_each(|sql| storage.execute(Statement::new(*sql, [])).map(drop))
}

/// A delivery as it reaches the inbox.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The inbox's own name.
    pub inbox: &'a str,
    /// The event.
    pub event: &'a Event,
    /// Selected request headers.
    pub headers: &'a [(String, String)],
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Keeps a delivery, or counts it when its dedup key is known. When this returns `Ok`, the bytes are in the write
/// that the platform confirms before the answer leaves the object.
pub fn accept(
    storage: &impl ObjectStorage,
    arrival: Arrival<'_>,
    retention: Millis,
    now: Timestamp,
) -> Result<Accepted, DatabaseError> {
    let event = arrival.event;
    let (first, rest) = arrival.body.split_at(arrival.body.len().min(BODY_CHUNK_BYTES));
    // The claim comes last: if a write before it fails, the delivery is not there and the vendor sends it again, and
    // whatever was written, a sweep will look after it.
    schedule_sweep(storage, now + retention)?;
    for (n, chunk) in (1..).zip(rest.chunks(BODY_CHUNK_BYTES)) {
        let params = [Value::text(event.id), Value::Integer(n), chunk.to_vec().into()];
        storage.execute(Statement::new("INSERT INTO body_chunks (event_id, n, bytes) VALUES (?1, ?2, ?3)", params))?;
    }
    let rows = storage.execute(claim(arrival, first, now))?;
    let row = rows.first().ok_or_else(|| missing("event_id"))?;
    let (kept, duplicates) = (row.parse::<EventId>("event_id")?, row.count("duplicates")?);
    if kept == event.id {
        return Ok(Accepted::Accepted { event: kept });
    }
    if !rest.is_empty() {
        delete_chunks(storage, event.id)?;
    }
    Ok(Accepted::Duplicate { event: kept, duplicates })
}

/// One statement claims the key or counts the copy. A copy of a delivery that is already handed on makes it due
/// again, to report the count.
fn claim(arrival: Arrival<'_>, first_chunk: &[u8], now: Timestamp) -> Statement {
    let event = arrival.event;
    Statement::new(
        "INSERT INTO deliveries (dedup_key, event_id, inbox, received_at, due_at, bytes, event, headers, body)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (dedup_key) DO UPDATE SET duplicates = duplicates + 1, due_at = COALESCE(due_at, ?9)
         RETURNING event_id, duplicates",
        [
            Value::text(&event.dedup_key),
            Value::text(event.id),
            arrival.inbox.into(),
            now.into(),
            Value::Integer(i64::try_from(arrival.body.len()).unwrap_or(i64::MAX)),
            Value::json(event),
            Value::json(&arrival.headers),
            first_chunk.to_vec().into(),
            (now + DUPLICATES_SETTLE).into(),
        ],
    )
}

/// What is to be done with a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Find out whom it concerns and hand it to that record.
    HandOn(Box<Event>),
    /// Tell the database how many copies came.
    ReportDuplicates {
        /// Copies after the first.
        duplicates: u32,
    },
}

/// A delivery with something to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Its key.
    pub dedup_key: DedupKey,
    /// Its event's id.
    pub event: EventId,
    /// The inbox's own name.
    pub inbox: String,
    /// What is to be done.
    pub task: Task,
}

/// The deliveries whose time has come, longest due first.
pub fn due(storage: &impl ObjectStorage, now: Timestamp) -> Result<Vec<Due>, DatabaseError> {
    let rows = storage.execute(Statement::new(
        "SELECT dedup_key, event_id, inbox, record, duplicates, event FROM deliveries
         WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
        [now.into(), BATCH.into()],
    ))?;
    rows.iter().map(|row| read_due(row).map_err(DatabaseError::from)).collect()
}

fn read_due(row: &Row) -> Result<Due, RowError> {
    let task = match row.optional_text("record")? {
        None => Task::HandOn(row.json("event")?),
        Some(_) => Task::ReportDuplicates { duplicates: row.count("duplicates")? },
    };
    let dedup_key = DedupKey::new(row.text("dedup_key")?);
    Ok(Due { dedup_key, event: row.parse("event_id")?, inbox: row.text("inbox")?.to_owned(), task })
}

/// The record has the event. Copies that came meanwhile are still to be reported.
pub fn handed_on(
    storage: &impl ObjectStorage,
    key: &DedupKey,
    record: RecordId,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE deliveries SET record = ?2, last_error = NULL,
               due_at = CASE WHEN duplicates > 0 THEN ?3 END WHERE dedup_key = ?1";
    storage.execute(Statement::new(sql, [Value::text(key), Value::text(record), now.into()])).map(drop)
}

/// The database knows of so many copies; more may have come meanwhile.
pub fn duplicates_reported(storage: &impl ObjectStorage, key: &DedupKey, reported: u32) -> Result<(), DatabaseError> {
    let sql =
        "UPDATE deliveries SET due_at = NULL, attempts = 0, last_error = NULL WHERE dedup_key = ?1 AND duplicates = ?2";
    storage.execute(Statement::new(sql, [Value::text(key), reported.into()])).map(drop)
}

/// It did not work: try again after a while, each time a longer one. Nothing is ever given up.
pub fn postpone(
    storage: &impl ObjectStorage,
    key: &DedupKey,
    error: &str,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let sql = "SELECT attempts FROM deliveries WHERE dedup_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(key)]))?;
    let attempts = rows.first().ok_or_else(|| missing("attempts"))?.count("attempts")?;
    let sql = "UPDATE deliveries SET attempts = attempts + 1, last_error = ?2, due_at = ?3 WHERE dedup_key = ?1";
    let due_at = now + backoff(attempts);
    storage.execute(Statement::new(sql, [Value::text(key), error.into(), due_at.into()])).map(drop)
}

/// When the alarm is wanted next.
pub fn wake(storage: &impl ObjectStorage) -> Result<Wake, DatabaseError> {
    let rows = storage.execute(Statement::new(
        "SELECT (SELECT MIN(due_at) FROM deliveries WHERE due_at IS NOT NULL) AS due_at,
                (SELECT sweep_at FROM retention) AS sweep_at",
        [],
    ))?;
    let row = rows.first().ok_or_else(|| missing("due_at"))?;
    Ok(Wake::earliest([row.optional_time("due_at")?, row.optional_time("sweep_at")?]))
}

/// Where a delivery stands.
pub fn inspect(storage: &impl ObjectStorage, key: &DedupKey) -> Result<Option<Kept>, DatabaseError> {
    let sql = "SELECT event_id, duplicates, record, attempts, last_error FROM deliveries WHERE dedup_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(key)]))?;
    Ok(rows.first().map(read_kept).transpose()?)
}

fn read_kept(row: &Row) -> Result<Kept, RowError> {
    Ok(Kept {
        event: row.parse("event_id")?,
        duplicates: row.count("duplicates")?,
        record: row.optional_text("record")?.map(|_| row.parse("record")).transpose()?,
        attempts: row.count("attempts")?,
        last_error: row.optional_text("last_error")?.map(str::to_owned),
    })
}

/// The raw body, byte for byte, with what is known about it.
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

/// Deletes raw bodies older than `retention`, and whole deliveries once their dedup window is over as well. Nothing
/// that is still due is touched.
pub fn sweep(storage: &impl ObjectStorage, retention: Millis, now: Timestamp) -> Result<(), DatabaseError> {
    let due = "SELECT 1 FROM retention WHERE sweep_at <= ?1";
    if storage.execute(Statement::new(due, [now.into()]))?.is_empty() {
        return Ok(());
    }
    let bodies_before = now - retention;
    let keys_before = now - Millis(retention.0.max(DEDUP_WINDOW.0));
    let forget = "DELETE FROM deliveries WHERE due_at IS NULL AND received_at <= ?1";
    storage.execute(Statement::new(forget, [keys_before.into()]))?;
    let expire = "UPDATE deliveries SET body = NULL, body_expired_at = ?2
                  WHERE due_at IS NULL AND received_at <= ?1 AND body_expired_at IS NULL";
    storage.execute(Statement::new(expire, [bodies_before.into(), now.into()]))?;
    let orphans = "DELETE FROM body_chunks WHERE event_id NOT IN
                   (SELECT event_id FROM deliveries WHERE body_expired_at IS NULL)";
    storage.execute(Statement::new(orphans, []))?;
    reschedule_sweep(storage, retention, now)
}

fn schedule_sweep(storage: &impl ObjectStorage, at: Timestamp) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO retention (one, sweep_at) VALUES (1, ?1) ON CONFLICT (one) DO NOTHING";
    storage.execute(Statement::new(sql, [at.into()])).map(drop)
}

/// The next sweep is when the oldest body or key left comes of age, but not before tomorrow.
fn reschedule_sweep(storage: &impl ObjectStorage, retention: Millis, now: Timestamp) -> Result<(), DatabaseError> {
    let sql = "SELECT MIN(received_at) AS oldest FROM deliveries";
    let rows = storage.execute(Statement::new(sql, []))?;
    let next = match rows.first().map(|row| row.optional_time("oldest")).transpose()?.flatten() {
        None => Statement::new("DELETE FROM retention", []),
        Some(oldest) => {
            let at = (oldest + retention).max(now + Millis::days(1));
            Statement::new("UPDATE retention SET sweep_at = ?1", [at.into()])
        }
    };
    storage.execute(next).map(drop)
}

fn delete_chunks(storage: &impl ObjectStorage, event: EventId) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM body_chunks WHERE event_id = ?1";
    storage.execute(Statement::new(sql, [Value::text(event)])).map(drop)
}

fn missing(column: &str) -> DatabaseError {
    RowError { column: column.to_owned(), problem: "is missing".to_owned() }.into()
}
