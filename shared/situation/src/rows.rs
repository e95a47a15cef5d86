//! Rows of a timeline.

use nerve_model::EventId;
use nerve_ports::{Row, RowError, Value};
use nerve_protocol::TimelineEntry;

/// The entries of these rows. An unreadable row is skipped.
pub(crate) fn readable(rows: &[Row]) -> Vec<TimelineEntry> {
    rows.iter().filter_map(|row| read_entry(row).ok()).collect()
}

fn read_entry(row: &Row) -> Result<TimelineEntry, RowError> {
    let reporters: Vec<EventId> = row.json("reporters")?;
    Ok(TimelineEntry {
        seq: seq(row, "seq")?,
        event: row.json("event")?,
        matched: row.json("matched")?,
        reports: u32::try_from(reporters.len()).unwrap_or(u32::MAX),
        part: None,
    })
}

/// The number of an entry in a row.
pub(crate) fn seq(row: &Row, column: &str) -> Result<u64, RowError> {
    let wrong = |_| RowError { column: column.to_owned(), problem: "is not a place in the order".to_owned() };
    u64::try_from(row.integer(column)?).map_err(wrong)
}

/// The number of an entry as a parameter.
pub(crate) fn number(seq: u64) -> Value {
    Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX))
}
