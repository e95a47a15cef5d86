//! The state machine of the `Record` object.
//!
//! The timeline has each fact once, in order of arrival. Entries after the last confirmed one are pending: every read
//! returns them until the agent confirms. All functions are synchronous, so that no other request runs between their
//! reads and writes.

use crate::{
    condensed, open_items,
    rows::{number, readable, seq},
    span,
};
use nerve_model::{EventId, SemanticKey, Subject, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span, TimelineEntry};

/// The most pending entries that are returned at a time.
const BATCH: u32 = 50;

/// The most facts about pending subjects that are searched for settling ones.
const SETTLERS: u32 = 200;

/// The most reporters of one fact whose ids are stored.
const REPORTERS: usize = 20;

const SCHEMA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS timeline (
        seq INTEGER PRIMARY KEY, semantic_key TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL, kind TEXT NOT NULL,
        appended_at INTEGER NOT NULL, reporters TEXT NOT NULL, event TEXT NOT NULL, matched TEXT NOT NULL
    )",
    "CREATE TABLE IF NOT EXISTS progress (one INTEGER PRIMARY KEY CHECK (one = 1), confirmed INTEGER NOT NULL)",
    // This table has a row once the record is erased.
    "CREATE TABLE IF NOT EXISTS erased (one INTEGER PRIMARY KEY CHECK (one = 1))",
];

/// Creates missing tables and indexes.
pub fn open<S: ObjectStorage>(storage: &S) -> Result<(), DatabaseError> {
    let tables = SCHEMA.iter().chain(&open_items::SCHEMA).chain([&span::SCHEMA, &condensed::SCHEMA]);
    tables.into_iter().try_for_each(|sql| storage.execute(Statement::new(*sql, [])).map(drop))
}

/// Appends an event unless its fact is on the timeline. Repeating it changes nothing.
pub fn append(storage: &impl ObjectStorage, entry: &NewEntry, now: Timestamp) -> Result<Appended, DatabaseError> {
    let sql = "SELECT seq, event_id, reporters FROM timeline WHERE semantic_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(&entry.event.semantic_key)]))?;
    if crate::forget::is_erased(storage)? {
        return Ok(Appended::Known { event: entry.event.id });
    }
    if let Some(row) = rows.first() {
        return report_again(storage, row, entry.event.id);
    }
    open_items::note(storage, &entry.event)?;
    let rows = storage.execute(insert(entry, now))?;
    let seq = rows.first().map(|row| seq(row, "seq")).transpose()?.unwrap_or_default();
    Ok(Appended::New { seq })
}

fn insert(NewEntry { event, matched }: &NewEntry, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO timeline (semantic_key, event_id, kind, appended_at, reporters, event, matched)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING seq",
        [
            Value::text(&event.semantic_key),
            Value::text(event.id),
            Value::text(event.kind()),
            now.into(),
            Value::json(&[event.id]),
            Value::json(event),
            Value::json(matched),
        ],
    )
}

fn report_again(storage: &impl ObjectStorage, row: &Row, reporter: EventId) -> Result<Appended, DatabaseError> {
    let mut reporters: Vec<EventId> = row.json("reporters")?;
    if !reporters.contains(&reporter) && reporters.len() < REPORTERS {
        reporters.push(reporter);
        let sql = "UPDATE timeline SET reporters = ?2 WHERE seq = ?1";
        storage.execute(Statement::new(sql, [row.integer("seq")?.into(), Value::json(&reporters)]))?;
    }
    Ok(Appended::Known { event: row.parse("event_id")? })
}

