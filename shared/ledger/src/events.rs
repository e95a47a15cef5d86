//! Events: one index row each. The raw body stays in its inbox.

use crate::{
    members::MEMBERS,
    page::{Listing, Page, PageRequest, paged},
    query::Query,
    questions::waits_considered,
    rows::read_all,
};
use nerve_model::{
    Card, ClassifyEvent, Event, EventId, EventKind, Match, Millis, RecordId, Timestamp, kinds_that_settle,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};

const SELECT: &str = "SELECT record, inbox, matched, event, duplicates, decided_at,
    (SELECT c.classification FROM event_classification c WHERE c.event = events.id) AS classification FROM events";

/// An event with its match, record and inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
    /// The match of the event with the record.
    pub matched: Match,
    /// The record that the event came to.
    pub record: RecordId,
    /// The inbox that has the raw body.
    pub inbox: String,
    /// The number of copies after the first delivery, as last reported by the inbox.
    pub duplicates: u32,
    /// The time at which the agent decided on the event.
    pub decided_at: Option<Timestamp>,
    /// The classification that counts, if there is one.
    pub classification: Option<ClassifyEvent>,
}

/// Stores the index row of an event; an existing row stays.
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

/// Stores the number of copies after the first delivery.
pub fn set_duplicates(id: EventId, duplicates: u32) -> Statement {
    let sql = "UPDATE events SET duplicates = ?2 WHERE id = ?1 AND duplicates < ?2";
    Statement::new(sql, [Value::text(id), duplicates.into()])
}

/// Marks these events as decided by the agent.
pub fn mark_decided(ids: &[EventId], at: Timestamp) -> Statement {
    let sql = "UPDATE events SET decided_at = ?2
               WHERE decided_at IS NULL AND id IN (SELECT value FROM json_each(?1))";
    Statement::new(sql, [Value::json(&ids), at.into()])
}

/// The ids of those events that the agent has decided.
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

/// The stored match of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// The event.
    pub event: EventId,
    /// The record that the event came to.
    pub record: RecordId,
    /// The match.
    pub matched: Match,
    /// The stored kind, which identity resolution may have changed to `vendor.replied`.
    pub kind: EventKind,
}

/// The stored matches of those events that have an index row.
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

/// The events of a record that may settle what a card answers, newest first, at most 100. Those are left out that arrived
/// longer than `earlier` before the event.
pub async fn that_may_settle(
    db: &impl Database,
    card: &Card,
    earlier: Millis,
) -> Result<Vec<StoredEvent>, DatabaseError> {
    let (own, wider) = kinds_that_settle(card.event.kind);
    if own.is_empty() && wider.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{SELECT} WHERE record IN {MEMBERS} AND id >= ?2 AND (
             (kind IN (SELECT value FROM json_each(?4)) AND json_extract(event, '$.subject') = ?3)
             OR kind IN (SELECT value FROM json_each(?5))) ORDER BY id DESC LIMIT 100"
    );
    let since = EventId::new(card.event.id.made_at() - earlier, 0);
    let params = [
        Value::text(card.home()),
        Value::text(since),
        Value::text(&card.subject),
        Value::json(&own),
        Value::json(&wider),
    ];
    Ok(read_all(&db.query(Statement::new(sql, params)).await?, read)?)
}

/// The records with undecided events that arrived between two times, at most 100. What waits for the answer to a
/// question is left out once the agent has looked at it. Ids sort by time, so the span is a range of keys.
pub async fn undecided_records(
    db: &impl Database,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<RecordId>, DatabaseError> {
    let sql = format!(
        "SELECT DISTINCT record FROM events WHERE id >= ?1 AND id < ?2 AND decided_at IS NULL AND NOT {} LIMIT 100",
        waits_considered("events.record", "events.id")
    );
    let bounds = [Value::text(EventId::new(from, 0)), Value::text(EventId::new(to, 0))];
    Ok(read_all(&db.query(Statement::new(sql, bounds)).await?, |row| row.parse("record"))?)
}

/// The most recent events that figures count, so that their cost has a bound.
const FIGURED: i64 = 10_000;

/// The figures of one source for the last week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFigures {
    /// The source.
    pub source: String,
    /// The number of events within the last 24 hours.
    pub day: u32,
    /// The number of events within the last seven days.
    pub week: u32,
    /// The number of copies of these events.
    pub copies: u32,
    /// The time of the last event.
    pub last_at: Timestamp,
}

/// The figures of each source with events in the last week, from the latest 10,000 events. Ids sort by time, so both
/// spans are ranges of keys.
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

/// The conditions on the events of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only events of this kind.
    pub kind: Option<EventKind>,
    /// Only events from this source.
    pub source: Option<String>,
    /// Only events of this record.
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
