//! Proposals. Each change is an update that names the version it rests on.

use crate::{
    chain::{self, Head},
    members::{MEMBERS, newest},
    page::{Listing, Page, PageRequest, paged},
    query::Query,
    rows::read_all,
};
use nerve_model::{
    ActionKind, Card, Digest, EventId, EventKind, Execution, Handling, Millis, Proposal, ProposalId, ProposalStatus,
    RecordId, Risk, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use sha2::{Digest as _, Sha256};

/// The columns that [`columns`] writes.
const COLUMNS: &str =
    "id, status, version, digest, card, snoozed_until, assigned_to, decision, attempts, next_attempt_at,
    last_error, result, outcome, created_at, updated_at, expires_at";

const SELECT: &str = "SELECT id, status, version, digest, card, snoozed_until, assigned_to, decision, attempts,
    next_attempt_at, last_error, result, outcome, created_at, updated_at, expires_at, recommender FROM proposals";

/// The columns that [`read`] reads.
pub(crate) fn read_columns() -> String {
    format!("{COLUMNS}, recommender")
}

/// The most rows that a sweep reads.
const BATCH: u32 = 100;

/// The digest that an approval is bound to: SHA-256 of the id and the card as JSON.
pub fn digest(id: ProposalId, card: &Card) -> Digest {
    let shown = serde_json::to_vec(&(id, card)).unwrap_or_default();
    Digest(hex::encode(Sha256::digest(shown)))
}

/// Stores a new proposal.
pub fn insert(proposal: &Proposal) -> Statement {
    let sql = format!(
        "INSERT INTO proposals ({COLUMNS}, record, event, event_kind, action_kind, risk, recommender)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)"
    );
    let card = &proposal.card;
    let about = [
        Value::text(card.home()),
        Value::text(card.event.id),
        Value::text(card.event.kind),
        Value::text(card.action.kind()),
        Value::text(card.risk),
        Value::text(&proposal.recommender),
    ];
    Statement::new(sql, columns(proposal).into_iter().chain(about))
}

/// Stores the next version of a proposal. Refused as a conflict when the stored version is not the one before, or its
/// status does not allow the new one.
pub fn update(next: &Proposal) -> Statement {
    let sql = "UPDATE proposals SET status = ?2, version = ?3, digest = ?4, card = ?5, snoozed_until = ?6,
        assigned_to = ?7, decision = ?8, attempts = ?9, next_attempt_at = ?10, last_error = ?11, result = ?12,
        outcome = ?13, created_at = ?14, updated_at = ?15, expires_at = ?16, risk = ?17 WHERE id = ?1";
    Statement::new(sql, columns(next).into_iter().chain([Value::text(next.card.risk)]))
}

/// The values of [`COLUMNS`].
fn columns(proposal: &Proposal) -> Vec<Value> {
    let Proposal { handling, execution, .. } = proposal;
    vec![
        Value::text(proposal.id),
        Value::text(proposal.status),
        proposal.version.into(),
        proposal.digest.0.as_str().into(),
        Value::json(&proposal.card),
        handling.snoozed_until.into(),
        handling.assigned_to.clone().into(),
        proposal.decision.as_ref().map(Value::json).unwrap_or(Value::Null),
        execution.attempts.into(),
        execution.next_attempt_at.into(),
        execution.last_error.clone().into(),
        execution.result.clone().into(),
        proposal.outcome.clone().into(),
        proposal.created_at.into(),
        proposal.updated_at.into(),
        proposal.expires_at.into(),
    ]
}

pub(crate) fn read(row: &Row) -> Result<Proposal, RowError> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(Proposal {
        id: row.parse("id")?,
        recommender: row.parse("recommender")?,
        status: row.parse("status")?,
        version: row.count("version")?,
        digest: Digest(row.text("digest")?.to_owned()),
        card: row.json("card")?,
        handling: Handling {
            snoozed_until: row.optional_time("snoozed_until")?,
            assigned_to: owned(row.optional_text("assigned_to")?),
        },
        decision: row.optional_json("decision")?,
        execution: Execution {
            attempts: row.count("attempts")?,
            next_attempt_at: row.optional_time("next_attempt_at")?,
            last_error: owned(row.optional_text("last_error")?),
            result: owned(row.optional_text("result")?),
        },
        outcome: owned(row.optional_text("outcome")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        expires_at: row.time("expires_at")?,
    })
}

/// One proposal; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: ProposalId) -> Result<Option<Proposal>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// Those of these proposals that exist, whatever became of them.
pub async fn existing(db: &impl Database, ids: &[ProposalId]) -> Result<Vec<ProposalId>, DatabaseError> {
    let sql = "SELECT id FROM proposals WHERE id IN (SELECT value FROM json_each(?1))";
    let rows = db.query(Statement::new(sql, [Value::json(&ids)])).await?;
    Ok(read_all(&rows, |row| row.parse("id"))?)
}

/// One proposal with the head of its record's chain, as of one read: the next change rests on both.
pub async fn with_head(db: &impl Database, id: ProposalId) -> Result<Option<(Proposal, Head)>, DatabaseError> {
    let head = "SELECT n, hash FROM chains WHERE chain = (SELECT record FROM proposals WHERE id = ?1)";
    let both = [format!("{SELECT} WHERE id = ?1"), head.to_owned()].map(|sql| Statement::new(sql, [Value::text(id)]));
    let answers = db.batch(both.into()).await?;
    let [proposal, head] = answers.as_slice() else { return Ok(None) };
    let Some(row) = proposal.first() else { return Ok(None) };
    Ok(Some((read(row)?, chain::read_head(head)?)))
}

/// The condition for open proposals. The index is named because SQLite's planner rates the index by status as equally
/// good.
pub(crate) const OPEN: &str = "INDEXED BY proposals_open_by_record
    WHERE status IN ('pending', 'approved', 'executing', 'failed', 'unknown')";

/// The open proposals about a record: first those about the subjects of these events, which may make them moot, then
/// the oldest.
pub(crate) fn select_open(record: RecordId, events: &[EventId]) -> Query<Vec<Proposal>> {
    let sql = format!(
        "{SELECT} {OPEN} AND record IN {MEMBERS}
         ORDER BY json_extract(card, '$.subject') IN (
             SELECT json_extract(event, '$.subject') FROM events WHERE id IN (SELECT value FROM json_each(?2))
         ) DESC, id LIMIT {BATCH}"
    );
    Query::new(Statement::new(sql, [Value::text(record), Value::json(&events)]), |rows| read_all(rows, read))
}

/// The last closed proposals about a record, newest first: at most ten among its last thirty proposals.
pub(crate) fn select_tried(record: RecordId) -> Query<Vec<Proposal>> {
    let sql = format!(
        "SELECT * FROM ({SELECT} WHERE {} ORDER BY id DESC LIMIT 30)
         WHERE status IN ('done', 'rejected', 'withdrawn', 'expired', 'undone') LIMIT 10",
        newest("proposals", "?1", "1", "30")
    );
    Query::new(Statement::new(sql, [Value::text(record)]), |rows| read_all(rows, read))
}

/// The approved proposals whose attempt is due, and those that an executor claimed before `abandoned_before` without a
/// result.
pub async fn due(
    db: &impl Database,
    now: Timestamp,
    abandoned_before: Timestamp,
) -> Result<Vec<ProposalId>, DatabaseError> {
    let sql = "SELECT id FROM proposals WHERE
        (status = 'approved' AND (next_attempt_at IS NULL OR next_attempt_at <= ?1))
        OR (status = 'executing' AND updated_at <= ?2) ORDER BY id LIMIT ?3";
    let rows = db.query(Statement::new(sql, [now.into(), abandoned_before.into(), BATCH.into()])).await?;
    Ok(read_all(&rows, |row| row.parse::<ProposalId>("id"))?)
}

/// The pending proposals whose time has run out.
///
/// A proposal is as old as its id and lives at least `lifetime`, so only ids of that age are read, however many are
/// pending.
pub async fn expired(db: &impl Database, lifetime: Millis, now: Timestamp) -> Result<Vec<Proposal>, DatabaseError> {
    let sql = format!("{SELECT} WHERE status = 'pending' AND id < ?1 AND expires_at <= ?2 ORDER BY id LIMIT ?3");
    let young = ProposalId::new(now - lifetime + Millis(1), 0);
    Ok(read_all(&db.query(Statement::new(sql, [Value::text(young), now.into(), BATCH.into()])).await?, read)?)
}

/// The kind that a list is restricted to: of the action, or of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindFilter {
    /// Proposals of this kind of action.
    Action(ActionKind),
    /// Proposals that answer this kind of event.
    Event(EventKind),
}

