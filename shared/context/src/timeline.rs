//! The state machine of the `Record` object.
//!
//! The timeline holds each fact once, in order of arrival. Entries after the last confirmed one are pending: they
//! wait for a decision and are announced again and again until the consumer confirms. All functions are synchronous,
//! so that no other request runs between what they read and what they write.

use nerve_model::{Event, EventId, EventKind, Match, Millis, RecordId, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value, Wake};
use nerve_protocol::record::{Appended, Page, Pending, TimelineEntry};

/// How many pending entries are decided at a time.
const BATCH: u32 = 50;

/// How many reporters of one fact are remembered by id.
const REPORTERS: usize = 20;

const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS timeline (
        seq INTEGER PRIMARY KEY, semantic_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, appended_at INTEGER NOT NULL,
        reporters TEXT NOT NULL, event TEXT NOT NULL, matched TEXT NOT NULL
    )",
    "CREATE TABLE IF NOT EXISTS progress (
        one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL, confirmed INTEGER NOT NULL
    )",
];

/// Creates the tables where they are missing.
pub fn open(storage: &impl ObjectStorage) -> Result<(), DatabaseError> {
    SCHEMA.iter().try_for_each(|sql| storage.execute(Statement::new(*sql, [])).map(drop))
}

/// Puts an event on the timeline, unless its fact is there already. Repeating it changes nothing.
pub fn append(
    storage: &impl ObjectStorage,
    record: RecordId,
    event: &Event,
    matched: &Match,
    now: Timestamp,
) -> Result<Appended, DatabaseError> {
    let sql = "SELECT seq, reporters, event FROM timeline WHERE semantic_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(&event.semantic_key)]))?;
    if let Some(row) = rows.first() {
        return report_again(storage, row, event.id);
    }
    let sql = "INSERT INTO progress (one, record, confirmed) VALUES (1, ?1, 0) ON CONFLICT (one) DO NOTHING";
    storage.execute(Statement::new(sql, [Value::text(record)]))?;
    let rows = storage.execute(insert(event, matched, now))?;
    let seq = rows.first().map(|row| seq(row, "seq")).transpose()?.unwrap_or_default();
    Ok(Appended::New { seq })
}

fn insert(event: &Event, matched: &Match, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO timeline (semantic_key, kind, appended_at, reporters, event, matched)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING seq",
        [
            Value::text(&event.semantic_key),
            Value::text(event.kind()),
            now.into(),
            Value::json(&[event.id]),
            Value::json(event),
            Value::json(matched),
        ],
    )
}

fn report_again(storage: &impl ObjectStorage, row: &Row, reporter: EventId) -> Result<Appended, DatabaseError> {
    let first: Event = row.json("event")?;
    let mut reporters: Vec<EventId> = row.json("reporters")?;
    if !reporters.contains(&reporter) && reporters.len() < REPORTERS {
        reporters.push(reporter);
        let sql = "UPDATE timeline SET reporters = ?2 WHERE seq = ?1";
        storage.execute(Statement::new(sql, [row.integer("seq")?.into(), Value::json(&reporters)]))?;
    }
    Ok(Appended::Known { event: first.id })
}

/// What waits for a decision, oldest first, and up to `history` entries before it, newest first.
pub fn pending(storage: &impl ObjectStorage, history: u32) -> Result<Pending, DatabaseError> {
    let confirmed = "(SELECT COALESCE(MAX(confirmed), 0) FROM progress)";
    let select = "SELECT seq, reporters, event, matched FROM timeline";
    let entries = format!("{select} WHERE seq > {confirmed} ORDER BY seq LIMIT ?1");
    let before = format!("{select} WHERE seq <= {confirmed} ORDER BY seq DESC LIMIT ?1");
    Ok(Pending {
        entries: read_entries(&storage.execute(Statement::new(entries, [BATCH.into()]))?)?,
        history: read_entries(&storage.execute(Statement::new(before, [history.into()]))?)?,
    })
}

