//! The readiness of a record's chains for an intent: each head exists, and the last entry verifies.
//!
//! It is read with every decision, before every approval and before every effect, and takes six rows per chain of any
//! length. [`crate::verify`] is the full verification. A chain that was found broken stays broken: the entry that says
//! why nothing was done follows correctly and would hide the fault.

use crate::{members::MEMBERS, query::Query, verify::problem};
use nerve_model::{RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use std::fmt;

/// A chain that can carry no intent. Shown, it says how it is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenChain {
    chain: String,
    how: String,
}

impl fmt::Display for BrokenChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.how)
    }
}

impl BrokenChain {
    /// Writes down that it is broken, with what is written on it because of that.
    pub fn note(&self, now: Timestamp) -> Statement {
        let sql = "INSERT INTO broken_chains (chain, how, found_at) VALUES (?1, ?2, ?3) ON CONFLICT (chain) DO NOTHING";
        Statement::new(sql, [self.chain.as_str().into(), self.how.as_str().into(), now.into()])
    }
}

/// The ends of the chains of a record's members, with the last entry and the entry before it.
pub(crate) fn select(record: RecordId) -> Query<Option<BrokenChain>> {
    let sql = format!(
        "SELECT part.id AS chain, head.n AS head_n, head.hash AS head_hash, last.at, last.n, last.kind, last.actor,
                last.proposal, last.event, last.body_digest, last.prev_hash, last.hash, COALESCE(before.hash, '') AS before,
                body.n AS body_n, body.salt, body.body, body.erased_at, noted.how AS noted,
                EXISTS (SELECT 1 FROM ledger WHERE chain = part.id AND n > COALESCE(head.n, 0)) AS goes_on
         FROM {MEMBERS} AS part
         LEFT JOIN chains head ON head.chain = part.id
         LEFT JOIN ledger last ON last.chain = part.id AND last.n = head.n
         LEFT JOIN ledger before ON before.chain = part.id AND before.n = head.n - 1
         LEFT JOIN ledger_bodies body ON body.chain = part.id AND body.n = head.n
         LEFT JOIN broken_chains noted ON noted.chain = part.id"
    );
    Query::new(Statement::new(sql, [Value::text(record)]), read)
}

/// The first broken chain; `None` when all chains can take an intent.
fn read(rows: &[Row]) -> Result<Option<BrokenChain>, RowError> {
    let faults = rows.iter().map(fault).collect::<Result<Vec<_>, _>>()?;
    Ok(faults.into_iter().flatten().next())
}

/// The first broken chain of a record's members; `None` when there is none.
pub async fn broken(db: &impl Database, record: RecordId) -> Result<Option<BrokenChain>, DatabaseError> {
    select(record).run(db).await
}

fn fault(row: &Row) -> Result<Option<BrokenChain>, RowError> {
    let chain = row.text("chain")?;
    let noted = row.optional_text("noted")?.map(str::to_owned);
    let how = if noted.is_some() { noted } else { problem_at_the_end(row, chain)? };
    Ok(how.map(|how| BrokenChain { chain: chain.to_owned(), how }))
}

fn problem_at_the_end(row: &Row, chain: &str) -> Result<Option<String>, RowError> {
    let Some(n) = row.optional_integer("head_n")? else {
        // A record without entries has no head.
        return Ok(row.flag("goes_on")?.then(|| format!("the head of chain {chain} is missing")));
    };
    let problem = if row.flag("goes_on")? {
        Some("entries follow the head")
    } else if row.optional_text("hash")? != row.optional_text("head_hash")? {
        Some("its last entry is missing, or is not the one that the head names")
    } else {
        // An entry that cannot be read was altered.
        problem(row, row.text("before")?).unwrap_or(Some("it does not read"))
    };
    Ok(problem.map(|problem| format!("entry {n} of chain {chain}: {problem}")))
}
