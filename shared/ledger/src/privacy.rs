//! Privacy: erasures, tombstones, and mentions of a person in others' rows.

mod data_inventory;
mod dialed;
mod mentions;
mod profiles;
mod tombstones;

pub use data_inventory::{DATA_INVENTORY, InventoryItem, Part, part};
pub use mentions::{MENTIONS, Mention, Scan, Words, scan};
pub use tombstones::{Suppressed, Tellers, bury_merged, suppressed, tellers};

use crate::{
    chain::{Body, ChainId, Entry, EntryKind, Head},
    members::MEMBERS,
    page::{Listing, Page, PageRequest, paged},
    rows::read_all,
};
use nerve_model::{Actor, Claim, DedupKey, ErasureId, EventId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// The name of a record after its erasure.
pub const NOBODY: &str = "Erased";

const SELECT: &str = "SELECT id, record, by, reason, at, step, cursor, last_error, done_at, released_by, released_at,
        (SELECT SUM(hits) FROM tombstones WHERE erasure = erasures.id) AS held_out,
        (SELECT MAX(last_at) FROM tombstones WHERE erasure = erasures.id) AS last_held_out_at
    FROM erasures";

/// An erasure of the data about a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erasure {
    /// The erasure.
    pub id: ErasureId,
    /// The record, which stays without a name.
    pub record: RecordId,
    /// The person who ordered it.
    pub by: Actor,
    /// The reason, without data about the person.
    pub reason: String,
    /// The time of the order. From then on Nerve stores nothing new about the person.
    pub at: Timestamp,
    /// The current step.
    pub step: String,
    /// The position within the step.
    #[serde(skip)]
    pub cursor: String,
    /// The error of the last attempt; the sweeper tries again.
    pub last_error: Option<String>,
    /// The time at which the erasure was complete.
    pub done_at: Option<Timestamp>,
    /// The person who lifted the suppression.
    pub released_by: Option<Actor>,
    /// The time at which it was lifted.
    pub released_at: Option<Timestamp>,
    /// The number of deliveries about the person that were suppressed since.
    pub held_out: u32,
    /// The time of the last suppressed delivery.
    pub last_held_out_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<Erasure, RowError> {
    Ok(Erasure {
        id: row.parse("id")?,
        record: row.parse("record")?,
        by: row.json("by")?,
        reason: row.text("reason")?.to_owned(),
        at: row.time("at")?,
        step: row.text("step")?.to_owned(),
        cursor: row.text("cursor")?.to_owned(),
        last_error: row.optional_text("last_error")?.map(str::to_owned),
        done_at: row.optional_time("done_at")?,
        released_by: row.optional_json("released_by")?,
        released_at: row.optional_time("released_at")?,
        held_out: u32::try_from(row.optional_integer("held_out")?.unwrap_or_default()).unwrap_or(u32::MAX),
        last_held_out_at: row.optional_time("last_held_out_at")?,
    })
}

/// One erasure; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: ErasureId) -> Result<Option<Erasure>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// A page of erasures, newest first.
pub async fn list(db: &impl Database, page: &PageRequest) -> Result<Page<Erasure>, DatabaseError> {
    let rows = db.query(Listing::new(SELECT, "id").statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |erasure| erasure.id.to_string())?)
}

/// The erasures that are not complete, oldest first, at most ten.
pub async fn under_way(db: &impl Database) -> Result<Vec<ErasureId>, DatabaseError> {
    let rows =
        db.query(Statement::new("SELECT id FROM erasures WHERE done_at IS NULL ORDER BY id LIMIT 10", [])).await?;
    Ok(read_all(&rows, |row| row.parse("id"))?)
}

/// The subject of an erasure: a record with all its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The root.
    pub root: RecordId,
    /// The root and its parts.
    pub members: Vec<RecordId>,
    /// The names of the members.
    pub names: Vec<String>,
    /// The claims that identify only this person.
    pub claims: Vec<Claim>,
    /// The erasure, once it has begun.
    pub erasure: Option<Erasure>,
}

