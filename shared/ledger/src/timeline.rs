//! The parts of a record's activity that D1 has: ledger entries, and events of other records that are also about it.
//!
//! Each read covers a bounded range of a stream, newest first, and returns the position it reached.

use crate::{
    chain::{self, EntryKind, Heads, StoredEntry},
    events::{self, StoredEvent},
    members::MEMBERS,
    query::{Batch, Query},
    records,
    rows::{place, read_all},
};
use nerve_model::{EventId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};

/// The most entries of a chain that one read covers.
pub const WINDOW: u32 = 200;

/// The members of a record, the root first, with the heads of their chains. Empty when there is no such record.
pub async fn parts(db: &impl Database, record: RecordId) -> Result<(Vec<RecordId>, Heads), DatabaseError> {
    let mut batch = Batch::default();
    let members = batch.ask(records::select_members(record));
    let heads = batch.ask(Query::new(chain::select_heads(record), chain::read_heads));
    let answers = batch.run(db).await?;
    Ok((answers.to(&members)?, answers.to(&heads)?))
}

/// A filter by kinds of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds {
    /// The named kinds.
    pub named: Vec<EntryKind>,
    /// The filter selects the named kinds; when false, all others.
    pub wanted: bool,
}

/// A range of one stream, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch<T, P> {
    /// The items in the range.
    pub found: Vec<T>,
    /// The position reached; `None` when the stream has no more.
    pub stop: Option<(Timestamp, P)>,
}

/// For each chain, the entries before the given number, at most `limit` each. Bodies come without the text of the
/// situation.
pub async fn entries(
    db: &impl Database,
    chains: &[(RecordId, u64)],
    kinds: &Kinds,
    limit: u32,
) -> Result<Vec<Stretch<StoredEntry, u64>>, DatabaseError> {
    let floor = |before: u64| before.saturating_sub(u64::from(WINDOW)).max(1);
    let wanted: Vec<_> = chains.iter().map(|(record, before)| (record, before, floor(*before))).collect();
    let mut batch = Batch::default();
    let entries = batch.ask(select_entries(&wanted, kinds, limit));
    let floors = batch.ask(select_floors(&wanted));
    let answers = batch.run(db).await?;
    let (mut entries, floors) = (answers.to(&entries)?, answers.to(&floors)?);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.n));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(chains.iter().map(|(record, _)| stretch(&record.to_string(), &entries, &floors, limit)).collect())
}

fn stretch(
    chain: &str,
    entries: &[StoredEntry],
    floors: &[(String, Timestamp, u64)],
    limit: usize,
) -> Stretch<StoredEntry, u64> {
    let found: Vec<StoredEntry> = entries.iter().filter(|entry| entry.chain == chain).cloned().collect();
    let last = found.last().filter(|_| found.len() >= limit).map(|entry| (entry.at, entry.n));
    let floor = || floors.iter().find(|(of, ..)| of == chain).map(|(_, at, n)| (*at, *n));
    Stretch { stop: last.or_else(floor).filter(|(_, n)| *n > 1), found }
}

/// The most recent entries of each chain that are searched for changes.
const LATELY: u32 = 40;

/// The most changes in a snapshot.
const CHANGES: u32 = 10;

/// The kinds of entries that record a decision.
const DECISIONS: [EntryKind; 6] = [
    EntryKind::Proposed,
    EntryKind::Dropped,
    EntryKind::Approved,
    EntryKind::Rejected,
    EntryKind::Edited,
    EntryKind::Answered,
];

/// The kinds of entries that record a person's change.
const CHANGING: [EntryKind; 15] = [
    EntryKind::RecordEdited,
    EntryKind::Linked,
    EntryKind::Unlinked,
    EntryKind::ClaimAdded,
    EntryKind::ClaimRemoved,
    EntryKind::TaskAdded,
    EntryKind::TaskEdited,
    EntryKind::TaskDone,
    EntryKind::TaskReopened,
    EntryKind::NoteAdded,
    EntryKind::TakenBack,
    EntryKind::Identified,
    EntryKind::Reopened,
    EntryKind::Merged,
    EntryKind::Unmerged,
];

/// People's changes since the last decision, oldest first; of more than ten, the latest.
pub(crate) fn select_changed(record: RecordId) -> Query<Vec<StoredEntry>> {
    let sql = format!(
        "WITH lately AS MATERIALIZED (
             SELECT l.seq, l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.hash
             FROM {MEMBERS} part CROSS JOIN ledger l ON l.seq IN (
                 SELECT seq FROM ledger WHERE chain = part.id ORDER BY n DESC LIMIT {LATELY}))
         SELECT * FROM (
             SELECT lately.*, b.body, b.erased_at FROM lately
             LEFT JOIN ledger_bodies b ON b.chain = lately.chain AND b.n = lately.n
             WHERE lately.kind IN (SELECT value FROM json_each(?2)) AND lately.at > COALESCE(
                 (SELECT MAX(at) FROM lately WHERE kind IN (SELECT value FROM json_each(?3))), 0)
             ORDER BY lately.seq DESC LIMIT {CHANGES})
         ORDER BY seq"
    );
    let kinds = |kinds: &[EntryKind]| Value::json(&kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    let params = [Value::text(record), kinds(&CHANGING), kinds(&DECISIONS)];
    Query::new(Statement::new(sql, params), |rows| read_all(rows, chain::read))
}

