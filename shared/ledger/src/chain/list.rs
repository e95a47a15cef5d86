use super::{body::Body, hash::Hash, id::ChainId, kind::EntryKind};
use crate::{
    members::MEMBERS,
    page::{Listing, Page, PageRequest, paged},
    rows::{LAST_NUMBER, number, place},
};
use nerve_model::{Actor, EventId, ProposalId, RecordId, SituationRef, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// A ledger entry as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredEntry {
    /// The number of the entry among all entries.
    pub seq: u64,
    /// The id of the record, or `settings`.
    pub chain: String,
    /// The number of the entry in its chain, from 1.
    pub n: u64,
    /// The time.
    pub at: Timestamp,
    /// The kind of entry.
    pub kind: String,
    /// The actor.
    pub actor: Actor,
    /// The proposal that the entry is about.
    pub proposal: Option<ProposalId>,
    /// The event that the entry is about.
    pub event: Option<EventId>,
    /// The body; null once erased.
    pub body: Option<Body>,
    /// The time at which the body was erased.
    pub erased_at: Option<Timestamp>,
    /// The hash over the entry, the digest of its body and the hash of the entry before it.
    pub hash: Hash,
}

impl StoredEntry {
    /// The proposal with a card; `None` for a dropped recommendation.
    pub fn card(&self) -> Option<ProposalId> {
        self.proposal.filter(|_| self.kind != EntryKind::Dropped.as_str())
    }
}

/// The conditions on the entries of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only entries of this chain; for a record, of the chains of all its members.
    pub chain: Option<ChainId>,
    /// Only entries about this proposal.
    pub proposal: Option<ProposalId>,
}

const SELECT: &str =
    "SELECT l.seq, l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.hash, b.body, b.erased_at
    FROM ledger l LEFT JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n";

/// The entry, in the chain of the proposal's record, that keeps the proposal's situation; `None` where no entry keeps
/// it.
pub async fn kept_situation(
    db: &impl Database,
    proposal: ProposalId,
    situation: &SituationRef,
) -> Result<Option<StoredEntry>, DatabaseError> {
    let Some(n) = situation.entry else { return Ok(None) };
    let sql = format!("{SELECT} WHERE l.chain = (SELECT record FROM proposals WHERE id = ?1) AND l.n = ?2");
    let rows = db.query(Statement::new(sql, [Value::text(proposal), number(n)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// A page of entries, newest first.
pub async fn list(
    db: &impl Database,
    filter: &EntryFilter,
    page: &PageRequest,
) -> Result<Page<StoredEntry>, DatabaseError> {
    let cursor = page.cursor().and_then(|cursor| cursor.parse::<i64>().ok());
    let statement = match filter.chain {
        Some(chain) => select_chain(&chain, filter.proposal, cursor, page),
        None => {
            // All entries of a proposal are in the chain of its record, which is found by key.
            let of_proposal = "l.proposal = ? AND l.chain = (SELECT record FROM proposals WHERE id = ?)";
            let listing = Listing::new(SELECT, "l.seq").filter(of_proposal, filter.proposal.map(Value::text));
            listing.statement(page, cursor.map(Value::Integer))
        }
    };
    let rows = db.query(statement).await?;
    Ok(paged(&rows, page, read, |entry| entry.seq.to_string())?)
}

/// The newest entries of each member's chain. Within a chain, `n` and `seq` give the same order.
fn select_chain(chain: &ChainId, proposal: Option<ProposalId>, cursor: Option<i64>, page: &PageRequest) -> Statement {
    let parts = match chain {
        ChainId::Record(_) => MEMBERS,
        ChainId::Settings => "(SELECT ?1 AS id)",
    };
    let sql = format!(
        "{SELECT} WHERE l.seq IN (
             SELECT t.seq FROM {parts} part CROSS JOIN ledger t ON t.seq IN (
                 SELECT seq FROM ledger WHERE chain = part.id AND seq < ?2
                     AND n < COALESCE((SELECT n FROM ledger WHERE seq = ?2 AND chain = part.id), ?2)
                     AND (?3 IS NULL OR proposal = ?3) ORDER BY n DESC LIMIT ?4))
         ORDER BY l.seq DESC LIMIT ?4"
    );
    // Without a cursor, a bound beyond every `seq` and `n`.
    let before = Value::Integer(cursor.unwrap_or(i64::MAX >> 11));
    Statement::new(
        sql,
        [Value::text(chain), before, proposal.map(Value::text).into(), page.limit().saturating_add(1).into()],
    )
}

/// A page of the entries of a record and its parts that are not about a proposal, newest first. It reads at most a page
/// of each chain.
pub async fn history(
    db: &impl Database,
    record: RecordId,
    page: &PageRequest,
) -> Result<Page<StoredEntry>, DatabaseError> {
    Ok(paged(&db.query(select_history(record, page)).await?, page, read, |entry| entry.seq.to_string())?)
}

fn select_history(record: RecordId, page: &PageRequest) -> Statement {
    let before = page.cursor().and_then(|cursor| cursor.parse().ok()).unwrap_or(LAST_NUMBER);
    let sql = format!(
        "{SELECT} WHERE l.seq IN (
             SELECT own.seq FROM {MEMBERS} part CROSS JOIN ledger own ON own.seq IN (
                 SELECT seq FROM ledger WHERE chain = part.id AND proposal IS NULL AND seq < ?2
                 ORDER BY seq DESC LIMIT ?3))
         ORDER BY l.seq DESC LIMIT ?3"
    );
    Statement::new(sql, [Value::text(record), before.into(), page.limit().saturating_add(1).into()])
}

pub(crate) fn read(row: &Row) -> Result<StoredEntry, RowError> {
    Ok(StoredEntry {
        seq: place(row, "seq")?,
        chain: row.text("chain")?.to_owned(),
        n: place(row, "n")?,
        at: row.time("at")?,
        kind: row.text("kind")?.to_owned(),
        actor: row.json("actor")?,
        proposal: row.optional_text("proposal")?.map(|_| row.parse("proposal")).transpose()?,
        event: row.optional_text("event")?.map(|_| row.parse("event")).transpose()?,
        body: row.optional_json("body")?,
        erased_at: row.optional_time("erased_at")?,
        hash: row.text("hash")?.to_owned(),
    })
}
