//! Pages of a timeline by the time of events, latest first, in whatever order they arrived.
//!
//! Each kind has its own order in the index, so a page of a rare kind costs as much as one of all, for any length of
//! the timeline. A search for text covers a part of the timeline at a time.

use crate::rows::{number, readable, seq};
use nerve_model::{Event, EventKind, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value};
use nerve_protocol::record::{Page, Place, Span, TimelineEntry};
use serde_json::Value as Json;

/// The number of entries that a search reads before it returns with its position.
const SEARCHED: usize = 500;

/// The number of entries per read of a search.
const STEP: u32 = 100;

/// All times are written in one form, to the millisecond, so their texts sort by time.
pub(crate) const SCHEMA: &str =
    "CREATE INDEX IF NOT EXISTS timeline_by_kind ON timeline (kind, json_extract(event, '$.occurred_at'))";

/// A page of the timeline. An unreadable entry is skipped.
pub(crate) fn page(storage: &impl ObjectStorage, span: &Span) -> Result<Page, DatabaseError> {
    let Some(text) = span.text.as_deref().filter(|text| !text.is_empty()) else {
        return step(storage, span, span.limit);
    };
    let (text, limit) = (text.to_lowercase(), usize::try_from(span.limit).unwrap_or(usize::MAX));
    let (mut found, mut span, mut looked_at) = (Vec::new(), span.clone(), 0);
    loop {
        let Page { mut entries, next } = step(storage, &span, STEP)?;
        looked_at += entries.len().max(1);
        entries.retain(|entry| says(&entry.event, &text));
        found.append(&mut entries);
        if found.len() > limit {
            found.truncate(limit);
            return Ok(Page { next: found.last().map(TimelineEntry::place), entries: found });
        }
        if next.is_none() || looked_at >= SEARCHED {
            return Ok(Page { entries: found, next });
        }
        span.before = next;
    }
}

/// The event contains this text, which is in lower case.
pub fn says(event: &Event, text: &str) -> bool {
    let said = [Some(&event.summary), event.party_name.as_ref()].into_iter().flatten();
    let named = [event.source.as_str(), event.kind().as_str(), event.subject.as_str()];
    let mut lines = said.map(String::as_str).chain(named);
    lines.any(|line| line.to_lowercase().contains(text)) || within(&serde_json::json!(event.fact), text)
}

/// The JSON value contains this text, which is in lower case.
pub fn within(value: &Json, text: &str) -> bool {
    match value {
        Json::String(line) => line.to_lowercase().contains(text),
        Json::Array(items) => items.iter().any(|item| within(item, text)),
        Json::Object(fields) => fields.values().any(|field| within(field, text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

fn step(storage: &impl ObjectStorage, span: &Span, limit: u32) -> Result<Page, DatabaseError> {
    let kinds = if span.kinds.is_empty() { EventKind::ALL.to_vec() } else { span.kinds.clone() };
    // One entry more than the limit shows if there is a next page.
    let wanted = limit.saturating_add(1);
    let mut places = Vec::new();
    for kind in kinds {
        places.append(&mut newest(storage, kind, span.before, wanted)?);
    }
    places.sort_by(|one, other| other.cmp(one));
    places.dedup();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = places.get(limit.saturating_sub(1)).filter(|_| places.len() > limit).copied();
    places.truncate(limit);
    Ok(Page { entries: read(storage, &places)?, next })
}

/// The newest positions of one kind.
fn newest(
    storage: &impl ObjectStorage,
    kind: EventKind,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<Place>, DatabaseError> {
    let at = "json_extract(event, '$.occurred_at')";
    // The index finds entries of the same instant and entries before it.
    let sql = format!(
        "SELECT seq, at FROM (
             SELECT seq, {at} AS at FROM timeline WHERE kind = ?1 AND {at} = ?2 AND seq < ?3
             UNION ALL SELECT seq, {at} AS at FROM timeline WHERE kind = ?1 AND {at} < ?2
         ) ORDER BY at DESC, seq DESC LIMIT ?4"
    );
    // "A" sorts after every time in this form.
    let (at, seq) = before.map_or((Value::from("A"), 0), |place| (Value::text(place.at), place.seq));
    let rows = storage.execute(Statement::new(sql, [Value::text(kind), at, number(seq), limit.into()]))?;
    Ok(rows.iter().map(read_place).collect::<Result<_, RowError>>()?)
}

fn read_place(row: &Row) -> Result<Place, RowError> {
    let wrong = || RowError { column: "at".to_owned(), problem: "is not a time".to_owned() };
    Ok(Place { at: Timestamp::parse_rfc3339(row.text("at")?).ok_or_else(wrong)?, seq: seq(row, "seq")? })
}

fn read(storage: &impl ObjectStorage, places: &[Place]) -> Result<Vec<TimelineEntry>, DatabaseError> {
    let sql = "SELECT seq, reporters, event, matched FROM timeline WHERE seq IN (SELECT value FROM json_each(?1))";
    let seqs: Vec<u64> = places.iter().map(|place| place.seq).collect();
    let rows = storage.execute(Statement::new(sql, [Value::json(&seqs)]))?;
    let mut entries = readable(&rows);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    Ok(entries)
}
