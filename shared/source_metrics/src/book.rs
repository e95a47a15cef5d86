//! The tables of a source's figures, in the source's object.

use nerve_model::{Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, Statement, Value};
use nerve_protocol::source_metrics::{Count, Refusal, Report, SourceMetrics};

use super::MAX_REASONS;

/// The time that figures are kept.
const KEPT: Millis = Millis::days(30);

/// The most refusals that are kept.
const REFUSALS: i64 = 20;

const HOUR: i64 = 3_600_000;

const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS health_counts (
        hour INTEGER NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (hour, fate, reason)
    ) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS health_refusals (seq INTEGER PRIMARY KEY, refusal TEXT NOT NULL)",
];

/// Creates missing tables.
pub fn open(storage: &impl ObjectStorage) -> Result<(), DatabaseError> {
    SCHEMA.iter().try_for_each(|sql| storage.execute(Statement::new(*sql, [])).map(drop))
}

/// Adds a worker's report and deletes outdated figures.
pub fn keep(storage: &impl ObjectStorage, report: &Report, now: Timestamp) -> Result<(), DatabaseError> {
    let hour = hour(now);
    for Count { fate, reason, n } in &report.counts {
        let params = [hour.into(), Value::json(fate), reason.as_str().into(), (*n).into(), limit(MAX_REASONS)];
        storage.execute(Statement::new(
            // Once an hour has its maximum of reasons, a new reason counts as one of the others.
            "INSERT INTO health_counts (hour, fate, reason, n)
             SELECT ?1, ?2, CASE WHEN (SELECT COUNT(*) FROM health_counts WHERE hour = ?1) < ?5
                 OR EXISTS (SELECT 1 FROM health_counts WHERE hour = ?1 AND fate = ?2 AND reason = ?3)
                 THEN ?3 ELSE 'other reasons' END, ?4 WHERE true
             ON CONFLICT (hour, fate, reason) DO UPDATE SET n = n + excluded.n",
            params,
        ))?;
    }
    for refusal in &report.refusals {
        let sql = "INSERT INTO health_refusals (refusal) VALUES (?1)";
        storage.execute(Statement::new(sql, [Value::json(refusal)]))?;
    }
    let sql = "DELETE FROM health_counts WHERE hour < ?1";
    storage.execute(Statement::new(sql, [(hour - KEPT.0).into()]))?;
    let sql = "DELETE FROM health_refusals WHERE seq <= (SELECT MAX(seq) FROM health_refusals) - ?1";
    storage.execute(Statement::new(sql, [REFUSALS.into()])).map(drop)
}

/// The figures of the source.
pub fn read(storage: &impl ObjectStorage, now: Timestamp) -> Result<SourceMetrics, DatabaseError> {
    let since = |span: Millis| counts(storage, hour(now) - span.0 + HOUR);
    let sql = "SELECT refusal FROM health_refusals ORDER BY seq DESC";
    let refusals = storage.execute(Statement::new(sql, []))?;
    Ok(SourceMetrics {
        day: since(Millis::days(1))?,
        week: since(Millis::days(7))?,
        refusals: refusals.iter().map(|row| row.json::<Refusal>("refusal")).collect::<Result<_, _>>()?,
    })
}

fn counts(storage: &impl ObjectStorage, from: i64) -> Result<Vec<Count>, DatabaseError> {
    let sql = "SELECT fate, reason, SUM(n) AS n FROM health_counts WHERE hour >= ?1
               GROUP BY fate, reason ORDER BY fate, n DESC, reason";
    let rows = storage.execute(Statement::new(sql, [from.into()]))?;
    let count = |row: &Row| -> Result<Count, DatabaseError> {
        Ok(Count { fate: row.json("fate")?, reason: row.text("reason")?.to_owned(), n: row.count("n")? })
    };
    rows.iter().map(count).collect()
}

/// The beginning of the hour, in milliseconds.
const fn hour(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(HOUR) * HOUR
}

fn limit(n: usize) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
