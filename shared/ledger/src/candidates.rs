//! By what a record is found and compared when no exact claim decides.
//!
//! What is looked up is bounded whatever the number of records: a key that too many records have says nothing and is left
//! out, and of the records found those that share most keys are read.

use crate::{members::read_ref, query::Query, rows::read_all};
use nerve_matching::{Model, Profile, TermCounts};
use nerve_model::{Claim, RecordId, RecordRef};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A key that more records have than this is left out.
const COMMON: u32 = 50;

/// So many records are compared with one event.
const COMPARED: u32 = 50;

/// So many records that one record is made of are compared as one.
const PARTS: u32 = 20;

/// The row of `terms` that counts the records with a profile.
const EVERYBODY: (&str, &str) = ("", "");

/// What is known of a party, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCandidate {
    /// The record as it came to be; it learns what becomes known.
    pub part: RecordId,
    /// What it is part of: itself, unless it was merged.
    pub record: RecordRef,
    /// What is known of the part.
    pub profile: Profile,
    /// How often that changed.
    pub version: u32,
    /// What is known of everything that the record is made of.
    pub members: Profile,
}

impl StoredCandidate {
    /// Of a new record, of which nothing is known.
    pub fn new(record: RecordRef) -> Self {
        let nothing = Profile::default();
        Self { part: record.id, record, profile: nothing.clone(), version: 0, members: nothing }
    }
}

/// A record that shares keys with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which of the askers.
    pub asker: usize,
    /// What is known of it.
    pub candidate: StoredCandidate,
}

/// What [`read_candidate`] reads, of `part` and `r`, the record that it is part of.
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

/// The candidates for these keys, each with the number of who asks.
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

/// How often these values occur, and among how many records.
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

/// Keeps what became known of a party; where it is `found`, with the keys it is found by from now on and the values it
/// counts for. Refused as a conflict when more became known in the meantime. Nothing new writes nothing.
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

/// From now on a party is found by what is known of it. Refused as a conflict when more became known in the meantime.
pub fn index(model: &Model, party: &StoredCandidate) -> Vec<Statement> {
    let mut statements = vec![rest_on(party)];
    let known = Relearned { part: party.part, before: &Profile::default(), after: &party.profile };
    statements.extend(reindex(model, &[known]));
    statements
}

/// From now on a party is no longer found. Refused as a conflict when more became known in the meantime.
pub fn unindex(model: &Model, party: &StoredCandidate) -> Vec<Statement> {
    let mut statements = vec![rest_on(party)];
    let forgotten = Relearned { part: party.part, before: &party.profile, after: &Profile::default() };
    statements.extend(reindex(model, &[forgotten]));
    statements
}

/// A party is no longer found, nor does a value count for it, whatever else becomes of what is known of it.
pub(crate) fn forget(model: &Model, part: RecordId, profile: &Profile) -> Vec<Statement> {
    reindex(model, &[Relearned { part, before: profile, after: &Profile::default() }])
}

/// Values that count for nobody go.
pub(crate) fn forget_nobodys() -> Statement {
    Statement::new("DELETE FROM terms WHERE n <= 0", [])
}

/// Whoever learns at the same time has to look again.
fn rest_on(party: &StoredCandidate) -> Statement {
    let sql = "UPDATE records SET profile = profile, profile_version = ?2 WHERE id = ?1";
    Statement::new(sql, [Value::text(party.part), party.version.saturating_add(1).into()])
}

/// What is known of a party.
pub async fn get(db: &impl Database, part: RecordId) -> Result<Option<StoredCandidate>, DatabaseError> {
    let sql = format!(
        "SELECT {} FROM records part JOIN records r ON r.id = COALESCE(part.root, part.id) WHERE part.id = ?1",
        candidate()
    );
    let rows = db.query(Statement::new(sql, [Value::text(part)])).await?;
    Ok(rows.first().map(read_candidate).transpose()?)
}

/// Of which party what is known changes, and how.
pub(crate) struct Relearned<'a> {
    pub(crate) part: RecordId,
    pub(crate) before: &'a Profile,
    pub(crate) after: &'a Profile,
}

/// The keys by which these parties are found, and the values they count for: as many statements for all as for one.
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

/// What a profile counts for: its terms, and that it is one.
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

/// More than one party goes by these claims: they no longer decide alone. Of none, nothing is written.
pub fn share(claims: &[Claim]) -> Option<Statement> {
    let wanted: Vec<_> = claims.iter().map(|claim| (claim.kind, &claim.value)).collect();
    let sql = "UPDATE identities SET shared = 1 WHERE shared = 0 AND (kind, value) IN (
                   SELECT value ->> 0, value ->> 1 FROM json_each(?1))";
    (!wanted.is_empty()).then(|| Statement::new(sql, [Value::json(&wanted)]))
}
