//! Who was erased, so that nobody builds it up again without knowing. Only keyed digests: they tell whether a claim is
//! that of somebody erased, and nothing else.

use crate::rows::read_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use nerve_model::{Claim, ClaimKind, ErasureId, Event, Timestamp};
use nerve_ports::{Database, DatabaseError, Statement, Value};
use sha2::Sha256;

/// What is about somebody who was erased, of what was asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressed<T> {
    /// Those.
    pub items: Vec<T>,
    /// How many erasures this rests on.
    erasures: i64,
    digests: Vec<String>,
}

impl<T> Suppressed<T> {
    /// A batch with this in it is refused as a conflict when somebody was erased since: then all has to be looked at again.
    pub fn assertion(&self) -> Statement {
        Statement::new("INSERT INTO erasures_known (n) VALUES (?1)", [self.erasures.into()])
    }

    /// Counts what was held out, each item once for one of its claims.
    pub fn count(&self, at: Timestamp) -> Option<Statement> {
        let sql = "UPDATE tombstones SET last_at = ?2,
                       hits = hits + (SELECT COUNT(*) FROM json_each(?1) WHERE value = tombstones.digest)
                   WHERE digest IN (SELECT value FROM json_each(?1))";
        let params = [Value::json(&self.digests), at.into()];
        (!self.digests.is_empty()).then(|| Statement::new(sql, params))
    }
}

/// Looks which of these have a claim of somebody who was erased. One query while nobody was.
pub async fn suppressed<T>(
    db: &impl Database,
    asked: Vec<(T, Vec<(ClaimKind, &str)>)>,
) -> Result<Suppressed<T>, DatabaseError> {
    let rows = db.query(Statement::new("SELECT key, erasures FROM tombstone_key", [])).await?;
    let row =
        rows.first().ok_or_else(|| DatabaseError::Unavailable("the key of the tombstones is missing".to_owned()))?;
    let mut held = Suppressed { items: Vec::new(), erasures: row.integer("erasures")?, digests: Vec::new() };
    if held.erasures == 0 {
        return Ok(held);
    }
    let key = row.text("key")?;
    let digests = |claims: &[(ClaimKind, &str)]| claims.iter().map(|claim| digest(key, claim.0, claim.1)).collect();
    let asked: Vec<(T, Vec<String>)> = asked.into_iter().map(|(item, claims)| (item, digests(&claims))).collect();
    let all: Vec<&String> = asked.iter().flat_map(|(_, digests)| digests).collect();
    let sql = "SELECT digest FROM tombstones WHERE digest IN (SELECT value FROM json_each(?1))";
    let known = db.query(Statement::new(sql, [Value::json(&all)])).await?;
    let known = read_all(&known, |row| Ok(row.text("digest")?.to_owned()))?;
    for (item, digests) in asked {
        if let Some(digest) = digests.into_iter().find(|digest| known.contains(digest)) {
            held.items.push(item);
            held.digests.push(digest);
        }
    }
    Ok(held)
}

/// What tells whom an event is about: its strong claims, and the thing it is about, which decides where there are none.
pub fn tellers(event: &Event) -> Vec<(ClaimKind, &str)> {
    let claims = event.outside_claims().filter(|claim| claim.kind.is_strong());
    let claims = claims.map(|claim| (claim.kind, claim.value.as_str()));
    claims.chain([(ClaimKind::External, event.subject.as_str())]).collect()
}

/// Writes a tombstone for each claim.
pub(super) async fn bury(db: &impl Database, erasure: ErasureId, claims: &[Claim]) -> Result<Statement, DatabaseError> {
    let rows = db.query(Statement::new("SELECT key FROM tombstone_key", [])).await?;
    let key = rows.first().map(|row| row.text("key")).transpose()?.unwrap_or_default();
    let digests: Vec<String> = claims.iter().map(|claim| digest(key, claim.kind, &claim.value)).collect();
    let sql = "INSERT INTO tombstones (digest, erasure) SELECT value, ?2 FROM json_each(?1) WHERE true
               ON CONFLICT (digest) DO UPDATE SET erasure = excluded.erasure";
    Ok(Statement::new(sql, [Value::json(&digests), Value::text(erasure)]))
}

/// HMAC-SHA256 of the claim.
fn digest(key: &str, kind: ClaimKind, value: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(kind.as_str().as_bytes());
    mac.update(b":");
    mac.update(value.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
