//! Erasure in an inbox.
//!
//! An erased delivery stays as an empty row, so that the inbox still recognizes its copies. Bytes are overwritten
//! before they are deleted: the platform's SQLite keeps deleted bytes until it uses the place again.

use super::delete_chunks;
use nerve_model::{DedupKey, EventId, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, Statement, Value};
use sha2::{Digest as _, Sha256};

/// Erases all data of a delivery. Returns true if the delivery was known.
pub fn erase(
    storage: &impl ObjectStorage,
    key: &DedupKey,
    words: &[String],
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let Some((seq, event)) = find(storage, key)? else { return Ok(false) };
    overwrite(storage, seq, event)?;
    let sql = "UPDATE deliveries SET event = '', headers = '[]', inbox = '', body = NULL,
                   body_expired_at = COALESCE(body_expired_at, ?2) WHERE seq = ?1";
    storage.execute(Statement::new(sql, [seq.into(), now.into()]))?;
    delete_chunks(storage, event)?;
    storage.execute(Statement::new("DELETE FROM retries WHERE seq = ?1", [seq.into()]))?;
    hide(storage, seq, key, words)?;
    Ok(true)
}

/// Erases a person whom a delivery mentions beside its own party. The raw body is deleted, because the person's place
/// in it is unknown. `clean` removes the person from a text. Returns true if the delivery was known.
pub fn scrub(
    storage: &impl ObjectStorage,
    key: &DedupKey,
    clean: impl Fn(&str) -> Option<String>,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let Some((seq, event)) = find(storage, key)? else { return Ok(false) };
    let sql = "SELECT event, headers FROM deliveries WHERE seq = ?1";
    let rows = storage.execute(Statement::new(sql, [seq.into()]))?;
    let text = |column: &str| rows.first().map_or(Ok(""), |row| row.text(column));
    let cleaned = |text: &str| clean(text).unwrap_or_else(|| text.to_owned());
    let params = [seq.into(), cleaned(text("event")?).into(), cleaned(text("headers")?).into(), now.into()];
    overwrite(storage, seq, event)?;
    let sql = "UPDATE deliveries SET event = ?2, headers = ?3, body = NULL,
                   body_expired_at = COALESCE(body_expired_at, ?4) WHERE seq = ?1";
    storage.execute(Statement::new(sql, params))?;
    delete_chunks(storage, event)?;
    Ok(true)
}

fn find(storage: &impl ObjectStorage, key: &DedupKey) -> Result<Option<(i64, EventId)>, DatabaseError> {
    let sql = "SELECT seq, event_id FROM deliveries WHERE dedup_key = ?1";
    let rows = storage.execute(Statement::new(sql, [Value::text(key)]))?;
    let found = |row: &Row| Ok((row.integer("seq")?, row.parse("event_id")?));
    rows.first().map(found).transpose()
}

/// Overwrites with text of the same length, so that it takes the same place.
fn overwrite(storage: &impl ObjectStorage, seq: i64, event: EventId) -> Result<(), DatabaseError> {
    let blank = |column: &str| format!("{column} = printf('%.*c', length(CAST({column} AS BLOB)), '0')");
    let sql = format!(
        "UPDATE deliveries SET {}, {}, {}, body = zeroblob(length(body)) WHERE seq = ?1",
        blank("event"),
        blank("headers"),
        blank("inbox")
    );
    storage.execute(Statement::new(sql, [seq.into()]))?;
    let sql = "UPDATE body_chunks SET bytes = zeroblob(length(bytes)) WHERE event_id = ?1";
    storage.execute(Statement::new(sql, [Value::text(event)])).map(drop)
}

/// A key that names the person is replaced by its digest. A later copy then counts as new, is suppressed, and takes
/// over this row.
fn hide(storage: &impl ObjectStorage, seq: i64, key: &DedupKey, words: &[String]) -> Result<(), DatabaseError> {
    let lower = key.as_str().to_ascii_lowercase();
    if !words.iter().any(|word| !word.is_empty() && lower.contains(word.as_str())) {
        return Ok(());
    }
    let digest = hex::encode(Sha256::digest(key.as_str()));
    let sql = "UPDATE OR REPLACE deliveries SET dedup_key = ?2 WHERE seq = ?1";
    storage.execute(Statement::new(sql, [seq.into(), format!("erased:{digest}").into()])).map(drop)
}
