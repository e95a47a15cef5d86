use crate::chain::{Hash, Links, body_digest};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// The number of entries per read.
const BATCH: u32 = 500;

/// The first entry that differs from what Nerve wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// The chain: a record's id, or `settings`.
    pub chain: String,
    /// The number of the entry in the chain.
    pub n: i64,
    /// The problem found.
    pub problem: String,
}

/// The result of recomputing every chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// Every entry is as Nerve wrote it.
    pub ok: bool,
    /// The number of chains that were recomputed.
    pub chains: u64,
    /// The number of entries that were recomputed.
    pub entries: u64,
    /// The first fault; null when there is none.
    pub first_bad: Option<Fault>,
}

/// Recomputes every chain from its first entry to its stored head, 500 entries per read, and stops at the first fault.
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

/// The entries after a position, in the order of chains. Only the first page of a chain searches for its beginning.
fn entries_after(chain: &str, n: i64) -> Statement {
    let sql = "SELECT l.chain, l.n, l.at, l.kind, l.actor, l.proposal, l.event, l.body_digest, l.prev_hash, l.hash,
                      b.n AS body_n, b.salt, b.body, b.erased_at, c.n AS head_n, c.hash AS head_hash
               FROM ledger l
               LEFT JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n
               LEFT JOIN chains c ON c.chain = l.chain
               WHERE (l.chain, l.n) > (?1, ?2) ORDER BY l.chain, l.n LIMIT ?3";
    Statement::new(sql, [chain.into(), n.into(), BATCH.into()])
}

/// A chain with a stored head and no entries.
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

/// The progress of the verification: the chain, its last good entry, and the head it must reach.
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
        // An entry that cannot be read was altered.
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

    /// Checks that the chain ends at its stored head.
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

/// The problem of an entry that should follow `prev_hash`; `None` when it is intact.
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
