//! Open items: unpaid invoices, upcoming bookings, escalations, stages, automations that do not run.
//!
//! An open item is one row per subject, or per stage of it, however long the timeline grows. The latest fact decides, in whatever order
//! facts arrive. The row has the semantic key of that fact and is written before its entry: a row without an entry is
//! not shown, and the fact is delivered again.

use crate::rows::readable;
use nerve_model::{Answered, Event, Fact, Millis, Placed, RunState, Subject, Timestamp, settles_all};
use nerve_ports::{DatabaseError, ObjectStorage, Row, RowError, Statement, Value};
use nerve_protocol::record::{SubjectState, TimelineEntry};

/// The most open items that are shown, most urgent first.
pub(crate) const SHOWN: u32 = 40;

/// The time for which an escalation is open: not every tool reports its end.
const ESCALATED_FOR: Millis = Millis::days(30);

/// The most facts about one subject that are searched for one that settles it.
const SETTLERS: i64 = 200;

/// The end of an item without an end: in the year 9999, which every number format of the path can represent.
const NEVER: Timestamp = Timestamp::from_millis(253_402_300_799_999);

pub(crate) const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS open_items (
        subject TEXT PRIMARY KEY, told_at INTEGER NOT NULL, until INTEGER NOT NULL, open INTEGER NOT NULL,
        semantic_key TEXT NOT NULL
    ) WITHOUT ROWID",
    // So that a record with thousands of closed items reads its open ones at the same cost.
    "CREATE INDEX IF NOT EXISTS open_items_by_time ON open_items (until) WHERE open = 1",
];

/// The effect of a fact on the open item of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearing {
    /// The item is open, at most until this time.
    Opens(Timestamp),
    /// The item is closed, and the fact that opened it may arrive later.
    Ends,
    /// The item is closed. A fact that would open it looks this fact up, so no row is needed where none was open.
    Settles,
    /// No effect.
    None,
}

fn bearing(event: &Event) -> Bearing {
    match &event.fact {
        Fact::PaymentFailed(_) => Bearing::Opens(NEVER),
        Fact::RecordStageChanged(moved) if moved.to.is_some() => Bearing::Opens(NEVER),
        Fact::BookingCreated(made) => {
            let end = made.booking.ends_at.or(made.booking.starts_at);
            Bearing::Opens(end.unwrap_or(event.occurred_at + Millis::days(1)))
        }
        Fact::BookingCanceled(_) | Fact::RecordStageChanged(_) => Bearing::Ends,
        Fact::SupportEscalated(_) => Bearing::Opens(event.occurred_at + ESCALATED_FOR),
        Fact::AutomationFailed(run) if run.state == RunState::Failed => Bearing::Opens(NEVER),
        Fact::InvoicePaid(_) | Fact::PaymentClosed(_) | Fact::SupportSolved(_) | Fact::AutomationFailed(_) => {
            Bearing::Settles
        }
        Fact::FormSubmitted(_)
        | Fact::MeetingTranscribed(_)
        | Fact::CallEnded(_)
        | Fact::EmailReceived(_)
        | Fact::FileUploaded(_)
        | Fact::RecordMerged(_)
        | Fact::VendorReplied(_) => Bearing::None,
    }
}

/// Applies a new fact to the open item of its subject. Repeating it changes nothing.
pub(crate) fn note(storage: &impl ObjectStorage, event: &Event) -> Result<(), DatabaseError> {
    // What is said of the record from now on is said of its new subject.
    for former in event.merged_subjects().iter().filter(|subject| **subject != event.subject) {
        write(storage, former, event, NEVER, false)?;
        for stage in stages(storage, former)? {
            write(storage, &stage, event, NEVER, false)?;
        }
    }
    match bearing(event) {
        Bearing::Opens(until) => {
            if let Some(moved) = moved_from(event) {
                write(storage, &moved, event, NEVER, false)?;
            }
            if settled_since(storage, event)? { Ok(()) } else { write(storage, &event.item(), event, until, true) }
        }
        Bearing::Ends => write(storage, &event.item(), event, NEVER, false),
        Bearing::Settles => {
            for subject in settled_subjects(storage, event)? {
                let sql = "DELETE FROM open_items WHERE subject = ?1 AND told_at <= ?2";
                let params = [Value::text(&subject), event.occurred_at.into()];
                storage.execute(Statement::new(sql, params))?;
            }
            Ok(())
        }
        Bearing::None => Ok(()),
    }
}

/// The further stages of a subject that have a row.
fn stages(storage: &impl ObjectStorage, subject: &Subject) -> Result<Vec<Subject>, DatabaseError> {
    let sql = "SELECT subject FROM open_items WHERE subject > ?1 || ' ' AND subject < ?1 || '!'";
    let rows = storage.execute(Statement::new(sql, [Value::text(subject)]))?;
    Ok(rows.iter().map(|row| row.text("subject").map(Subject::new)).collect::<Result<_, RowError>>()?)
}