/// The subject that a record or part belongs to; `None` when there is no such record.
pub async fn subject(db: &impl Database, record: RecordId) -> Result<Option<Subject>, DatabaseError> {
    let root = "(SELECT COALESCE(root, id) FROM records WHERE id = ?1)";
    let members =
        format!("SELECT id, name FROM records WHERE id = {root} OR root = {root} ORDER BY root IS NOT NULL, id");
    let claims = format!(
        "SELECT kind, value, role FROM identities WHERE kind IN ('external', 'email', 'phone', 'serial')
         AND shared = 0 AND record IN (SELECT id FROM records WHERE id = {root} OR root = {root})"
    );
    let erasure = format!("{SELECT} WHERE record = {root}");
    let ask = |sql: String| Statement::new(sql, [Value::text(record)]);
    let answers = db.batch(vec![ask(members), ask(claims), ask(erasure)]).await?;
    let [members, claims, erasure] = answers.as_slice() else { return Ok(None) };
    let claim = |row: &Row| {
        Ok(Claim { kind: row.parse("kind")?, value: row.text("value")?.to_owned(), role: row.parse("role")? })
    };
    let names = read_all(members, |row| Ok(row.text("name")?.to_owned()))?;
    let members = read_all(members, |row| row.parse::<RecordId>("id"))?;
    let Some(root) = members.first().copied() else { return Ok(None) };
    let erasure = erasure.first().map(read).transpose()?;
    Ok(Some(Subject { root, members, names, claims: read_all(claims, claim)?, erasure }))
}

/// Begins an erasure: from now on triggers refuse new rows of the record, and tombstones suppress deliveries about the
/// person.
pub async fn begin(
    db: &impl Database,
    erasure: ErasureId,
    subject: &Subject,
    by: &Actor,
    reason: &str,
    at: Timestamp,
) -> Result<(), DatabaseError> {
    let insert = Statement::new(
        "INSERT INTO erasures (id, record, by, reason, at, step) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
            Value::text(erasure),
            Value::text(subject.root),
            Value::json(by),
            reason.into(),
            at.into(),
            Step::FIRST.into(),
        ],
    );
    let mark = format!("UPDATE records SET erased_at = ?2 WHERE id IN {MEMBERS} AND erased_at IS NULL");
    let mark = Statement::new(mark, [Value::text(subject.root), at.into()]);
    let bury = tombstones::bury(db, erasure, &subject.claims).await?;
    db.batch(vec![insert, mark, bury]).await.map(drop)
}

/// The names of the steps of an erasure, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step;

impl Step {
    /// Events in inboxes and their index rows.
    pub const FIRST: &'static str = "deliveries";
    /// Timelines.
    pub const TIMELINES: &'static str = "timelines";
    /// Mentions of the person in others' rows; the cursor names the table and row.
    pub const MENTIONS: &'static str = "mentions";
    /// Imported rows; the cursor names the last row read.
    pub const FILES: &'static str = "files";
    /// The remaining rows of the database.
    pub const ROWS: &'static str = "rows";
    /// The erasure is complete.
    pub const DONE: &'static str = "done";
}

/// Stores the step and cursor that an erasure has reached.
pub fn reached(id: ErasureId, step: &str, cursor: &str) -> Statement {
    let sql = "UPDATE erasures SET step = ?2, cursor = ?3, last_error = NULL WHERE id = ?1 AND done_at IS NULL";
    Statement::new(sql, [Value::text(id), step.into(), cursor.into()])
}

/// Stores the error that stopped an erasure.
pub fn stuck(id: ErasureId, error: &str) -> Statement {
    let sql = "UPDATE erasures SET last_error = ?2 WHERE id = ?1 AND done_at IS NULL";
    Statement::new(sql, [Value::text(id), error.into()])
}

/// The place of an event's raw body.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The event.
    pub event: EventId,
    /// The inbox.
    pub inbox: String,
    /// The event's key in the inbox.
    pub dedup_key: DedupKey,
}

