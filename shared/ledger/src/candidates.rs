//! Profiles of records, and the keys by which a lookup finds candidates when no exact claim decides.
//!
//! A lookup reads a bounded number of rows: it ignores keys that too many records have, and reads only the records that
//! share the most keys.

use crate::{members::read_ref, query::Query, rows::read_all};
use nerve_matching::{Model, Profile, TermCounts};
use nerve_model::{Claim, RecordId, RecordRef};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most records of a key that a lookup uses; a more frequent key is ignored.
const COMMON: u32 = 50;

/// The most records that are compared with one event.
const COMPARED: u32 = 50;

/// The most profiles of a root's members that are combined for a comparison.
const PARTS: u32 = 20;

/// The row of `terms` that counts all records with a profile.
const EVERYBODY: (&str, &str) = ("", "");

/// A candidate's profile, as of one read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCandidate {
    /// The record itself, which may be a part; new knowledge is stored with it.
    pub part: RecordId,
    /// The root of that record.
    pub record: RecordRef,
    /// The profile of the part.
    pub profile: Profile,
    /// The version of that profile.
    pub version: u32,
    /// The combined profile of the root's members.
    pub members: Profile,
}

impl StoredCandidate {
    /// The candidate for a new record with an empty profile.
    pub fn new(record: RecordRef) -> Self {
        let nothing = Profile::default();
        Self { part: record.id, record, profile: nothing.clone(), version: 0, members: nothing }
    }
}

/// A record that shares keys with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The number of the event in the lookup.
    pub asker: usize,
    /// The candidate.
    pub candidate: StoredCandidate,
}

/// The columns that [`read_candidate`] reads, from `part` and `r`, the root of `part`.
pub(crate) fn candidate() -> String {
    format!(
        "part.id AS part, part.profile, part.profile_version, r.id, r.type, r.name,
         (SELECT json_group_array(json(profile)) FROM (
             SELECT profile FROM records WHERE id = r.id AND profile IS NOT NULL
             UNION ALL SELECT profile FROM records WHERE root = r.id AND profile IS NOT NULL LIMIT {PARTS})) AS members"
    )
}

pub(crate) fn read_candidate(row: &Row) -> Result<StoredCandidate, RowError> {
    let mut members = Profile::default();
    row.json::<Vec<Profile>>("members")?.iter().for_each(|profile| members.merge(profile));
    Ok(StoredCandidate {
        part: row.parse("part")?,
        record: read_ref(row)?,
        profile: row.optional_json("profile")?.unwrap_or_default(),
        version: row.count("profile_version")?,
        members,
    })
}

/// The candidates for these keys; each key comes with the number of its event.
pub(crate) fn select(keys: &[(usize, &str)]) -> Query<Vec<Found>> {
    let sql = format!(
        "WITH hits AS MATERIALIZED (
             SELECT wanted.value ->> 0 AS asker, (SELECT json_group_array(record) FROM (
                 SELECT record FROM record_keys WHERE key = wanted.value ->> 1 LIMIT ?2 + 1)) AS records
             FROM json_each(?1) AS wanted),
         shared AS (
             SELECT asker, bearer.value AS part, COUNT(*) AS keys FROM hits, json_each(hits.records) AS bearer
             WHERE json_array_length(hits.records) <= ?2 GROUP BY asker, bearer.value),
         nearest AS (
             SELECT asker, part, ROW_NUMBER() OVER (PARTITION BY asker ORDER BY keys DESC, part) AS place FROM shared)
         SELECT nearest.asker, {candidate} FROM nearest
         CROSS JOIN records part ON part.id = nearest.part
         CROSS JOIN records r ON r.id = COALESCE(part.root, part.id)
         WHERE nearest.place <= ?3 ORDER BY nearest.asker, nearest.place",
        candidate = candidate()
    );
    Query::new(Statement::new(sql, [Value::json(&keys), COMMON.into(), COMPARED.into()]), |rows| {
        read_all(rows, read_found)
    })
}

fn read_found(row: &Row) -> Result<Found, RowError> {
    let asker = usize::try_from(row.count("asker")?).unwrap_or(usize::MAX);
    Ok(Found { asker, candidate: read_candidate(row)? })
}

/// The frequencies of these values, and the number of records with a profile.
pub(crate) fn select_terms(terms: &[(String, String)]) -> Query<TermCounts> {
    let (field, value) = EVERYBODY;
    let wanted: Vec<(&str, &str)> = core::iter::once((field, value))
        .chain(terms.iter().map(|(field, value)| (field.as_str(), value.as_str())))
        .collect();
    let sql = "SELECT wanted.value ->> 0 AS field, wanted.value ->> 1 AS value, COALESCE(t.n, 0) AS n
               FROM json_each(?1) AS wanted
               LEFT JOIN terms t ON t.field = wanted.value ->> 0 AND t.value = wanted.value ->> 1";
    Query::new(Statement::new(sql, [Value::json(&wanted)]), read_terms)
}

fn read_terms(rows: &[Row]) -> Result<TermCounts, RowError> {
    let counts =
        read_all(rows, |row| Ok((row.text("field")?.to_owned(), row.text("value")?.to_owned(), row.count("n")?)))?;
    let is_total = |(field, value, _): &&(String, String, u32)| (field.as_str(), value.as_str()) == EVERYBODY;
    let total = counts.iter().find(is_total).map_or(0, |(.., n)| *n);
    let mut terms = TermCounts::among(total.into());
    for (field, value, n) in counts.iter().filter(|count| !is_total(count)) {
        terms.add(field, value, (*n).into());
    }
    Ok(terms)
}