type ChainRange<'a> = (&'a RecordId, &'a u64, u64);

fn select_entries(chains: &[ChainRange<'_>], kinds: &Kinds, limit: u32) -> Query<Vec<StoredEntry>> {
    let named: Vec<_> = kinds.named.iter().map(|kind| kind.as_str()).collect();
    let sql = "SELECT l.seq, l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.hash,
                   json_remove(b.body, '$.situation') AS body, b.erased_at
               FROM json_each(?1) AS wanted CROSS JOIN ledger l ON l.seq IN (
                   SELECT seq FROM ledger
                   WHERE chain = wanted.value ->> 0 AND n < wanted.value ->> 1 AND n >= wanted.value ->> 2
                       AND (kind IN (SELECT value FROM json_each(?2))) = ?3 ORDER BY n DESC LIMIT ?4)
               LEFT JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n";
    let params = [Value::json(&chains), Value::json(&named), kinds.wanted.into(), limit.into()];
    Query::new(Statement::new(sql, params), |rows| read_all(rows, chain::read))
}

/// The oldest entry within the window of each chain.
fn select_floors(chains: &[ChainRange<'_>]) -> Query<Vec<(String, Timestamp, u64)>> {
    let sql = "SELECT l.chain, l.n, l.at FROM json_each(?1) AS wanted
               CROSS JOIN ledger l ON l.chain = wanted.value ->> 0 AND l.n = wanted.value ->> 2";
    Query::new(Statement::new(sql, [Value::json(&chains)]), |rows| read_all(rows, read_floor))
}

fn read_floor(row: &Row) -> Result<(String, Timestamp, u64), RowError> {
    Ok((row.text("chain")?.to_owned(), row.time("at")?, place(row, "n")?))
}

/// An event that an association connects with another record.
#[derive(Debug, Clone, PartialEq)]
pub struct Associated {
    /// The event.
    pub stored: StoredEvent,
    /// The time of the event, as indexed.
    pub at: Timestamp,
    /// The record of the association.
    pub record: RecordId,
    /// The evidence of the association.
    pub how: String,
}

/// At most `limit` events associated with one of these records that happened before the given position. Events that
/// came to one of the records are left out: its timeline has them.
pub async fn associated(
    db: &impl Database,
    records: &[RecordId],
    before: Option<(Timestamp, EventId)>,
    limit: u32,
) -> Result<Stretch<Associated, EventId>, DatabaseError> {
    let (at, event) =
        before.map_or((Value::from(i64::MAX >> 11), Value::from("")), |(at, event)| (at.into(), Value::text(event)));
    let sql = "SELECT c.event AS id, c.at, c.record AS associated, c.how,
                   e.record, e.inbox, e.matched, e.event, e.duplicates, e.decided_at,
                   (SELECT k.classification FROM event_classification k WHERE k.event = e.id) AS classification
               FROM json_each(?1) AS wanted CROSS JOIN associations c ON c.record = wanted.value AND c.event IN (
                   SELECT event FROM associations WHERE record = wanted.value AND (at, event) < (?2, ?3)
                   ORDER BY at DESC, event DESC LIMIT ?4)
               LEFT JOIN events e ON e.id = c.event";
    let rows = db.query(Statement::new(sql, [Value::json(&records), at, event, limit.into()])).await?;
    let mut places = read_all(&rows, read_associated)?;
    places.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    places.dedup_by_key(|(place, _)| *place);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    places.truncate(limit);
    let stop = places.last().filter(|_| places.len() >= limit).map(|(place, _)| *place);
    let came_to = |associated: &Associated| records.contains(&associated.stored.record);
    let found = places.into_iter().filter_map(|(_, associated)| associated.filter(|associated| !came_to(associated)));
    Ok(Stretch { found: found.collect(), stop })
}

/// The position, and the event unless it was erased.
fn read_associated(row: &Row) -> Result<((Timestamp, EventId), Option<Associated>), RowError> {
    let at = row.time("at")?;
    let stored = row.optional_text("event")?.map(|_| events::read(row)).transpose()?;
    let (record, how) = (row.parse("associated")?, row.text("how")?.to_owned());
    Ok(((at, row.parse("id")?), stored.map(|stored| Associated { stored, at, record, how })))
}
