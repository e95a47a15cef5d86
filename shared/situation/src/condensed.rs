//! Counts of old events: the number of each kind in each month.
//!
//! Counts are added up while entries are confirmed, in groups and each entry once, so that no read has to count them.
//! They leave out the newest entries, which are shown one by one.

use crate::rows::number;
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value};
use nerve_protocol::record::Earlier;

/// The number of newest decided entries that stay out of the counts: more than any history that is read.
const LATEST: i64 = 100;

/// The number of entries that are added up at a time, to write less often.
const AT_A_TIME: i64 = 50;

/// The most entries that one call adds up.
const AT_MOST: i64 = 1_000;

/// The row without a kind has the number of the last counted entry, so that counts and progress change in one
/// statement.
pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS condensed (
    kind TEXT NOT NULL, month TEXT NOT NULL, n INTEGER NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (kind, month)
) WITHOUT ROWID";

const UP_TO: &str = "(SELECT COALESCE(MAX(n), 0) FROM condensed WHERE kind = '' AND month = '')";

/// The counts of the entries in a range of the timeline.
const COUNTED: &str = "SELECT kind, substr(json_extract(event, '$.occurred_at'), 1, 7) AS month, COUNT(*) AS n,
        MAX(json_extract(event, '$.occurred_at')) AS last_at
    FROM timeline WHERE json_extract(event, '$.occurred_at') IS NOT NULL";

/// Adds confirmed entries that are no longer new to the counts, once there are enough of them.
pub(crate) fn add_up(storage: &impl ObjectStorage) -> Result<(), DatabaseError> {
    let sql = format!(
        "SELECT up_to, MIN(confirmed - ?1, up_to + ?2) AS goal
         FROM (SELECT {UP_TO} AS up_to, (SELECT COALESCE(MAX(confirmed), 0) FROM progress) AS confirmed)"
    );
    let rows = storage.execute(Statement::new(sql, [LATEST.into(), AT_MOST.into()]))?;
    let Some(row) = rows.first() else { return Ok(()) };
    let (up_to, goal) = (row.integer("up_to")?, row.integer("goal")?);
    if goal < up_to + AT_A_TIME {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO condensed (kind, month, n, last_at)
         SELECT * FROM ({COUNTED} AND seq > ?1 AND seq <= ?2 GROUP BY 1, 2) WHERE 1
         UNION ALL SELECT '', '', ?2, ''
         ON CONFLICT (kind, month) DO UPDATE SET
             n = CASE kind WHEN '' THEN excluded.n ELSE n + excluded.n END, last_at = MAX(last_at, excluded.last_at)"
    );
    storage.execute(Statement::new(sql, [up_to.into(), goal.into()])).map(drop)
}

/// The counts of the entries before `seq`, latest month first. Entries that are not added up yet are counted here, at
/// most [`AT_MOST`].
pub(crate) fn before(storage: &impl ObjectStorage, seq: u64) -> Result<Vec<Earlier>, DatabaseError> {
    let kept = "SELECT kind, month, n, last_at FROM condensed WHERE kind <> ''";
    let late = format!("{COUNTED} AND seq > {UP_TO} AND seq > ?1 - ?2 AND seq < ?1 GROUP BY 1, 2");
    let kept = storage.execute(Statement::new(kept, []))?;
    let late = storage.execute(Statement::new(late, [number(seq), Value::Integer(AT_MOST)]))?;
    let counted = kept.iter().chain(&late).map(read).collect::<Result<Vec<_>, RowError>>()?;
    Ok(Earlier::summed(counted))
}

fn read(row: &Row) -> Result<Earlier, RowError> {
    let wrong = || RowError { column: "last_at".to_owned(), problem: "is not a time".to_owned() };
    let last_at = nerve_model::Timestamp::parse_rfc3339(row.text("last_at")?).ok_or_else(wrong)?;
    Ok(Earlier { kind: row.parse("kind")?, month: row.text("month")?.to_owned(), n: row.count("n")?, last_at })
}
