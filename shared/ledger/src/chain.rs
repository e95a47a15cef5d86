//! The ledger's chains.
//!
//! Each record has a chain of entries of its own, and settings have one. An entry's hash covers everything it says
//! about itself, the hash before it, and a salted digest of its body. Bodies lie beside the chain: erasing one takes
//! its salt along, so the digest that stays reveals nothing, and the chain still verifies.

use crate::{
    members::MEMBERS,
    page::{Listing, Page, PageRequest, paged},
    rows::{LAST_NUMBER, read_all},
};
use nerve_model::{
    Action, Actor, EventId, EventRef, FieldChange, GateResult, Proposal, ProposalId, ProposalStatus, QuestionId,
    RecordId, RecordRef, Risk, SituationRef, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// Which chain an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainId {
    /// Everything about one record.
    Record(RecordId),
    /// Changes of policy.
    Settings,
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(id) => id.fmt(f),
            Self::Settings => f.write_str("settings"),
        }
    }
}

impl FromStr for ChainId {
    type Err = nerve_model::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "settings" { Ok(Self::Settings) } else { text.parse().map(Self::Record) }
    }
}

/// SHA-256 in lower-case hex; empty before the first entry.
pub type Hash = String;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An action was proposed.
    Proposed,
    /// A recommendation was blocked by a gate.
    Dropped,
    /// A pending proposal is shown with what is known now.
    Refreshed,
    /// A person changed the parameters.
    Edited,
    /// A person supplied what was missing.
    Answered,
    /// A person put it off.
    Snoozed,
    /// A person said who decides.
    Assigned,
    /// A person or a rule agreed.
    Approved,
    /// A person said no.
    Rejected,
    /// A newer event made it moot.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
    /// The effect is about to happen.
    Intent,
    /// An attempt failed; there will be another.
    AttemptFailed,
    /// The effect happened.
    Executed,
    /// It failed for good.
    Failed,
    /// The effect may or may not have happened.
    Unknown,
    /// A person had it tried again.
    Retried,
    /// A person took it back.
    Undone,
    /// How it ended.
    Outcome,
    /// A category may act without a person.
    Granted,
    /// A category asks a person again.
    Revoked,
    /// A person was asked whom an event concerns.
    Asked,
    /// A person said whom it concerns.
    Identified,
    /// A person took that back: the question is open again.
    Reopened,
    /// The record was made part of another, or another became part of it.
    Merged,
    /// A merge was taken back.
    Unmerged,
    /// A record came to be.
    RecordCreated,
    /// What is said of a record changed.
    RecordEdited,
    /// A record has to do with another.
    Linked,
    /// It has no longer.
    Unlinked,
    /// A record is known by something more.
    ClaimAdded,
    /// It is no longer known by it.
    ClaimRemoved,
    /// A person wrote down what is to be done.
    TaskAdded,
    /// A person changed what is to be done.
    TaskEdited,
    /// It is done.
    TaskDone,
    /// It is not done after all.
    TaskReopened,
    /// A person wrote a note.
    NoteAdded,
    /// A person took a task or a note back that a person had written.
    TakenBack,
    /// What was known of the person was erased.
    Erased,
    /// What comes about the person is taken in again.
    LetBackIn,
}

impl EntryKind {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Dropped => "dropped",
            Self::Refreshed => "refreshed",
            Self::Edited => "edited",
            Self::Answered => "answered",
            Self::Snoozed => "snoozed",
            Self::Assigned => "assigned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Intent => "intent",
            Self::AttemptFailed => "attempt_failed",
            Self::Executed => "executed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Retried => "retried",
            Self::Undone => "undone",
            Self::Outcome => "outcome",
            Self::Granted => "granted",
            Self::Revoked => "revoked",
            Self::Asked => "asked",
            Self::Identified => "identified",
            Self::Reopened => "reopened",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::RecordCreated => "record_created",
            Self::RecordEdited => "record_edited",
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::ClaimAdded => "claim_added",
            Self::ClaimRemoved => "claim_removed",
            Self::TaskAdded => "task_added",
            Self::TaskEdited => "task_edited",
            Self::TaskDone => "task_done",
            Self::TaskReopened => "task_reopened",
            Self::NoteAdded => "note_added",
            Self::TakenBack => "taken_back",
            Self::Erased => "erased",
            Self::LetBackIn => "let_back_in",
        }
    }
}

