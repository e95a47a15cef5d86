//! Merges: two records made one, and taken apart again.
//!
//! A merge says whose root a record is and moves nothing else. What came to a record stays with it and is read as part
//! of the whole, so that taking a merge back, in whatever order, restores what was before with what came since.

use crate::{advice, members::MEMBERS, proposals::OPEN, query::Query, questions::waiting, rows::read_all};
use nerve_model::{Actor, EventId, MergeId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, part, record, by, at, undone_by, undone_at FROM merges";

/// Of how many records one is made at most, itself among them: each is read when something is decided about it. The
/// database has the same number.
pub const MAX_PARTS: usize = 100;

/// How many records a sweep looks at.
const BATCH: u32 = 100;

/// The records that stand apart with `?1` once what made it part of another is taken back: what was merged into it, and
/// into that.
const DESCENDANTS: &str = "WITH RECURSIVE own (id) AS (
        SELECT part FROM merges WHERE record = ?1 AND undone_at IS NULL
        UNION SELECT m.part FROM merges m JOIN own ON m.record = own.id WHERE m.undone_at IS NULL)";

/// Two records made one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Merge {
    /// The merge.
    pub id: MergeId,
    /// What was merged.
    pub part: RecordId,
    /// What it became part of.
    pub record: RecordId,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Who took it back.
    pub undone_by: Option<Actor>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// What belongs to a record with all its parts, counted to a thousand each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Extent {
    /// By what it is recognized.
    pub claims: u32,
    /// What happened.
    pub events: u32,
    /// Tasks.
    pub tasks: u32,
    /// Notes.
    pub notes: u32,
    /// What is proposed and not decided.
    pub proposals: u32,
}

impl Extent {
    /// No count is greater: there may be more.
    pub const MOST: u32 = 1_000;
}

/// What came to a record, and to everything merged into it, since a time: what a merge makes part of another record, and
/// what its undoing takes along.
pub async fn extent(db: &impl Database, record: RecordId, since: Timestamp) -> Result<Extent, DatabaseError> {
    let count = |from: &str| format!("(SELECT COUNT(*) FROM (SELECT 1 FROM {from} LIMIT {}))", Extent::MOST);
    let sql = format!(
        "WITH RECURSIVE own (id) AS (
             SELECT ?1 UNION SELECT m.part FROM merges m JOIN own ON m.record = own.id WHERE m.undone_at IS NULL)
         SELECT {} AS claims, {} AS events, {} AS tasks, {} AS notes, {} AS proposals",
        count("identities WHERE record IN own AND created_at >= ?2"),
        count("events WHERE record IN own AND id >= ?3"),
        count("tasks WHERE record IN own AND created_at >= ?2"),
        count("notes WHERE record IN own AND created_at >= ?2"),
        count("proposals WHERE record IN own AND status = 'pending' AND created_at >= ?2"),
    );
    let params = [Value::text(record), since.into(), Value::text(EventId::new(since, 0))];
    let rows = db.query(Statement::new(sql, params)).await?;
    let row = rows.first().ok_or_else(|| DatabaseError::Unavailable("nothing was counted".to_owned()))?;
    Ok(Extent {
        claims: row.count("claims")?,
        events: row.count("events")?,
        tasks: row.count("tasks")?,
        notes: row.count("notes")?,
        proposals: row.count("proposals")?,
    })
}

/// Makes a record with all its parts part of another. Refused as a conflict unless both stand for themselves and are of
/// one type.
pub fn merge(merge: &Merge) -> Vec<Statement> {
    let both = [Value::text(merge.part), Value::text(merge.record)];
    let root = |sql: &str| Statement::new(sql, both.clone());
    vec![
        insert(merge),
        // Its parts first: what has parts cannot become one.
        root("UPDATE records SET root = ?2 WHERE root = ?1"),
        root("UPDATE records SET root = ?2 WHERE id = ?1"),
        mark_recombined(merge.record, merge.at),
    ]
}

fn insert(merge: &Merge) -> Statement {
    Statement::new(
        "INSERT INTO merges (id, part, record, by, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        [
            Value::text(merge.id),
            Value::text(merge.part),
            Value::text(merge.record),
            Value::json(&merge.by),
            merge.at.into(),
        ],
    )
}

