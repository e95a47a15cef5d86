//! The open work of an inbox and its outcomes.

use super::{COPIES_DEBOUNCE, missing};
use nerve_model::{Event, EventId, Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Wake};
use nerve_protocol::limits::backoff;

/// The deliveries that one alarm works on at most.
pub const BATCH: u32 = 50;

const DISPATCH: &str = "dispatch";
const REPORT_COPIES: &str = "report_copies";

/// The work to do for a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Find the event's record and hand the event to it.
    Dispatch(Box<Event>),
    /// Report the number of copies to the database.
    ReportCopies,
    /// The stored event does not parse: it can only be postponed.
    Damaged(RowError),
}

/// A delivery with open work.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Its number in the order of arrival.
    pub seq: i64,
    /// It failed before, or its copies are to be reported.
    pub is_retry: bool,
    /// The id of its event.
    pub event: EventId,
    /// The name of the inbox.
    pub inbox: String,
    /// Copies that arrived after the first.
    pub duplicates: u32,
    /// The work to do.
    pub task: Task,
}

impl Due {
    /// The event to dispatch, if the task is to dispatch one.
    pub const fn event_to_dispatch(&self) -> Option<&Event> {
        match &self.task {
            Task::Dispatch(event) => Some(event),
            Task::ReportCopies | Task::Damaged(_) => None,
        }
    }
}

/// The outcome of a delivery's open work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done; the database knows of [`Due::duplicates`] copies.
    Done,
    /// It belongs to an erased person: its data is deleted.
    Suppressed,
    /// It failed and will be retried; the inbox never gives up.
    Failed(String),
}

/// The work due now: retries whose time has come, then deliveries never tried, oldest first. At most [`BATCH`] of each.
pub fn due(storage: &impl ObjectStorage, now: Timestamp) -> Result<Vec<Due>, DatabaseError> {
    let columns = "d.seq, d.event_id, d.inbox, d.duplicates, d.event";
    let paused = "EXISTS (SELECT 1 FROM progress WHERE resume_at > ?1)";
    let postponed = format!(
        "SELECT {columns}, e.task, 1 AS is_retry FROM retries e JOIN deliveries d ON d.seq = e.seq
         WHERE e.due_at <= ?1 AND NOT {paused} ORDER BY e.due_at LIMIT ?2"
    );
    let fresh = format!(
        "SELECT {columns}, '{DISPATCH}' AS task, 0 AS is_retry FROM deliveries d
         WHERE d.seq > COALESCE((SELECT dispatched FROM progress), 0) AND NOT {paused} ORDER BY d.seq LIMIT ?2"
    );
    let mut rows = storage.execute(Statement::new(postponed, [now.into(), BATCH.into()]))?;
    rows.extend(storage.execute(Statement::new(fresh, [now.into(), BATCH.into()]))?);
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<Due, RowError> {
    let task = match row.text("task")? {
        // Of an erased delivery only the copies are reported.
        DISPATCH if !row.text("event")?.is_empty() => row.json("event").map_or_else(Task::Damaged, Task::Dispatch),
        _ => Task::ReportCopies,
    };
    Ok(Due {
        seq: row.integer("seq")?,
        is_retry: row.flag("is_retry")?,
        event: row.parse("event_id")?,
        inbox: row.text("inbox")?.to_owned(),
        duplicates: row.count("duplicates")?,
        task,
    })
}

/// Stores the outcomes; work without one stays due. `retention` sets the time of the next sweep; a shorter retention
/// brings it forward.
pub fn record_outcomes(
    storage: &impl ObjectStorage,
    outcomes: &[(Due, Outcome)],
    retention: Millis,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    for (due, outcome) in outcomes {
        match outcome {
            Outcome::Done if due.is_retry => done(storage, due, now)?,
            // Copies that arrived before the dispatch have a retry of their own.
            Outcome::Done => {}
            Outcome::Suppressed => suppress(storage, due, now)?,
            Outcome::Failed(error) => postpone(storage, due, error, now)?,
        }
    }
    if outcomes.is_empty() {
        return Ok(());
    }
    // The mark is the last write: if an earlier one fails, the work is repeated. The mark follows first attempts only;
    // a retry may have a higher number than a delivery not tried yet.
    let last = outcomes.iter().filter(|(due, _)| !due.is_retry).map(|(due, _)| due.seq).max().unwrap_or(0);
    let works = outcomes.iter().any(|(_, outcome)| !matches!(outcome, Outcome::Failed(_)));
    advance(storage, last, works, now + retention)
}

fn advance(storage: &impl ObjectStorage, last: i64, works: bool, sweep_at: Timestamp) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO progress (one, dispatched, sweep_at) VALUES (1, ?1, ?2)
               ON CONFLICT (one) DO UPDATE SET
                   dispatched = MAX(dispatched, ?1), sweep_at = MIN(COALESCE(sweep_at, ?2), ?2),
                   attempts = IIF(?3, 0, attempts), resume_at = IIF(?3, NULL, resume_at)
               WHERE dispatched < ?1 OR sweep_at IS NULL OR sweep_at > ?2 OR (?3 AND attempts > 0)";
    storage.execute(Statement::new(sql, [last.into(), sweep_at.into(), works.into()])).map(drop)
}