/// The places of the next events of a record, at most `limit`.
pub async fn places(db: &impl Database, root: RecordId, limit: u32) -> Result<Vec<Place>, DatabaseError> {
    let sql = format!(
        "SELECT id, inbox, json_extract(event, '$.dedup_key') AS dedup_key FROM events WHERE record IN {MEMBERS} LIMIT ?2"
    );
    let rows = db.query(Statement::new(sql, [Value::text(root), limit.into()])).await?;
    let place = |row: &Row| {
        Ok(Place {
            event: row.parse("id")?,
            inbox: row.text("inbox")?.to_owned(),
            dedup_key: DedupKey::new(row.text("dedup_key")?),
        })
    };
    Ok(read_all(&rows, place)?)
}

/// Deletes the rows of events whose inboxes have erased them.
pub fn forget_events(events: &[EventId]) -> Vec<Statement> {
    let among =
        |sql: &str| Statement::new(format!("{sql} IN (SELECT value FROM json_each(?1))"), [Value::json(&events)]);
    vec![among("DELETE FROM associations WHERE event"), among("DELETE FROM events WHERE id")]
}

/// The last step: deletes every row of the person and empties the record. Refused as a conflict while an effect is
/// being executed.
pub async fn finish(
    db: &impl Database,
    id: ErasureId,
    subject: &Subject,
    salts: impl Fn() -> u128,
    at: Timestamp,
) -> Result<(), DatabaseError> {
    let Some(erasure) = &subject.erasure else { return Ok(()) };
    let about = |sql: String| Statement::new(sql, [Value::text(subject.root)]);
    let mut statements = profiles::forget(db, subject.root).await?;
    let held: Vec<Statement> = DATA_INVENTORY.iter().filter_map(InventoryItem::delete).map(about).collect();
    statements.extend(held);
    let bodies =
        "UPDATE ledger_bodies SET salt = NULL, body = NULL, erased_at = ?2 WHERE erased_at IS NULL AND chain IN";
    statements.push(Statement::new(format!("{bodies} {MEMBERS}"), [Value::text(subject.root), at.into()]));
    statements.push(nobody(subject.root, at));
    for record in &subject.members {
        let (chain, mut head) = head(db, *record).await?;
        let body = Body { note: Some(erasure.reason.clone()), ..Body::default() };
        let (actor, kind) = (erasure.by.clone(), EntryKind::Erased);
        let entry = Entry { kind, at, actor, proposal: None, event: None, body };
        statements.extend(head.append(&chain, &entry, salts()));
    }
    let done =
        "UPDATE erasures SET step = ?2, cursor = '', last_error = NULL, done_at = ?3 WHERE id = ?1 AND done_at IS NULL";
    statements.push(Statement::new(done, [Value::text(id), Step::DONE.into(), at.into()]));
    db.batch(statements).await.map(drop)
}

async fn head(db: &impl Database, record: RecordId) -> Result<(ChainId, Head), DatabaseError> {
    let chain = ChainId::Record(record);
    Ok((chain, crate::chain::head(db, &chain).await?))
}

/// Empties the record's fields.
fn nobody(root: RecordId, at: Timestamp) -> Statement {
    let sql = format!(
        "UPDATE records SET name = '{NOBODY}', owner = NULL, stage = NULL, attributes = '{{}}', words = '[]',
            profile = NULL, profile_version = profile_version + 1, version = version + 1, updated_at = ?2 WHERE id IN {MEMBERS}"
    );
    Statement::new(sql, [Value::text(root), at.into()])
}

/// Lifts the suppression: new events about the person create a new record. Erased data does not return.
pub async fn release(
    db: &impl Database,
    erasure: &Erasure,
    by: &Actor,
    salt: u128,
    at: Timestamp,
) -> Result<(), DatabaseError> {
    let (chain, mut head) = head(db, erasure.record).await?;
    let entry =
        Entry { kind: EntryKind::LetBackIn, at, actor: by.clone(), proposal: None, event: None, body: Body::default() };
    let id = Value::text(erasure.id);
    let released = "UPDATE erasures SET released_by = ?2, released_at = ?3 WHERE id = ?1";
    let mut statements = vec![
        Statement::new("DELETE FROM tombstones WHERE erasure = ?1", [id.clone()]),
        Statement::new(released, [id, Value::json(by), at.into()]),
    ];
    statements.extend(head.append(&chain, &entry, salt));
    db.batch(statements).await.map(drop)
}