/// Takes a merge back: the record stands for itself again, with what was merged into it. Refused as a conflict when it
/// was taken back before.
pub fn undo(merge: &Merge, by: &Actor, at: Timestamp) -> Vec<Statement> {
    let part = Value::text(merge.part);
    let former =
        "INSERT INTO recombined (record, since) SELECT root, ?2 FROM records WHERE id = ?1 AND root IS NOT NULL
                  ON CONFLICT (record) DO UPDATE SET since = excluded.since";
    let parts = format!("{DESCENDANTS} UPDATE records SET root = ?1 WHERE id IN (SELECT id FROM own)");
    vec![
        Statement::new(
            "UPDATE merges SET undone_by = ?2, undone_at = ?3 WHERE id = ?1",
            [Value::text(merge.id), Value::json(by), at.into()],
        ),
        Statement::new(former, [part.clone(), at.into()]),
        advice::forget_whole(merge.part),
        Statement::new("UPDATE records SET root = NULL WHERE id = ?1", [part.clone()]),
        Statement::new(parts, [part]),
        mark_recombined(merge.part, at),
    ]
}

fn mark_recombined(record: RecordId, at: Timestamp) -> Statement {
    let sql = "INSERT INTO recombined (record, since) VALUES (?1, ?2)
               ON CONFLICT (record) DO UPDATE SET since = excluded.since";
    Statement::new(sql, [Value::text(record), at.into()])
}

/// Has the pending proposals about a record looked at again, if there are any.
pub fn look_again(record: RecordId, at: Timestamp) -> Statement {
    let sql = format!(
        "INSERT INTO recombined (record, since) SELECT ?1, ?2
         WHERE EXISTS (SELECT 1 FROM proposals {OPEN} AND record IN {MEMBERS} AND +status = 'pending')
         ON CONFLICT (record) DO UPDATE SET since = excluded.since"
    );
    Statement::new(sql, [Value::text(record), at.into()])
}

/// Notes that what is proposed about these records was looked at again.
pub fn mark_considered(records: &[RecordId]) -> Statement {
    let sql = "DELETE FROM recombined WHERE record IN (SELECT value FROM json_each(?1))";
    Statement::new(sql, [Value::json(&records)])
}

pub(crate) fn select_recombined(record: RecordId) -> Query<Vec<RecordId>> {
    let sql = format!("SELECT record FROM recombined WHERE record IN {MEMBERS}");
    Query::new(Statement::new(sql, [Value::text(record)]), |rows| read_all(rows, |row| row.parse("record")))
}

/// Records that wait to be looked at since a merge or its undoing before this time, at most 100. Those that wait for an
/// answer first are looked at once it is there.
pub async fn recombined(db: &impl Database, before: Timestamp) -> Result<Vec<RecordId>, DatabaseError> {
    let waiting = waiting("recombined.record");
    let sql = format!("SELECT record FROM recombined WHERE since <= ?1 AND NOT {waiting} LIMIT {BATCH}");
    Ok(read_all(&db.query(Statement::new(sql, [before.into()])).await?, |row| row.parse("record"))?)
}

fn read(row: &Row) -> Result<Merge, RowError> {
    Ok(Merge {
        id: row.parse("id")?,
        part: row.parse("part")?,
        record: row.parse("record")?,
        by: row.json("by")?,
        at: row.time("at")?,
        undone_by: row.optional_json("undone_by")?,
        undone_at: row.optional_time("undone_at")?,
    })
}

/// One merge.
pub async fn get(db: &impl Database, id: MergeId) -> Result<Option<Merge>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// The merge that stands by which a record is part of another.
pub async fn of_part(db: &impl Database, part: RecordId) -> Result<Option<Merge>, DatabaseError> {
    let sql = format!("{SELECT} WHERE part = ?1 AND undone_at IS NULL");
    Ok(db.query(Statement::new(sql, [Value::text(part)])).await?.first().map(read).transpose()?)
}

/// The last hundred merges, newest first; of a record, those that it or anything that is part of it took part in.
pub async fn list(db: &impl Database, record: Option<RecordId>) -> Result<Vec<Merge>, DatabaseError> {
    let statement = match record {
        None => Statement::new(format!("{SELECT} ORDER BY id DESC LIMIT {BATCH}"), []),
        Some(record) => select_of(record),
    };
    Ok(read_all(&db.query(statement).await?, read)?)
}

fn select_of(record: RecordId) -> Statement {
    let sql = format!(
        "{SELECT} WHERE id IN (
             SELECT id FROM merges WHERE record IN {MEMBERS}
             UNION SELECT id FROM merges WHERE part IN {MEMBERS} AND undone_at IS NULL) ORDER BY id DESC LIMIT {BATCH}"
    );
    Statement::new(sql, [Value::text(record)])
}
