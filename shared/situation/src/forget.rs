//! The erasure of a timeline, and of people's words in others' timelines.
//!
//! Bytes are overwritten before rows are deleted: SQLite on the platform keeps deleted bytes until their place is used
//! again.

use nerve_ports::{DatabaseError, ObjectStorage, Row, Statement, Value};

/// The timeline is erased: it takes no more events.
pub(crate) fn is_erased(storage: &impl ObjectStorage) -> Result<bool, DatabaseError> {
    Ok(!storage.execute(Statement::new("SELECT 1 FROM erased", []))?.is_empty())
}

/// Erases all entries for good; later events are not appended.
pub fn erase(storage: &impl ObjectStorage) -> Result<(), DatabaseError> {
    let blank = |column: &str| format!("{column} = printf('%.*c', length(CAST({column} AS BLOB)), '0')");
    // An index reads the event as JSON.
    let event = r#"event = printf('"%.*c"', length(CAST(event AS BLOB)) - 2, '0')"#;
    let overwrite = format!("UPDATE timeline SET {event}, {}", blank("matched"));
    for sql in [
        "INSERT INTO erased (one) VALUES (1) ON CONFLICT (one) DO NOTHING",
        &overwrite,
        "DELETE FROM timeline",
        "DELETE FROM condensed",
        "DELETE FROM open_items",
        "DELETE FROM progress",
    ] {
        storage.execute(Statement::new(sql, []))?;
    }
    Ok(())
}

/// Replaces a person's words in all entries; `clean` returns the text without them, or `None` where it has none.
pub fn scrub(storage: &impl ObjectStorage, clean: impl Fn(&str) -> Option<String>) -> Result<(), DatabaseError> {
    let mut after = 0;
    loop {
        let sql = "SELECT seq, event, matched FROM timeline WHERE seq > ?1 ORDER BY seq LIMIT 200";
        let rows = storage.execute(Statement::new(sql, [after.into()]))?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.integer("seq")?;
        for row in &rows {
            scrub_entry(storage, row, &clean)?;
        }
    }
}

fn scrub_entry(
    storage: &impl ObjectStorage,
    row: &Row,
    clean: &impl Fn(&str) -> Option<String>,
) -> Result<(), DatabaseError> {
    let (event, matched) = (row.text("event")?, row.text("matched")?);
    let (clean_event, clean_match) = (clean(event), clean(matched));
    if clean_event.is_none() && clean_match.is_none() {
        return Ok(());
    }
    let text = |clean: Option<String>, text: &str| Value::Text(clean.unwrap_or_else(|| text.to_owned()));
    let params = [row.integer("seq")?.into(), text(clean_event, event), text(clean_match, matched)];
    storage.execute(Statement::new("UPDATE timeline SET event = ?2, matched = ?3 WHERE seq = ?1", params)).map(drop)
}