/// Stores the new profile of a part. Where the part is `found`, its keys and the frequencies of its values change too.
/// Refused as a conflict when the profile changed since. An equal profile writes nothing.
pub fn learn(model: &Model, before: &StoredCandidate, after: &Profile, found: bool) -> Vec<Statement> {
    if *after == before.profile {
        return Vec::new();
    }
    let sql = "UPDATE records SET profile = ?2, profile_version = ?3 WHERE id = ?1";
    let params = [Value::text(before.part), Value::json(after), before.version.saturating_add(1).into()];
    let mut statements = vec![Statement::new(sql, params)];
    if found {
        let party = Relearned { part: before.part, before: &before.profile, after };
        statements.extend(reindex(model, &[party]));
    }
    statements
}

/// Makes a part findable by the keys of its profile. Refused as a conflict when the profile changed since.
pub fn index(model: &Model, party: &StoredCandidate) -> Vec<Statement> {
    let mut statements = vec![rest_on(party)];
    let known = Relearned { part: party.part, before: &Profile::default(), after: &party.profile };
    statements.extend(reindex(model, &[known]));
    statements
}

/// Removes the keys of a part, so that lookups no longer find it. Refused as a conflict when the profile changed since.
pub fn unindex(model: &Model, party: &StoredCandidate) -> Vec<Statement> {
    let mut statements = vec![rest_on(party)];
    let forgotten = Relearned { part: party.part, before: &party.profile, after: &Profile::default() };
    statements.extend(reindex(model, &[forgotten]));
    statements
}

/// Removes the keys of a part and the counts of its values, whatever version its profile has.
pub(crate) fn forget(model: &Model, part: RecordId, profile: &Profile) -> Vec<Statement> {
    reindex(model, &[Relearned { part, before: profile, after: &Profile::default() }])
}

/// Deletes values with a count of zero.
pub(crate) fn forget_nobodys() -> Statement {
    Statement::new("DELETE FROM terms WHERE n <= 0", [])
}

/// Moves the profile to its next version, so that a concurrent change is refused and reads again.
fn rest_on(party: &StoredCandidate) -> Statement {
    let sql = "UPDATE records SET profile = profile, profile_version = ?2 WHERE id = ?1";
    Statement::new(sql, [Value::text(party.part), party.version.saturating_add(1).into()])
}

/// The candidate of this part; `None` when there is no such record.
pub async fn get(db: &impl Database, part: RecordId) -> Result<Option<StoredCandidate>, DatabaseError> {
    let sql = format!(
        "SELECT {} FROM records part JOIN records r ON r.id = COALESCE(part.root, part.id) WHERE part.id = ?1",
        candidate()
    );
    let rows = db.query(Statement::new(sql, [Value::text(part)])).await?;
    Ok(rows.first().map(read_candidate).transpose()?)
}

/// The change of one part's profile.
pub(crate) struct Relearned<'a> {
    pub(crate) part: RecordId,
    pub(crate) before: &'a Profile,
    pub(crate) after: &'a Profile,
}

/// The changes of keys and counts for these parts, in at most three statements.
pub(crate) fn reindex(model: &Model, parties: &[Relearned<'_>]) -> Vec<Statement> {
    let (mut gone, mut added) = (Vec::new(), Vec::new());
    let mut steps = BTreeMap::new();
    for Relearned { part, before, after } in parties {
        let (old, new) = (model.keys(before), model.keys(after));
        gone.extend(only(&old, &new).map(|key| (part, key)));
        added.extend(only(&new, &old).map(|key| (part, key)));
        count(&mut steps, counted(model, before), -1);
        count(&mut steps, counted(model, after), 1);
    }
    steps.retain(|_, by| *by != 0);
    let steps: Vec<(&str, &str, i64)> = steps.iter().map(|((field, value), by)| (&**field, &**value, *by)).collect();
    let forget = "DELETE FROM record_keys WHERE (record, key) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))";
    let find = "INSERT INTO record_keys (record, key) SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE 1
                ON CONFLICT (key, record) DO NOTHING";
    let count =
        "INSERT INTO terms (field, value, n) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE 1
               ON CONFLICT (field, value) DO UPDATE SET n = MAX(0, n + excluded.n)";
    [rows(forget, &gone), rows(find, &added), rows(count, &steps)].into_iter().flatten().collect()
}

fn rows<T: Serialize>(sql: &str, rows: &[T]) -> Option<Statement> {
    (!rows.is_empty()).then(|| Statement::new(sql, [Value::json(&rows)]))
}

fn only(these: &[String], those: &[String]) -> impl Iterator<Item = String> {
    these.iter().filter(|key| !those.contains(key)).cloned()
}

/// The counters that a profile increments: one per term, and the one for all records.
fn counted(model: &Model, profile: &Profile) -> BTreeSet<(String, String)> {
    let (field, value) = EVERYBODY;
    let one = (!profile.is_empty()).then(|| (field.to_owned(), value.to_owned()));
    one.into_iter().chain(model.terms(profile)).collect()
}

fn count(steps: &mut BTreeMap<(String, String), i64>, terms: BTreeSet<(String, String)>, by: i64) {
    for term in terms {
        *steps.entry(term).or_default() += by;
    }
}

/// Marks claims as shared by several records: they no longer decide alone. `None` when there are no claims.
pub fn share(claims: &[Claim]) -> Option<Statement> {
    let wanted: Vec<_> = claims.iter().map(|claim| (claim.kind, &claim.value)).collect();
    let sql = "UPDATE identities SET shared = 1 WHERE shared = 0 AND (kind, value) IN (
                   SELECT value ->> 0, value ->> 1 FROM json_each(?1))";
    (!wanted.is_empty()).then(|| Statement::new(sql, [Value::json(&wanted)]))
}