/// The treatment of snoozed proposals in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Snoozed {
    /// All proposals, snoozed or not.
    #[default]
    Included,
    /// Only proposals that are not snoozed at this time.
    Hidden(Timestamp),
    /// Only proposals that are snoozed at this time.
    Only(Timestamp),
}

impl KindFilter {
    /// The kind of action and the kind of event.
    fn names(filter: Option<Self>) -> (Option<&'static str>, Option<&'static str>) {
        match filter {
            Some(Self::Action(kind)) => (Some(kind.as_str()), None),
            Some(Self::Event(kind)) => (None, Some(kind.as_str())),
            None => (None, None),
        }
    }
}

/// The conditions on the proposals of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalFilter {
    /// Only proposals with this status.
    pub status: Option<ProposalStatus>,
    /// Only proposals of this risk.
    pub risk: Option<Risk>,
    /// Only proposals of this kind.
    pub kind: Option<KindFilter>,
    /// Only proposals about this record.
    pub record: Option<RecordId>,
    /// The treatment of snoozed proposals.
    pub snoozed: Snoozed,
}

/// A page of proposals, newest first.
pub async fn list(
    db: &impl Database,
    filter: &ProposalFilter,
    page: &PageRequest,
) -> Result<Page<Proposal>, DatabaseError> {
    let listing = filtered(Listing::new(SELECT, "id"), filter);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |proposal| proposal.id.to_string())?)
}

