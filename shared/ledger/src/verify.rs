use crate::chain::{Hash, Links, body_digest};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// How many entries are read at a time.
const BATCH: u32 = 500;

/// The first entry that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// Its chain: a record's id, or `settings`.
    pub chain: String,
    /// Its place in the chain.
    pub n: i64,
    /// What is wrong.
    pub problem: String,
}

/// What recomputing every chain came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// Whether everything is as it was written.
    pub ok: bool,
    /// How many chains were recomputed.
    pub chains: u64,
    /// How many entries were recomputed.
    pub entries: u64,
    /// The first entry that is not as it was written.
    pub first_bad: Option<Fault>,
}

/// Recomputes every chain from its first entry to its known head, some hundred entries at a time, and stops at the
/// first fault.
pub async fn verify(db: &impl Database) -> Result<Verification, DatabaseError> {
    let mut verifier = Verifier::default();
    loop {
        let rows = db.query(entries_after(&verifier.chain, verifier.n)).await?;
        let last_page = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        let checked = rows.iter().try_for_each(|row| verifier.check(row));
        if let Err(fault) = checked.and_then(|()| if last_page { verifier.close() } else { Ok(()) }) {
            return Ok(verifier.result(Some(fault)));
        }
        if last_page {
            let fault = vanished_chain(db).await?;
            return Ok(verifier.result(fault));
        }
    }
}

/// Entries in the order of their chains. Only the first page of a chain has to look for its beginning.
fn entries_after(chain: &str, n: i64) -> Statement {
    let sql = "SELECT l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.body_digest, l.prev_hash, l.hash,
                      b.n AS body_n, b.salt, b.body, b.erased_at, c.n AS head_n, c.hash AS head_hash
               FROM ledger l
               LEFT JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n
               LEFT JOIN chains c ON c.chain = l.chain
               WHERE (l.chain, l.n) > (?1, ?2) ORDER BY l.chain, l.n LIMIT ?3";
    Statement::new(sql, [chain.into(), n.into(), BATCH.into()])
}

/// A chain whose head is known and of which no entry is left.
async fn vanished_chain(db: &impl Database) -> Result<Option<Fault>, DatabaseError> {
    let sql = "SELECT c.chain FROM chains c WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.chain = c.chain) LIMIT 1";
    let rows = db.query(Statement::new(sql, [])).await?;
    let fault = |row: &Row| {
        Ok::<_, RowError>(Fault {
            chain: row.text("chain")?.to_owned(),
            n: 1,
            problem: "every entry of the chain is missing".to_owned(),
        })
    };
    Ok(rows.first().map(fault).transpose()?)
}

/// Where the recomputation stands: the chain, its last good entry, and the head it must reach.
#[derive(Default)]
struct Verifier {
    chain: String,
    n: i64,
    hash: Hash,
    head: Option<(i64, Hash)>,
    chains: u64,
    entries: u64,
}

impl Verifier {
    fn check(&mut self, row: &Row) -> Result<(), Fault> {
        let chain = row.text("chain").unwrap_or_default();
        if chain != self.chain {
            self.close()?;
            self.open(chain, row);
        }
        self.entries += 1;
        let found = row.integer("n").unwrap_or_default();
        if found != self.n + 1 {
            return Err(self.fault(found.min(self.n + 1), "an entry is missing before this place, or one was put in"));
        }
        // Whatever cannot be read was not written so.
        let unreadable = |error: RowError| self.fault(found, &error.to_string());
        let problem = problem(row, &self.hash).map_err(unreadable)?;
        if let Some(problem) = problem {
            return Err(self.fault(found, problem));
        }
        self.hash = row.text("hash").unwrap_or_default().to_owned();
        self.n = found;
        Ok(())
    }

    fn open(&mut self, chain: &str, row: &Row) {
        self.chain = chain.to_owned();
        self.n = 0;
        self.hash.clear();
        self.head = row.integer("head_n").ok().zip(row.text("head_hash").ok().map(str::to_owned));
        self.chains += 1;
    }

    /// A chain ends where its head says.
    fn close(&self) -> Result<(), Fault> {
        match &self.head {
            _ if self.chains == 0 => Ok(()),
            None => Err(self.fault(self.n, "the chain's head is missing")),
            Some((n, _)) if *n > self.n => Err(self.fault(self.n + 1, "the entries from here to the head are missing")),
            Some((n, hash)) if *n != self.n || *hash != self.hash => {
                Err(self.fault(self.n, "the chain's head is another"))
            }
            Some(_) => Ok(()),
        }
    }

    fn fault(&self, n: i64, problem: &str) -> Fault {
        Fault { chain: self.chain.clone(), n, problem: problem.to_owned() }
    }

    fn result(self, first_bad: Option<Fault>) -> Verification {
        Verification { ok: first_bad.is_none(), chains: self.chains, entries: self.entries, first_bad }
    }
}

/// What is wrong with an entry that follows `prev_hash`.
pub(crate) fn problem(row: &Row, prev_hash: &str) -> Result<Option<&'static str>, RowError> {
    let owned = |column: &str| Ok::<_, RowError>(row.optional_text(column)?.map(str::to_owned));
    let links = Links {
        chain: row.text("chain")?,
        n: u64::try_from(row.integer("n")?).unwrap_or_default(),
        at: row.integer("at")?,
        kind: row.text("kind")?,
        actor: row.text("actor")?,
        proposal: owned("proposal")?,
        event: owned("event")?,
        body_digest: row.text("body_digest")?,
        prev_hash: row.text("prev_hash")?,
    };
    if links.prev_hash != prev_hash {
        return Ok(Some("it does not follow the entry before it"));
    }
    if links.hash() != row.text("hash")? {
        return Ok(Some("it was changed"));
    }
    body_problem(row, links.body_digest)
}

fn body_problem(row: &Row, digest: &str) -> Result<Option<&'static str>, RowError> {
    if *row.get("body_n") == Value::Null {
        return Ok(Some("what it says is missing"));
    }
    match (row.optional_text("salt")?, row.optional_text("body")?, row.optional_integer("erased_at")?) {
        (Some(salt), Some(body), None) if body_digest(salt, body) == digest => Ok(None),
        (None, None, Some(_)) => Ok(None),
        _ => Ok(Some("what it says was changed")),
    }
}
