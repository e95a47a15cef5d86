//! Events: one index row each; the raw body stays in its inbox.

use crate::{
    members::MEMBERS,
    page::{Listing, Page, PageRequest, paged},
    query::Query,
    questions::waiting,
    rows::read_all,
};
use nerve_model::{ClassifyEvent, Event, EventId, EventKind, Match, Millis, RecordId, Subject, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};

const SELECT: &str = "SELECT record, inbox, matched, event, duplicates, decided_at,
    (SELECT c.classification FROM event_classification c WHERE c.event = events.id) AS classification FROM events";

/// An event with where it came from and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
    /// How it was matched.
    pub matched: Match,
    /// The record it came to.
    pub record: RecordId,
    /// The inbox that keeps its raw body.
    pub inbox: String,
    /// Copies after the first, as last reported by the inbox.
    pub duplicates: u32,
    /// When the agent considered it.
    pub decided_at: Option<Timestamp>,
    /// What it is about, where that was written down.
    pub classification: Option<ClassifyEvent>,
}

/// Writes the index row of an event; an event that is there stays as it is.
pub fn insert(event: &Event, matched: &Match, record: RecordId, inbox: &str, duplicates: u32) -> Statement {
    Statement::new(
        "INSERT INTO events (id, record, source, kind, inbox, matched, event, duplicates)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
        [
            Value::text(event.id),
            Value::text(record),
            event.source.as_str().into(),
            event.kind().as_str().into(),
            inbox.into(),
            Value::json(matched),
            Value::json(event),
            duplicates.into(),
        ],
    )
}

/// Notes how many copies came after the first.
pub fn set_duplicates(id: EventId, duplicates: u32) -> Statement {
    let sql = "UPDATE events SET duplicates = ?2 WHERE id = ?1 AND duplicates < ?2";
    Statement::new(sql, [Value::text(id), duplicates.into()])
}

/// Notes that the agent considered these events.
pub fn mark_decided(ids: &[EventId], at: Timestamp) -> Statement {
    let sql = "UPDATE events SET decided_at = ?2
               WHERE decided_at IS NULL AND id IN (SELECT value FROM json_each(?1))";
    Statement::new(sql, [Value::json(&ids), at.into()])
}

/// Those of the events that the agent considered before.
pub(crate) fn select_decided(ids: &[EventId]) -> Query<Vec<EventId>> {
    let sql = "SELECT id FROM events WHERE decided_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))";
    Query::new(Statement::new(sql, [Value::json(&ids)]), |rows| read_all(rows, |row| row.parse("id")))
}

pub(crate) fn read(row: &Row) -> Result<StoredEvent, RowError> {
    Ok(StoredEvent {
        event: row.json("event")?,
        matched: row.json("matched")?,
        record: row.parse("record")?,
        inbox: row.text("inbox")?.to_owned(),
        duplicates: row.count("duplicates")?,
        decided_at: row.optional_time("decided_at")?,
        classification: row.optional_json("classification")?,
    })
}

/// One event.
pub async fn get(db: &impl Database, id: EventId) -> Result<Option<StoredEvent>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// To which record an event was matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// The event.
    pub event: EventId,
    /// The record it came to.
    pub record: RecordId,
    /// How it was matched.
    pub matched: Match,
    /// What it turned out to be.
    pub kind: EventKind,
}

/// Those of the events that were indexed before.
pub(crate) fn select_indexed(ids: &[EventId]) -> Query<Vec<Indexed>> {
    let sql = "SELECT id, record, matched, kind FROM events WHERE id IN (SELECT value FROM json_each(?1))";
    Query::new(Statement::new(sql, [Value::json(&ids)]), |rows| read_all(rows, read_indexed))
}

fn read_indexed(row: &Row) -> Result<Indexed, RowError> {
    Ok(Indexed {
        event: row.parse("id")?,
        record: row.parse("record")?,
        matched: row.json("matched")?,
        kind: row.parse("kind")?,
    })
}

/// Events of a record about one thing that arrived after another, oldest first, at most 100.
pub async fn newer_about(
    db: &impl Database,
    record: RecordId,
    subject: &Subject,
    after: EventId,
) -> Result<Vec<StoredEvent>, DatabaseError> {
    let sql = format!(
        "{SELECT} WHERE record IN {MEMBERS} AND id > ?2 AND json_extract(event, '$.subject') = ?3 ORDER BY id LIMIT 100"
    );
    let params = [Value::text(record), Value::text(after), Value::text(subject)];
    Ok(read_all(&db.query(Statement::new(sql, params)).await?, read)?)
}

/// Records with events that arrived in a span of time and that the agent has not considered, at most 100; not those of
/// which a person is asked who they are. Ids sort by time, so the span is a range of keys.
pub async fn undecided_records(
    db: &impl Database,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<RecordId>, DatabaseError> {
    let sql = format!(
        "SELECT DISTINCT record FROM events WHERE id >= ?1 AND id < ?2 AND decided_at IS NULL AND NOT {} LIMIT 100",
        waiting("events.record")
    );
    let bounds = [Value::text(EventId::new(from, 0)), Value::text(EventId::new(to, 0))];
    Ok(read_all(&db.query(Statement::new(sql, bounds)).await?, |row| row.parse("record"))?)
}

/// How many of the latest events figures are made of. More are not read, however busy a deployment is.
const FIGURED: i64 = 10_000;

/// How many events came from a source within a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFigures {
    /// The source.
    pub source: String,
    /// How many came within the last 24 hours.
    pub day: u32,
    /// How many came within the last seven days.
    pub week: u32,
    /// How many copies of these came besides.
    pub copies: u32,
    /// When the last one came.
    pub last_at: Timestamp,
}

/// The figures of each source that anything came from within a week, of the latest 10,000 events at most. Ids sort by
/// time, so both spans are ranges of keys.
pub async fn figures(db: &impl Database, now: Timestamp) -> Result<Vec<SourceFigures>, DatabaseError> {
    let sql = "SELECT source, SUM(id >= ?1) AS day, COUNT(*) AS week, SUM(duplicates) AS copies, MAX(id) AS last
               FROM (SELECT id, source, duplicates FROM events WHERE id >= ?2 ORDER BY id DESC LIMIT ?3)
               GROUP BY source";
    let since = |span: Millis| Value::text(EventId::new(now - span, 0));
    let params = [since(Millis::days(1)), since(Millis::days(7)), FIGURED.into()];
    Ok(read_all(&db.query(Statement::new(sql, params)).await?, read_figures)?)
}

fn read_figures(row: &Row) -> Result<SourceFigures, RowError> {
    let last: EventId = row.parse("last")?;
    Ok(SourceFigures {
        source: row.text("source")?.to_owned(),
        day: row.count("day")?,
        week: row.count("week")?,
        copies: row.count("copies")?,
        last_at: last.made_at(),
    })
}

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only of this kind.
    pub kind: Option<EventKind>,
    /// Only from this source.
    pub source: Option<String>,
    /// Only about this record.
    pub record: Option<RecordId>,
}

/// A page of events, newest first.
pub async fn list(
    db: &impl Database,
    filter: &EventFilter,
    page: &PageRequest,
) -> Result<Page<StoredEvent>, DatabaseError> {
    let listing = Listing::new(SELECT, "id")
        .filter("kind = ?", filter.kind.map(EventKind::as_str))
        .filter("source = ?", filter.source.as_deref())
        .of("events", filter.record);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |stored| stored.event.id.to_string())?)
}