/// The list with the conditions of a filter.
pub(crate) fn filtered(listing: Listing, filter: &ProposalFilter) -> Listing {
    let (action, event) = KindFilter::names(filter.kind);
    let (hidden, only) = match filter.snoozed {
        Snoozed::Included => (None, None),
        Snoozed::Hidden(now) => (Some(now), None),
        Snoozed::Only(now) => (None, Some(now)),
    };
    listing
        .filter("status = ?", filter.status.map(ProposalStatus::as_str))
        .filter("risk = ?", filter.risk.map(Risk::as_str))
        .filter("action_kind = ?", action)
        .filter("event_kind = ?", event)
        .of("proposals", filter.record)
        .filter("(snoozed_until IS NULL OR snoozed_until <= ?)", hidden)
        .filter("snoozed_until > ?", only)
}

/// The number of proposals in each status. It reads only the index.
pub async fn counts(db: &impl Database) -> Result<Vec<(ProposalStatus, u32)>, DatabaseError> {
    let sql = "SELECT status, COUNT(*) AS n FROM proposals GROUP BY status";
    Ok(read_all(&db.query(Statement::new(sql, [])).await?, |row| Ok((row.parse("status")?, row.count("n")?)))?)
}

/// The number of pending proposals that are snoozed at this time.
pub async fn snoozed(db: &impl Database, now: Timestamp) -> Result<u32, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM proposals WHERE status = 'pending' AND snoozed_until > ?1";
    let rows = db.query(Statement::new(sql, [now.into()])).await?;
    Ok(rows.first().map(|row| row.count("n")).transpose()?.unwrap_or_default())
}