/// The subject of a settling fact, and those of the open items that it settles besides: the invoices of a subscription.
fn settled_subjects(storage: &impl ObjectStorage, event: &Event) -> Result<Vec<Subject>, DatabaseError> {
    fn one(event: &Event) -> Placed<'_> {
        Placed { event, home: None }
    }
    let mut subjects = vec![event.subject.clone()];
    if event.matter().is_some() {
        let open = open(storage, Timestamp::from_millis(0))?.into_iter().map(|entry| entry.event);
        subjects
            .extend(open.filter(|open| settles_all(one(event), &Answered::from(one(open)))).map(|open| open.subject));
    }
    Ok(subjects)
}

/// Writes the row if the fact is the latest. At equal times a closing fact wins, else the one with the greater key: the
/// order of arrival does not matter.
fn write(
    storage: &impl ObjectStorage,
    subject: &Subject,
    event: &Event,
    until: Timestamp,
    open: bool,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO open_items (subject, told_at, until, open, semantic_key) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (subject) DO UPDATE SET
                   told_at = excluded.told_at, until = excluded.until, open = excluded.open,
                   semantic_key = excluded.semantic_key
               WHERE (excluded.told_at, open, excluded.semantic_key) > (told_at, excluded.open, semantic_key)";
    let params = [
        Value::text(subject),
        event.occurred_at.into(),
        until.into(),
        i64::from(open).into(),
        Value::text(&event.semantic_key),
    ];
    storage.execute(Statement::new(sql, params)).map(drop)
}

/// The subject of the booking that a moved booking replaces: sources form subjects from ids in the same way.
fn moved_from(event: &Event) -> Option<Subject> {
    let Fact::BookingCreated(made) = &event.fact else { return None };
    let before = made.moved_from.as_ref().filter(|before| **before != made.booking.id)?;
    Some(Subject::new(event.subject.as_str().replace(&made.booking.id, before)))
}

/// A later fact on the timeline settled the subject. Semantic keys of settling facts begin with their subject.
fn settled_since(storage: &impl ObjectStorage, event: &Event) -> Result<bool, DatabaseError> {
    let sql = "SELECT seq, reporters, event, matched FROM timeline
               WHERE semantic_key > ?1 || ' ' AND semantic_key < ?1 || '!' LIMIT ?2";
    let rows = storage.execute(Statement::new(sql, [Value::text(&event.subject), SETTLERS.into()]))?;
    let settles = |entry: TimelineEntry| entry.event.fact.settles() && entry.event.occurred_at >= event.occurred_at;
    Ok(readable(&rows).into_iter().any(settles))
}

/// The most past items that are searched for a booking.
const PAST: u32 = 50;

/// The last booking that took place, by its end.
pub(crate) fn last_booking(
    storage: &impl ObjectStorage,
    now: Timestamp,
) -> Result<Option<TimelineEntry>, DatabaseError> {
    let sql = "SELECT t.seq, t.reporters, t.event, t.matched
               FROM (SELECT semantic_key, until FROM open_items WHERE open = 1 AND until <= ?1 ORDER BY until DESC LIMIT ?2) m
               CROSS JOIN timeline t ON t.semantic_key = m.semantic_key
               WHERE t.kind = 'booking.created' ORDER BY m.until DESC LIMIT 1";
    let rows = storage.execute(Statement::new(sql, [now.into(), PAST.into()]))?;
    Ok(readable(&rows).pop())
}

/// The open items, those with the earliest end first; at most [`SHOWN`].
pub(crate) fn open(storage: &impl ObjectStorage, now: Timestamp) -> Result<Vec<TimelineEntry>, DatabaseError> {
    let sql = "SELECT t.seq, t.reporters, t.event, t.matched
               FROM (SELECT semantic_key, until FROM open_items WHERE open = 1 AND until > ?1 ORDER BY until LIMIT ?2) m
               CROSS JOIN timeline t ON t.semantic_key = m.semantic_key ORDER BY m.until, t.seq";
    let rows = storage.execute(Statement::new(sql, [now.into(), SHOWN.into()]))?;
    Ok(readable(&rows))
}

/// The states of those subjects that have a row.
pub(crate) fn told(storage: &impl ObjectStorage, subjects: &[Subject]) -> Result<Vec<SubjectState>, DatabaseError> {
    let sql = "SELECT subject, told_at, open FROM open_items WHERE subject IN (SELECT value FROM json_each(?1))";
    let rows = storage.execute(Statement::new(sql, [Value::json(&subjects)]))?;
    let told = |row: &Row| {
        Ok(SubjectState {
            subject: Subject::new(row.text("subject")?),
            at: row.time("told_at")?,
            open: row.flag("open")?,
        })
    };
    Ok(rows.iter().map(told).collect::<Result<_, RowError>>()?)
}

/// The end of the item that an event opens; [`NEVER`] for other events.
pub(crate) fn until(event: &Event) -> Timestamp {
    match bearing(event) {
        Bearing::Opens(until) => until,
        Bearing::Ends | Bearing::Settles | Bearing::None => NEVER,
    }
}