/// Erases the delivery; the key is searched for the values of its own claims.
fn suppress(storage: &impl ObjectStorage, due: &Due, now: Timestamp) -> Result<(), DatabaseError> {
    let Task::Dispatch(event) = &due.task else { return Ok(()) };
    let words: Vec<String> = event.claims.iter().map(|claim| claim.value.to_ascii_lowercase()).collect();
    super::erase(storage, &event.dedup_key, &words, now).map(drop)
}

/// Copies that arrived meanwhile are still to be reported.
fn done(storage: &impl ObjectStorage, due: &Due, now: Timestamp) -> Result<(), DatabaseError> {
    let reported = "EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = retries.seq AND d.duplicates = ?2)";
    let delete = format!("DELETE FROM retries WHERE seq = ?1 AND {reported} RETURNING seq");
    let params = [due.seq.into(), due.duplicates.into()];
    if !storage.execute(Statement::new(delete, params))?.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE retries SET task = ?2, due_at = MAX(due_at, ?3), attempts = 0, last_error = NULL WHERE seq = ?1";
    let params = [due.seq.into(), REPORT_COPIES.into(), (now + COPIES_DEBOUNCE).into()];
    storage.execute(Statement::new(sql, params)).map(drop)
}

/// Postpones, longer with each failure.
fn postpone(storage: &impl ObjectStorage, due: &Due, error: &str, now: Timestamp) -> Result<(), DatabaseError> {
    let task = if matches!(due.task, Task::ReportCopies) { REPORT_COPIES } else { DISPATCH };
    let sql = "INSERT INTO retries (seq, task, due_at, attempts, last_error) VALUES (?1, ?2, ?3, 1, ?4)
               ON CONFLICT (seq) DO UPDATE SET task = ?2, attempts = attempts + 1, last_error = ?4
               RETURNING attempts";
    let params = [due.seq.into(), task.into(), now.into(), error.into()];
    let rows = storage.execute(Statement::new(sql, params))?;
    let attempts = rows.first().ok_or_else(|| missing("attempts"))?.count("attempts")?;
    let due_at = now + backoff(attempts.saturating_sub(1));
    let sql = "UPDATE retries SET due_at = ?2 WHERE seq = ?1";
    storage.execute(Statement::new(sql, [due.seq.into(), due_at.into()])).map(drop)
}

/// Schedules a report of the number of copies.
pub(super) fn report_copies(storage: &impl ObjectStorage, seq: i64, at: Timestamp) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO retries (seq, task, due_at, attempts) VALUES (?1, ?2, ?3, 0) ON CONFLICT (seq) DO NOTHING";
    storage.execute(Statement::new(sql, [seq.into(), REPORT_COPIES.into(), at.into()])).map(drop)
}

/// Pauses all work after repeated failures, longer each time.
pub fn back_off(storage: &impl ObjectStorage, now: Timestamp) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO progress (one, dispatched, attempts) VALUES (1, 0, 1)
               ON CONFLICT (one) DO UPDATE SET attempts = attempts + 1 RETURNING attempts";
    let rows = storage.execute(Statement::new(sql, []))?;
    let attempts = rows.first().ok_or_else(|| missing("attempts"))?.count("attempts")?;
    let resume_at = now + backoff(attempts.saturating_sub(1));
    storage.execute(Statement::new("UPDATE progress SET resume_at = ?1", [resume_at.into()])).map(drop)
}

/// The time of the next alarm. First attempts wait for `delay` after the arrival, so that events that arrive together
/// are dispatched together.
pub fn wake(storage: &impl ObjectStorage, delay: Millis) -> Result<Wake, DatabaseError> {
    let rows = storage.execute(Statement::new(
        "SELECT (SELECT received_at FROM deliveries
                 WHERE seq > COALESCE((SELECT dispatched FROM progress), 0) ORDER BY seq LIMIT 1) AS arrived_at,
                (SELECT MIN(due_at) FROM retries) AS due_at,
                (SELECT resume_at FROM progress) AS resume_at, (SELECT sweep_at FROM progress) AS sweep_at",
        [],
    ))?;
    let row = rows.first().ok_or_else(|| missing("due_at"))?;
    let fresh = row.optional_time("arrived_at")?.map(|at| at + delay);
    let resume_at = row.optional_time("resume_at")?;
    let work = [fresh, row.optional_time("due_at")?].into_iter().flatten().min();
    let work = work.map(|at| resume_at.map_or(at, |resume| at.max(resume)));
    Ok(Wake::earliest([work, row.optional_time("sweep_at")?]))
}
