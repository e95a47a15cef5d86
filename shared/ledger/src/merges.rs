//! Merges of two records, and their undoing.
//!
//! A merge only sets the root of a record. Rows stay with their record and are read for all members, so that undoing
//! merges in any order restores the state before with the rows that came since.

pub use crate::members::MAX_PARTS;
use crate::{advice, members::MEMBERS, proposals::OPEN, query::Query, questions::waiting, rows::read_all};
use nerve_model::{Actor, EventId, MergeId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, part, record, by, at, undone_by, undone_at FROM merges";

/// The most rows that a sweep reads.
const BATCH: u32 = 100;

/// The records that become parts of `?1` again when its own merge is undone: those merged into it, directly or through
/// others.
const DESCENDANTS: &str = "WITH RECURSIVE own (id) AS (
        SELECT part FROM merges WHERE record = ?1 AND undone_at IS NULL
        UNION SELECT m.part FROM merges m JOIN own ON m.record = own.id WHERE m.undone_at IS NULL)";

/// A merge of two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Merge {
    /// The merge.
    pub id: MergeId,
    /// The record that became a part.
    pub part: RecordId,
    /// The record that it was merged into.
    pub record: RecordId,
    /// The person who merged them.
    pub by: Actor,
    /// The time of the merge.
    pub at: Timestamp,
    /// The person who undid the merge.
    pub undone_by: Option<Actor>,
    /// The time it was undone.
    pub undone_at: Option<Timestamp>,
}

/// The numbers of rows of a record and its parts, each counted up to a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Extent {
    /// The number of claims.
    pub claims: u32,
    /// The number of events.
    pub events: u32,
    /// The number of tasks.
    pub tasks: u32,
    /// The number of notes.
    pub notes: u32,
    /// The number of pending proposals.
    pub proposals: u32,
}

impl Extent {
    /// The highest count: there may be more rows.
    pub const MOST: u32 = 1_000;
}

/// Counts the rows of a record, and of all records merged into it, since a time: the rows that a merge adds to another
/// record and that its undoing removes.
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

/// Merges a record with all its parts into another. Refused as a conflict unless both are roots of one type.
pub fn merge(merge: &Merge) -> Vec<Statement> {
    let both = [Value::text(merge.part), Value::text(merge.record)];
    let root = |sql: &str| Statement::new(sql, both.clone());
    vec![
        insert(merge),
        // The parts first: a record with parts cannot become a part.
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

/// Undoes a merge: the record becomes a root again, with its own parts. Refused as a conflict when it was undone
/// before.
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

/// Marks a record for a new look by the agent if it has pending proposals.
pub fn look_again(record: RecordId, at: Timestamp) -> Statement {
    let sql = format!(
        "INSERT INTO recombined (record, since) SELECT ?1, ?2
         WHERE EXISTS (SELECT 1 FROM proposals {OPEN} AND record IN {MEMBERS} AND +status = 'pending')
         ON CONFLICT (record) DO UPDATE SET since = excluded.since"
    );
    Statement::new(sql, [Value::text(record), at.into()])
}

/// Removes the marks of these records: the agent has looked at their proposals again.
pub fn mark_considered(records: &[RecordId]) -> Statement {
    let sql = "DELETE FROM recombined WHERE record IN (SELECT value FROM json_each(?1))";
    Statement::new(sql, [Value::json(&records)])
}

pub(crate) fn select_recombined(record: RecordId) -> Query<Vec<RecordId>> {
    let sql = format!("SELECT record FROM recombined WHERE record IN {MEMBERS}");
    Query::new(Statement::new(sql, [Value::text(record)]), |rows| read_all(rows, |row| row.parse("record")))
}

/// The records marked since before this time, at most 100. A record with an open question is left out until it has an
/// answer.
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

/// One merge; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: MergeId) -> Result<Option<Merge>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// The merge in force by which a record is a part.
pub async fn of_part(db: &impl Database, part: RecordId) -> Result<Option<Merge>, DatabaseError> {
    let sql = format!("{SELECT} WHERE part = ?1 AND undone_at IS NULL");
    Ok(db.query(Statement::new(sql, [Value::text(part)])).await?.first().map(read).transpose()?)
}

/// A person undid a merge of these two roots: they are known to be two.
pub async fn taken_apart(db: &impl Database, one: RecordId, other: RecordId) -> Result<bool, DatabaseError> {
    let sql = "SELECT 1 FROM merges
               WHERE record IN (?1, ?2) AND part IN (?1, ?2) AND undone_at IS NOT NULL LIMIT 1";
    Ok(!db.query(Statement::new(sql, [Value::text(one), Value::text(other)])).await?.is_empty())
}

/// The last hundred merges, newest first; for a record, those of its members.
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
