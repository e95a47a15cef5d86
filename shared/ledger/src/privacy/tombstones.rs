//! Tombstones of erased people, so that nobody builds up their records again unknowingly. They are keyed digests of
//! claims: they reveal only that a given claim belongs to an erased person.

use crate::rows::read_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use nerve_model::{Claim, ClaimKind, ErasureId, Event, Timestamp};
use nerve_ports::{Database, DatabaseError, Statement, Value};
use sha2::Sha256;
use std::borrow::Cow;

/// The items that are about an erased person.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressed<T> {
    /// The suppressed items.
    pub items: Vec<T>,
    /// The number of erasures that the check rests on.
    erasures: i64,
    digests: Vec<String>,
}

impl<T> Suppressed<T> {
    /// A statement that makes its batch a conflict when another erasure began since: the caller checks again.
    pub fn assertion(&self) -> Statement {
        Statement::new("INSERT INTO erasures_known (n) VALUES (?1)", [self.erasures.into()])
    }

    /// Adds to the counts of suppressed deliveries, once per item. `None` when no item is suppressed.
    pub fn count(&self, at: Timestamp) -> Option<Statement> {
        let sql = "UPDATE tombstones SET last_at = ?2,
                       hits = hits + (SELECT COUNT(*) FROM json_each(?1) WHERE value = tombstones.digest)
                   WHERE digest IN (SELECT value FROM json_each(?1))";
        let params = [Value::json(&self.digests), at.into()];
        (!self.digests.is_empty()).then(|| Statement::new(sql, params))
    }
}

/// The claims that identify a record.
pub type Tellers<'a> = Vec<(ClaimKind, Cow<'a, str>)>;

/// Checks which items have a claim of an erased person. It takes one query while there is no erasure.
pub async fn suppressed<T>(db: &impl Database, asked: Vec<(T, Tellers<'_>)>) -> Result<Suppressed<T>, DatabaseError> {
    let rows = db.query(Statement::new("SELECT key, erasures FROM tombstone_key", [])).await?;
    let row =
        rows.first().ok_or_else(|| DatabaseError::Unavailable("the key of the tombstones is missing".to_owned()))?;
    let mut held = Suppressed { items: Vec::new(), erasures: row.integer("erasures")?, digests: Vec::new() };
    if held.erasures == 0 {
        return Ok(held);
    }
    let key = row.text("key")?;
    let digests = |claims: &Tellers<'_>| claims.iter().map(|claim| digest(key, claim.0, &claim.1)).collect();
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

/// The claims that identify the record of an event: its strong claims, its subject, which decides where there are none,
/// and the subjects that are one with it since a merge.
pub fn tellers(event: &Event) -> Tellers<'_> {
    let claims = event.outside_claims().filter(|claim| claim.kind.is_strong());
    let claims = claims.map(|claim| (claim.kind, Cow::Borrowed(claim.value.as_str())));
    let merged = event.merged_subjects().into_iter().map(|subject| Cow::Owned(subject.to_string()));
    let subjects = merged.chain([Cow::Borrowed(event.subject.as_str())]);
    claims.chain(subjects.map(|subject| (ClaimKind::External, subject))).collect()
}

/// Stores a tombstone for the id by which an erased person goes on after a merge in another tool. None where the
/// primary record of the merge is somebody who is not erased: the new id is theirs. Repeating it changes nothing.
pub async fn bury_merged(db: &impl Database, event: &Event) -> Result<(), DatabaseError> {
    let Some(primary) = event.merged_subjects().into_iter().next() else { return Ok(()) };
    let rows = db.query(Statement::new("SELECT key FROM tombstone_key", [])).await?;
    let key = rows.first().map(|row| row.text("key")).transpose()?.unwrap_or_default();
    let known: Vec<String> = tellers(event).iter().map(|(kind, value)| digest(key, *kind, value)).collect();
    let params = [
        Value::from(digest(key, ClaimKind::External, event.subject.as_str())),
        Value::json(&known),
        Value::text(&primary),
    ];
    db.query(Statement::new(BURY_MERGED, params)).await.map(drop)
}

/// The statement of [`bury_merged`].
const BURY_MERGED: &str = "INSERT INTO tombstones (digest, erasure)
    SELECT ?1, erasure FROM tombstones WHERE digest IN (SELECT value FROM json_each(?2))
        AND NOT EXISTS (SELECT 1 FROM identities i JOIN records r ON r.id = i.record
            WHERE i.kind = 'external' AND i.value = ?3 AND r.erased_at IS NULL)
    LIMIT 1 ON CONFLICT (digest) DO NOTHING";

/// Stores a tombstone for each claim.
pub(super) async fn bury(db: &impl Database, erasure: ErasureId, claims: &[Claim]) -> Result<Statement, DatabaseError> {
    let rows = db.query(Statement::new("SELECT key FROM tombstone_key", [])).await?;
    let key = rows.first().map(|row| row.text("key")).transpose()?.unwrap_or_default();
    let digests: Vec<String> = claims.iter().map(|claim| digest(key, claim.kind, &claim.value)).collect();
    let sql = "INSERT INTO tombstones (digest, erasure) SELECT value, ?2 FROM json_each(?1) WHERE true
               ON CONFLICT (digest) DO UPDATE SET erasure = excluded.erasure";
    Ok(Statement::new(sql, [Value::json(&digests), Value::text(erasure)]))
}

/// The HMAC-SHA256 of the claim.
fn digest(key: &str, kind: ClaimKind, value: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(kind.as_str().as_bytes());
    mac.update(b":");
    mac.update(value.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