/// What an entry says: the ten questions of the ledger, as far as they can be answered at that moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Body {
    /// The event it began with.
    pub source_event: Option<EventRef>,
    /// Whom it concerns.
    pub related_record: Option<RecordRef>,
    /// The situation it rests on.
    pub context_used: Option<SituationRef>,
    /// What is proposed.
    pub recommended_action: Option<Action>,
    /// Its risk.
    pub risk_level: Option<Risk>,
    /// Where the proposal stands after this entry.
    pub approval_status: Option<ProposalStatus>,
    /// By which connector it is carried out.
    pub execution_channel: Option<String>,
    /// What came of carrying it out: the id of what was created, or the last error.
    pub execution_result: Option<String>,
    /// How a person departed from the recommendation.
    pub human_override: Option<String>,
    /// How it ended.
    pub final_outcome: Option<String>,
    /// The eight verdicts.
    pub gates: Vec<GateResult>,
    /// Reason, rule or remark.
    pub note: Option<String>,
    /// What was known, as text; with a proposal that is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<String>,
    /// The question, where the entry is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionId>,
    /// Further records that its text names, so that each of them can be forgotten here, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<RecordId>,
    /// What changed in the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// The record at the other end of a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_record: Option<RecordRef>,
}

impl Body {
    /// The records that its text names.
    pub fn names(&self) -> impl Iterator<Item = RecordId> {
        let records = self.related_record.iter().chain(&self.other_record).map(|record| record.id);
        records.chain(self.named.iter().copied())
    }

    /// Only whom it concerns.
    pub fn about(record: &RecordRef) -> Self {
        Self { related_record: Some(record.clone()), ..Self::default() }
    }

    /// What a proposal knows about itself.
    pub fn of(proposal: &Proposal) -> Self {
        let card = &proposal.card;
        let execution = &proposal.execution;
        Self {
            source_event: Some(card.event.clone()),
            related_record: Some(card.record.clone()),
            context_used: Some(card.situation.clone()),
            recommended_action: Some(card.action.clone()),
            risk_level: Some(card.risk),
            approval_status: Some(proposal.status),
            execution_channel: card.action.executable().map(|action| action.kind().as_str().to_owned()),
            execution_result: execution.result.clone().or_else(|| execution.last_error.clone()),
            final_outcome: proposal.outcome.clone(),
            gates: card.gates.clone(),
            ..Self::default()
        }
    }
}

/// An entry before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is about.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The proposal, where there is one.
    pub proposal: Option<ProposalId>,
    /// The event, where there is one.
    pub event: Option<EventId>,
    /// What it says.
    pub body: Body,
}

/// Where a chain ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of its last entry; 0 when there is none.
    pub n: u64,
    /// The hash of its last entry.
    pub hash: Hash,
}

/// Where the chains of several records end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(Vec<(RecordId, Head)>);

impl Heads {
    /// The place of the next entry in the chain of a record.
    pub fn next(&self, record: RecordId) -> u64 {
        self.0.iter().find(|(id, _)| *id == record).map_or(1, |(_, head)| head.n + 1)
    }

    /// Appends an entry to the chain of one of the records, as [`Head::append`] does.
    pub fn append(&mut self, record: RecordId, entry: &Entry, salt: u128) -> Vec<Statement> {
        let chain = ChainId::Record(record);
        if let Some((_, head)) = self.0.iter_mut().find(|(id, _)| *id == record) {
            return head.append(&chain, entry, salt);
        }
        let mut head = Head::default();
        let statements = head.append(&chain, entry, salt);
        self.0.push((record, head));
        statements
    }
}

impl Head {
    /// Appends an entry and moves on. The database refuses the statements, and the batch with them, when the chain
    /// went on since the head was read.
    pub fn append(&mut self, chain: &ChainId, entry: &Entry, salt: u128) -> Vec<Statement> {
        let placed = self.place(chain, entry, salt);
        vec![insert_entry(&placed), insert_body(&placed)]
    }