/// Everything up to `up_to` was decided. Never goes back.
pub fn confirm(storage: &impl ObjectStorage, up_to: u64) -> Result<(), DatabaseError> {
    let sql = "UPDATE progress SET confirmed = ?1
               WHERE confirmed < ?1 AND ?1 <= (SELECT COALESCE(MAX(seq), 0) FROM timeline)";
    storage.execute(Statement::new(sql, [number(up_to)])).map(drop)
}

/// A page of the timeline, newest first.
pub fn page(
    storage: &impl ObjectStorage,
    before: Option<u64>,
    kind: Option<EventKind>,
    limit: u32,
) -> Result<Page, DatabaseError> {
    let sql = "SELECT seq, reporters, event, matched FROM timeline
               WHERE (?1 IS NULL OR seq < ?1) AND (?2 IS NULL OR kind = ?2) ORDER BY seq DESC LIMIT ?3";
    let kind = kind.map(EventKind::as_str);
    // One more than asked tells whether there is a next page.
    let params = [before.map_or(Value::Null, number), kind.into(), limit.saturating_add(1).into()];
    let mut entries = read_entries(&storage.execute(Statement::new(sql, params))?)?;
    let more = entries.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        entries.pop();
    }
    let next = entries.last().filter(|_| more).map(|entry| entry.seq);
    Ok(Page { entries, next })
}

/// What an object with pending entries has to announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// The record it is the object of.
    pub record: RecordId,
    /// When to announce again if nobody confirms: later the longer it has waited, 30 seconds to 10 minutes.
    pub again_at: Timestamp,
}

/// What to announce at an alarm; `None` when nothing is pending.
pub fn announcement(storage: &impl ObjectStorage, now: Timestamp) -> Result<Option<Announcement>, DatabaseError> {
    let sql = "SELECT p.record AS record, t.appended_at AS waits_since FROM progress p
               JOIN timeline t ON t.seq > p.confirmed ORDER BY t.seq LIMIT 1";
    let rows = storage.execute(Statement::new(sql, []))?;
    let Some(row) = rows.first() else { return Ok(None) };
    let waited = now.since(row.time("waits_since")?).0;
    let pause = Millis(waited.clamp(Millis::seconds(30).0, Millis::minutes(10).0));
    Ok(Some(Announcement { record: row.parse("record")?, again_at: now + pause }))
}

/// When the alarm is wanted after an append or a confirmation: once nothing new has come for `settle`, but after ten
/// times as long even if events keep coming.
pub fn wake(storage: &impl ObjectStorage, settle: Millis) -> Result<Wake, DatabaseError> {
    let sql = "SELECT MIN(appended_at) AS first, MAX(appended_at) AS last FROM timeline
               WHERE seq > (SELECT COALESCE(MAX(confirmed), 0) FROM progress)";
    let rows = storage.execute(Statement::new(sql, []))?;
    let Some(row) = rows.first() else { return Ok(Wake::NotNeeded) };
    let at_latest = Millis(settle.0.saturating_mul(10));
    let settled = row.optional_time("last")?.map(|last| last + settle);
    Ok(Wake::earliest([settled, row.optional_time("first")?.map(|first| first + at_latest)]))
}

fn read_entries(rows: &[Row]) -> Result<Vec<TimelineEntry>, RowError> {
    rows.iter().map(read_entry).collect()
}

fn read_entry(row: &Row) -> Result<TimelineEntry, RowError> {
    let reporters: Vec<EventId> = row.json("reporters")?;
    Ok(TimelineEntry {
        seq: seq(row, "seq")?,
        event: row.json("event")?,
        matched: row.json("matched")?,
        reports: u32::try_from(reporters.len()).unwrap_or(u32::MAX),
    })
}

fn seq(row: &Row, column: &str) -> Result<u64, RowError> {
    let wrong = |_| RowError { column: column.to_owned(), problem: "is not a place in the order".to_owned() };
    u64::try_from(row.integer(column)?).map_err(wrong)
}

fn number(seq: u64) -> Value {
    Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX))
}