/// The pending entries, oldest first; up to `history` entries before them, newest first, and counts of those before;
/// earlier facts that settled a pending subject; and the open items. An unreadable entry is skipped and does not hold
/// up the others.
pub fn pending(storage: &impl ObjectStorage, history: u32, now: Timestamp) -> Result<Pending, DatabaseError> {
    let confirmed = "(SELECT COALESCE(MAX(confirmed), 0) FROM progress)";
    let select = "SELECT seq, reporters, event, matched FROM timeline";
    let entries = format!("{select} WHERE seq > {confirmed} ORDER BY seq LIMIT ?1");
    let before = format!("{select} WHERE seq <= {confirmed} ORDER BY seq DESC LIMIT ?1");
    let rows = storage.execute(Statement::new(entries, [BATCH.into()]))?;
    let waiting = readable(&rows);
    let before = storage.execute(Statement::new(before, [history.into()]))?;
    let oldest = before.last().or_else(|| rows.first()).map(|row| seq(row, "seq")).transpose()?;
    Ok(Pending {
        up_to: rows.last().map(|row| seq(row, "seq")).transpose()?,
        more: u32::try_from(rows.len()).is_ok_and(|rows| rows == BATCH),
        history: readable(&before),
        settled: settled_before(storage, &waiting)?,
        open_items: open_items::open(storage, now)?,
        earlier: oldest.map_or(Ok(Vec::new()), |oldest| condensed::before(storage, oldest))?,
        last_booking: open_items::last_booking(storage, now)?,
        entries: waiting,
    })
}

/// The earlier facts that settled a subject of these entries, newest first. Their semantic keys begin with the subject,
/// so the unique index finds them.
fn settled_before(
    storage: &impl ObjectStorage,
    waiting: &[TimelineEntry],
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    let Some(first) = waiting.first() else { return Ok(Vec::new()) };
    let subjects: Vec<&Subject> = waiting.iter().map(|entry| &entry.event.subject).collect();
    settled(storage, &subjects, number(first.seq))
}

fn settled(
    storage: &impl ObjectStorage,
    subjects: &[&Subject],
    before: Value,
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    let sql = "SELECT t.seq, t.reporters, t.event, t.matched
               FROM (SELECT DISTINCT value AS subject FROM json_each(?2)) CROSS JOIN timeline t
                   ON t.semantic_key > subject || ' ' AND t.semantic_key < subject || '!'
               WHERE t.seq < COALESCE(?1, t.seq + 1) ORDER BY t.seq DESC LIMIT ?3";
    let params = [before, Value::json(&subjects), SETTLERS.into()];
    let mut earlier = readable(&storage.execute(Statement::new(sql, params))?);
    earlier.retain(|entry| entry.event.fact.settles());
    Ok(earlier)
}

/// The comparison of this member with the facts and subjects of all members.
pub fn compare(storage: &impl ObjectStorage, asked: &Comparison) -> Result<Compared, DatabaseError> {
    let sql = "SELECT semantic_key, event_id FROM timeline WHERE semantic_key IN (SELECT value FROM json_each(?1))";
    let facts = storage.execute(Statement::new(sql, [Value::json(&asked.facts)]))?;
    let fact = |row: &Row| Ok((SemanticKey::new(row.text("semantic_key")?), row.parse("event_id")?));
    let subjects: Vec<&Subject> = asked.subjects.iter().collect();
    Ok(Compared {
        facts: facts.iter().map(fact).collect::<Result<_, RowError>>()?,
        settled: settled(storage, &subjects, Value::Null)?,
        told: open_items::told(storage, &asked.subjects)?,
    })
}

/// Confirms that everything up to `up_to` was decided. The position never goes back.
pub fn confirm(storage: &impl ObjectStorage, up_to: u64) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO progress (one, confirmed)
               SELECT 1, ?1 WHERE ?1 <= (SELECT COALESCE(MAX(seq), 0) FROM timeline)
               ON CONFLICT (one) DO UPDATE SET confirmed = ?1 WHERE confirmed < ?1";
    storage.execute(Statement::new(sql, [number(up_to)]))?;
    condensed::add_up(storage)
}

/// A page of the timeline by the time of events, latest first. An unreadable entry is skipped.
pub fn page(storage: &impl ObjectStorage, asked: &Span) -> Result<Page, DatabaseError> {
    span::page(storage, asked)
}
