//! The retention of raw bodies and dedup keys in an inbox.

use crate::Settings;
use nerve_model::{Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Statement};
use nerve_protocol::{inbox, limits::DEDUP_WINDOW};

/// The retention of raw bodies if none is set.
const RETENTION_DAYS: i64 = 90;

/// The retention of this inbox's raw bodies: `RAW_RETENTION_DAYS_<SOURCE>` days (`RAW_RETENTION_DAYS_CALCOM`), else
/// `RAW_RETENTION_DAYS`. The first delivery tells an inbox its source. A value that is not at least one day counts as
/// not set.
pub fn retention(storage: &impl ObjectStorage, settings: &dyn Settings) -> Result<Millis, DatabaseError> {
    let rows = storage.execute(Statement::new("SELECT inbox FROM deliveries WHERE inbox <> '' LIMIT 1", []))?;
    let name = rows.first().map(|row| row.text("inbox")).transpose()?;
    let own = name.and_then(inbox::source).map(|source| source.to_ascii_uppercase().replace('-', "_"));
    let own = own.and_then(|source| days(settings, &format!("RAW_RETENTION_DAYS_{source}")));
    let days = own.or_else(|| days(settings, "RAW_RETENTION_DAYS")).unwrap_or(RETENTION_DAYS);
    Ok(Millis::days(days))
}

fn days(settings: &dyn Settings, name: &str) -> Option<i64> {
    settings.get(name)?.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))
}

/// A hundred years.
const MOST_DAYS: i64 = 36_525;

/// Deletes raw bodies older than `retention`, and whole deliveries once their dedup window is over as well; a delivery
/// with open work stays. Does nothing before the time that [`super::wake`] set.
pub fn sweep(storage: &impl ObjectStorage, retention: Millis, now: Timestamp) -> Result<(), DatabaseError> {
    let due = "SELECT 1 FROM progress WHERE sweep_at <= ?1";
    if storage.execute(Statement::new(due, [now.into()]))?.is_empty() {
        return Ok(());
    }
    let settled = "seq <= (SELECT dispatched FROM progress) AND seq NOT IN (SELECT seq FROM retries)";
    let keys_before = now - Millis(retention.0.max(DEDUP_WINDOW.0));
    let forget = format!("DELETE FROM deliveries WHERE received_at <= ?1 AND {settled}");
    storage.execute(Statement::new(forget, [keys_before.into()]))?;
    let expire = format!(
        "UPDATE deliveries SET body = NULL, body_expired_at = ?2
         WHERE received_at <= ?1 AND body_expired_at IS NULL AND {settled}"
    );
    storage.execute(Statement::new(expire, [(now - retention).into(), now.into()]))?;
    let orphans = "DELETE FROM body_chunks WHERE event_id NOT IN
                   (SELECT event_id FROM deliveries WHERE body_expired_at IS NULL)";
    storage.execute(Statement::new(orphans, []))?;
    reschedule(storage, retention, now)
}

/// Sets the next sweep to the time when the oldest body, or else the oldest key, expires, but not before tomorrow.
/// Numbers, and the mark of dispatched rows, continue after the last remaining row.
fn reschedule(storage: &impl ObjectStorage, retention: Millis, now: Timestamp) -> Result<(), DatabaseError> {
    let sql = "UPDATE progress SET
                   dispatched = MIN(dispatched, COALESCE((SELECT MAX(seq) FROM deliveries), 0)),
                   sweep_at = (SELECT MAX(?1, COALESCE(
                       MIN(CASE WHEN body_expired_at IS NULL THEN received_at END) + ?2, MIN(received_at) + ?3))
                       FROM deliveries)";
    let keys = Millis(retention.0.max(DEDUP_WINDOW.0));
    let params = [(now + Millis::days(1)).into(), retention.0.into(), keys.0.into()];
    storage.execute(Statement::new(sql, params)).map(drop)
}