    /// Gives an entry its place and moves on.
    fn place(&mut self, chain: &ChainId, entry: &Entry, salt: u128) -> Placed {
        let salt = hex::encode(salt.to_be_bytes());
        let body = serde_json::to_string(&entry.body).unwrap_or_default();
        let mut placed = Placed {
            chain: chain.to_string(),
            n: self.n + 1,
            at: entry.at.as_millis(),
            kind: entry.kind.as_str(),
            actor: serde_json::to_string(&entry.actor).unwrap_or_default(),
            proposal: entry.proposal.map(|id| id.to_string()),
            event: entry.event.map(|id| id.to_string()),
            body_digest: body_digest(&salt, &body),
            prev_hash: std::mem::take(&mut self.hash),
            hash: Hash::new(),
            salt,
            body,
        };
        placed.hash = placed.links().hash();
        *self = Self { n: placed.n, hash: placed.hash.clone() };
        placed
    }
}

/// An entry that has its place.
#[derive(Serialize)]
struct Placed {
    chain: String,
    n: u64,
    at: i64,
    kind: &'static str,
    actor: String,
    proposal: Option<String>,
    event: Option<String>,
    body_digest: Hash,
    prev_hash: Hash,
    hash: Hash,
    salt: String,
    body: String,
}

impl Placed {
    fn links(&self) -> Links<'_> {
        Links {
            chain: &self.chain,
            n: self.n,
            at: self.at,
            kind: self.kind,
            actor: &self.actor,
            proposal: self.proposal.clone(),
            event: self.event.clone(),
            body_digest: &self.body_digest,
            prev_hash: &self.prev_hash,
        }
    }
}

/// Appends an entry to each of many chains: what [`Head::append`] does for one, in as many statements.
pub(crate) fn append_all<'a>(entries: impl Iterator<Item = (Head, &'a Entry, ChainId, u128)>) -> Vec<Statement> {
    let placed = entries.map(|(mut head, entry, chain, salt)| head.place(&chain, entry, salt));
    let placed = Value::json(&placed.collect::<Vec<Placed>>());
    let entries = "INSERT INTO ledger (chain, n, at, kind, actor, proposal, event, body_digest, prev_hash, hash)
        SELECT value ->> 'chain', value ->> 'n', value ->> 'at', value ->> 'kind', value ->> 'actor', value ->> 'proposal',
            value ->> 'event', value ->> 'body_digest', value ->> 'prev_hash', value ->> 'hash' FROM json_each(?1)";
    let bodies = "INSERT INTO ledger_bodies (chain, n, salt, body)
        SELECT value ->> 'chain', value ->> 'n', value ->> 'salt', value ->> 'body' FROM json_each(?1)";
    vec![Statement::new(entries, [placed.clone()]), Statement::new(bodies, [placed])]
}

/// What the hash of an entry covers.
pub(crate) struct Links<'a> {
    pub(crate) chain: &'a str,
    pub(crate) n: u64,
    pub(crate) at: i64,
    pub(crate) kind: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) proposal: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) body_digest: &'a str,
    pub(crate) prev_hash: &'a str,
}

impl Links<'_> {
    /// SHA-256 over a JSON array: its quoting keeps neighbors apart.
    pub(crate) fn hash(&self) -> Hash {
        let covered = (
            "nerve-ledger-1",
            self.prev_hash,
            self.chain,
            self.n,
            self.at,
            self.kind,
            self.actor,
            &self.proposal,
            &self.event,
            self.body_digest,
        );
        hex::encode(Sha256::digest(serde_json::to_vec(&covered).unwrap_or_default()))
    }
}

/// SHA-256 over the salt and the body as stored.
pub(crate) fn body_digest(salt: &str, body: &str) -> Hash {
    hex::encode(Sha256::new().chain_update(salt).chain_update(body).finalize())
}

fn insert_entry(placed: &Placed) -> Statement {
    Statement::new(
        "INSERT INTO ledger (chain, n, at, kind, actor, proposal, event, body_digest, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        [
            placed.chain.as_str().into(),
            number(placed.n),
            placed.at.into(),
            placed.kind.into(),
            placed.actor.as_str().into(),
            placed.proposal.clone().into(),
            placed.event.clone().into(),
            placed.body_digest.as_str().into(),
            placed.prev_hash.as_str().into(),
            placed.hash.as_str().into(),
        ],
    )
}

fn insert_body(placed: &Placed) -> Statement {
    let sql = "INSERT INTO ledger_bodies (chain, n, salt, body) VALUES (?1, ?2, ?3, ?4)";
    let (salt, body) = (placed.salt.as_str(), placed.body.as_str());
    Statement::new(sql, [placed.chain.as_str().into(), number(placed.n), salt.into(), body.into()])
}

