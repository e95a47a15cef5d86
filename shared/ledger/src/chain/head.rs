use super::{
    body::Entry,
    hash::{Hash, Links, body_digest},
    id::ChainId,
};
use crate::{
    members::MEMBERS,
    rows::{number, place, read_all},
};
use nerve_model::{RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// The head of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of its last entry; 0 when there is none.
    pub n: u64,
    /// The hash of its last entry.
    pub hash: Hash,
}

/// The heads of the chains of several records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(Vec<(RecordId, Head)>);

impl Heads {
    /// The number of the next entry in the chain of a record.
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
    /// Appends an entry and advances the head. The database refuses the batch as a conflict when the chain has grown
    /// since the head was read.
    pub fn append(&mut self, chain: &ChainId, entry: &Entry, salt: u128) -> Vec<Statement> {
        let placed = self.place(chain, entry, salt);
        vec![insert_entry(&placed), insert_body(&placed)]
    }

    /// Places an entry in the chain and advances the head.
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

/// An entry that is placed in its chain.
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

/// Appends one entry to each of many chains in two statements; [`Head::append`] does it for one chain.
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

/// Erases the body of an entry with its salt, so that the digest that stays in the chain reveals nothing.
pub fn erase(chain: &ChainId, n: u64, at: Timestamp) -> Statement {
    let sql = "UPDATE ledger_bodies SET salt = NULL, body = NULL, erased_at = ?3 WHERE chain = ?1 AND n = ?2";
    Statement::new(sql, [Value::text(chain), number(n), at.into()])
}

fn select_head(chain: &ChainId) -> Statement {
    Statement::new("SELECT n, hash FROM chains WHERE chain = ?1", [Value::text(chain)])
}

/// Selects the heads of all members of a record. A chain without entries has no row.
pub(crate) fn select_heads(record: RecordId) -> Statement {
    let sql = format!("SELECT chain, n, hash FROM chains WHERE chain IN {MEMBERS}");
    Statement::new(sql, [Value::text(record)])
}

pub(crate) fn read_heads(rows: &[Row]) -> Result<Heads, RowError> {
    Ok(Heads(read_all(rows, |row| Ok((row.parse("chain")?, read_head(std::slice::from_ref(row))?)))?))
}

/// The present heads of the chains of these records.
pub async fn heads(db: &impl Database, records: &[RecordId]) -> Result<Heads, DatabaseError> {
    let sql = "SELECT chain, n, hash FROM chains WHERE chain IN (SELECT value FROM json_each(?1))";
    Ok(read_heads(&db.query(Statement::new(sql, [Value::json(&records)])).await?)?)
}

/// The head in these rows; without rows, the start of the chain.
pub(crate) fn read_head(rows: &[Row]) -> Result<Head, RowError> {
    let read = |row: &Row| Ok::<_, RowError>(Head { n: place(row, "n")?, hash: row.text("hash")?.to_owned() });
    Ok(rows.first().map(read).transpose()?.unwrap_or_default())
}

/// The present head of a chain.
pub async fn head(db: &impl Database, chain: &ChainId) -> Result<Head, DatabaseError> {
    Ok(read_head(&db.query(select_head(chain)).await?)?)
}