/// Erases what an entry says and with it the salt, so that the digest which stays in the chain reveals nothing.
pub fn erase(chain: &ChainId, n: u64, at: Timestamp) -> Statement {
    let sql = "UPDATE ledger_bodies SET salt = NULL, body = NULL, erased_at = ?3 WHERE chain = ?1 AND n = ?2";
    Statement::new(sql, [Value::text(chain), number(n), at.into()])
}

pub(crate) fn select_head(chain: &ChainId) -> Statement {
    Statement::new("SELECT n, hash FROM chains WHERE chain = ?1", [Value::text(chain)])
}

/// Where the chains of everything end that a record is made of. A chain without entries has no row.
pub(crate) fn select_heads(record: RecordId) -> Statement {
    let sql = format!("SELECT chain, n, hash FROM chains WHERE chain IN {MEMBERS}");
    Statement::new(sql, [Value::text(record)])
}

pub(crate) fn read_heads(rows: &[Row]) -> Result<Heads, RowError> {
    Ok(Heads(read_all(rows, |row| Ok((row.parse("chain")?, read_head(std::slice::from_ref(row))?)))?))
}

/// Where the chains of these records end now.
pub async fn heads(db: &impl Database, records: &[RecordId]) -> Result<Heads, DatabaseError> {
    let sql = "SELECT chain, n, hash FROM chains WHERE chain IN (SELECT value FROM json_each(?1))";
    Ok(read_heads(&db.query(Statement::new(sql, [Value::json(&records)])).await?)?)
}

/// The start of the chain when it has no entry yet.
pub(crate) fn read_head(rows: &[Row]) -> Result<Head, RowError> {
    let read = |row: &Row| Ok::<_, RowError>(Head { n: place(row, "n")?, hash: row.text("hash")?.to_owned() });
    Ok(rows.first().map(read).transpose()?.unwrap_or_default())
}

/// Where a chain ends now.
pub async fn head(db: &impl Database, chain: &ChainId) -> Result<Head, DatabaseError> {
    Ok(read_head(&db.query(select_head(chain)).await?)?)
}

/// An entry as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredEntry {
    /// Its place in the order of all entries.
    pub seq: u64,
    /// The record it is about, or `settings`.
    pub chain: String,
    /// Its place in its chain, from 1.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub kind: String,
    /// Who.
    pub actor: Actor,
    /// The proposal, where there is one.
    pub proposal: Option<ProposalId>,
    /// The event, where there is one.
    pub event: Option<EventId>,
    /// What it says; null once erased.
    pub body: Option<Body>,
    /// When what it said was erased.
    pub erased_at: Option<Timestamp>,
    /// Covers the entry, its body's digest and the hash before it.
    pub hash: Hash,
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only of this chain; of a record, those of everything that was merged into it as well.
    pub chain: Option<ChainId>,
    /// Only about this proposal.
    pub proposal: Option<ProposalId>,
}

const SELECT: &str =
    "SELECT l.seq, l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.hash, b.body, b.erased_at
    FROM ledger l LEFT JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n";

/// The entry that keeps the situation a proposal rests on: in the chain of its record, by its place.
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
            // A proposal's entries all stand in the chain of its record, which is found by key.
            let of_proposal = "l.proposal = ? AND l.chain = (SELECT record FROM proposals WHERE id = ?)";
            let listing = Listing::new(SELECT, "l.seq").filter(of_proposal, filter.proposal.map(Value::text));
            listing.statement(page, cursor.map(Value::Integer))
        }
    };
    let rows = db.query(statement).await?;
    Ok(paged(&rows, page, read, |entry| entry.seq.to_string())?)
}

/// The newest of each chain, by their places in it: the entries of a chain have one order by place and by `seq`.
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
    // No chain is longer than what the database counts up to.
    let before = Value::Integer(cursor.unwrap_or(i64::MAX >> 11));
    Statement::new(
        sql,
        [Value::text(chain), before, proposal.map(Value::text).into(), page.limit().saturating_add(1).into()],
    )
}

/// A page of what became of a record and of everything that was merged into it, besides what was proposed: newest first.
/// However long the chains are, no more than a page of each is read.
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

pub(crate) fn place(row: &Row, column: &str) -> Result<u64, RowError> {
    let wrong = |_| RowError { column: column.to_owned(), problem: "is not a place in the order".to_owned() };
    u64::try_from(row.integer(column)?).map_err(wrong)
}

pub(crate) fn number(n: u64) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
