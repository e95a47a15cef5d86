//! Reads and writes of many records at once, in a fixed number of statements.

use crate::{
    candidates::{self, Relearned, reindex},
    chain::{Body, ChainId, Entry, EntryKind, Head, append_all, read_head},
    records::{self, NewRecord, Origin, StoredRecord},
    rows::read_all,
    words::distinct_words,
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Attributes, Claim, ClaimKind, FieldChange, RecordFields, RecordId, RecordRef, RecordType, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

/// A record with everything that an edit of it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordState {
    /// The record: a root.
    pub record: StoredRecord,
    /// The parts that were merged into it.
    pub parts: Vec<RecordId>,
    /// The claims of the record and its parts.
    pub claims: Vec<Claim>,
    /// The claims that other records have as well.
    pub shared: Vec<Claim>,
    /// The state that an edit rests on, besides the version.
    pub footing: Footing,
}

/// The state that an edit of a record rests on, besides its version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footing {
    /// The head of the record's chain.
    pub head: Head,
    /// The profile by which the record is compared with others.
    pub profile: Profile,
    /// The version of the profile.
    pub profile_version: u32,
    /// The record is found by its profile; false while a question about it is open.
    pub found: bool,
}

/// An edit of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The record before the edit.
    pub record: RecordRef,
    /// The version that the edit rests on.
    pub version: u32,
    /// The fields before the edit.
    pub before: RecordFields,
    /// The fields after the edit.
    pub after: RecordFields,
    /// The claims that the record gains.
    pub learned: Vec<Claim>,
    /// The telephone numbers that the record gains and others have too: they identify nobody any more.
    pub shared: Vec<Claim>,
    /// The state that the edit rests on.
    pub footing: Footing,
}

impl Edit {
    /// The profile after the edit.
    fn profile(&self) -> Profile {
        let mut profile = self.footing.profile.clone();
        profile.merge(&records::profile(&self.after, self.claims()));
        profile
    }

    /// The claims that the record gains, shared or not.
    fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.learned.iter().chain(&self.shared)
    }

    fn entry(&self, origin: &Origin) -> Entry {
        let claims = self.claims();
        let claims = claims.filter_map(|claim| FieldChange::between(claim.kind.as_str(), None, Some(&claim.value)));
        let changes = self.after.changes_since(&self.before).into_iter().chain(claims).collect();
        let record = RecordRef { name: self.after.name.clone(), ..self.record.clone() };
        let body = Body { note: origin.note.clone(), changes, ..Body::about(&record) };
        let Origin { at, event, .. } = *origin;
        Entry { kind: EntryKind::RecordEdited, at, actor: origin.by.clone(), proposal: None, event, body }
    }
}

/// The states of the named records, of the roots of named parts, and of the roots with one of the claims. Erased
/// records are left out.
pub async fn state(
    db: &impl Database,
    named: &[RecordId],
    claims: &[&Claim],
) -> Result<Vec<RecordState>, DatabaseError> {
    let sql = "WITH roots AS (
            SELECT COALESCE(root, id) AS root FROM records WHERE id IN (SELECT value FROM json_each(?1))
            UNION
            SELECT COALESCE(part.root, part.id) FROM json_each(?2) AS wanted
            JOIN identities i ON i.kind = wanted.value ->> 0 AND i.value = wanted.value ->> 1
            JOIN records part ON part.id = i.record
        )
        SELECT r.*, c.n, c.hash,
            (SELECT json_group_array(id) FROM records WHERE root = r.id) AS parts,
            (SELECT json_group_array(json_object('kind', kind, 'value', value, 'role', role)) FROM identities
                WHERE record IN (SELECT r.id UNION ALL SELECT id FROM records WHERE root = r.id)) AS claims,
            (SELECT json_group_array(json_object('kind', kind, 'value', value, 'role', role)) FROM identities WHERE shared
                AND record IN (SELECT r.id UNION ALL SELECT id FROM records WHERE root = r.id)) AS shared,
            NOT EXISTS (SELECT 1 FROM questions WHERE record = r.id AND status = 'open') AS found
        FROM roots JOIN records r ON r.id = roots.root AND r.erased_at IS NULL LEFT JOIN chains c ON c.chain = r.id";
    let claims: Vec<(ClaimKind, &str)> = claims.iter().map(|claim| (claim.kind, claim.value.as_str())).collect();
    Ok(read_all(&db.query(Statement::new(sql, [Value::json(&named), Value::json(&claims)])).await?, read)?)
}

fn read(row: &Row) -> Result<RecordState, RowError> {
    Ok(RecordState {
        record: records::read(row)?,
        parts: row.json("parts")?,
        claims: row.json("claims")?,
        shared: row.json("shared")?,
        footing: read_footing(row)?,
    })
}

fn read_footing(row: &Row) -> Result<Footing, RowError> {
    let head =
        if row.optional_text("hash")?.is_some() { read_head(std::slice::from_ref(row))? } else { Head::default() };
    Ok(Footing {
        head,
        profile: row.optional_json("profile")?.unwrap_or_default(),
        profile_version: row.count("profile_version")?,
        found: row.flag("found")?,
    })
}

/// Creates and edits records, each with its ledger entry, as [`records::create`], [`records::update`] and
/// [`records::learn`] do for one. The batch is refused as a conflict when a claim belongs to another record or a record
/// changed since. A record may occur only once.
pub fn write(created: &[Created], edited: &[Edited], at: Timestamp, salt: impl Fn() -> u128) -> Vec<Statement> {
    let entries: Vec<(Head, ChainId, Entry)> = created
        .iter()
        .map(|(new, origin)| (Head::default(), ChainId::Record(new.id), records::creation(new, origin)))
        .chain(
            edited
                .iter()
                .map(|(edit, origin)| (edit.footing.head.clone(), ChainId::Record(edit.record.id), edit.entry(origin))),
        )
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let claims: Vec<KnownBy<'_>> = created
        .iter()
        .flat_map(|(new, _)| new.claims.iter().map(|claim| KnownBy::new(new.id, claim)))
        .chain(edited.iter().flat_map(|(edit, _)| edit.learned.iter().map(|claim| KnownBy::new(edit.record.id, claim))))
        .collect();
    let shared = created.iter().flat_map(|(new, _)| &new.shared);
    let shared: Vec<Claim> = shared.chain(edited.iter().flat_map(|(edit, _)| &edit.shared)).cloned().collect();
    let new: Vec<Profile> = created.iter().map(|(new, _)| new.profile()).collect();
    let more: Vec<Profile> = edited.iter().map(|(edit, _)| edit.profile()).collect();
    let mut statements = vec![insert(created, &new, at), update(edited, &more, at), learn(&claims, at)];
    statements.extend(candidates::share(&shared));
    statements.extend(find(created.iter().zip(&new), edited.iter().zip(&more)));
    statements.extend(append_all(entries.iter().map(|(head, chain, entry)| (head.clone(), entry, *chain, salt()))));
    statements
}

type Created = (NewRecord, Origin);
type Edited = (Edit, Origin);

/// The changes of the keys by which these records are found.
fn find<'a>(
    created: impl Iterator<Item = (&'a Created, &'a Profile)>,
    edited: impl Iterator<Item = (&'a Edited, &'a Profile)>,
) -> Vec<Statement> {
    let nothing = Profile::default();
    let new = created.map(|((new, _), after)| Relearned { part: new.id, before: &nothing, after });
    let found = edited.filter(|((edit, _), _)| edit.footing.found);
    let known =
        found.map(|((edit, _), after)| Relearned { part: edit.record.id, before: &edit.footing.profile, after });
    reindex(Model::shipped(), &new.chain(known).collect::<Vec<_>>())
}

/// A row of `records` as the statement's JSON parameter contains it.
#[derive(Serialize)]
struct RecordRow<'a> {
    id: RecordId,
    #[serde(rename = "type")]
    record_type: RecordType,
    provisional: u8,
    name: &'a str,
    owner: Option<&'a str>,
    stage: Option<&'a str>,
    attributes: &'a Attributes,
    words: Vec<String>,
    version: u32,
    profile: Option<&'a Profile>,
    profile_version: u32,
}

impl<'a> RecordRow<'a> {
    fn new(RecordRef { id, record_type, .. }: RecordRef, fields: &'a RecordFields, profile: &'a Profile) -> Self {
        let RecordFields { name, owner, stage, attributes } = fields;
        let (owner, stage, words) = (owner.as_deref(), stage.as_deref(), distinct_words(name));
        let profile = (!profile.is_empty()).then_some(profile);
        let (provisional, version, profile_version) = (0, 1, profile.is_some().into());
        Self { id, record_type, provisional, name, owner, stage, attributes, words, version, profile, profile_version }
    }

    fn created((new, _): &'a Created, profile: &'a Profile) -> Self {
        Self { provisional: new.provisional.into(), ..Self::new(new.reference(), &new.fields, profile) }
    }

    fn edited((edit, _): &'a Edited, profile: &'a Profile) -> Self {
        let (version, profile_version) = (edit.version + 1, edit.footing.profile_version + 1);
        Self { version, profile_version, ..Self::new(edit.record.clone(), &edit.after, profile) }
    }
}

fn insert(created: &[Created], profiles: &[Profile], at: Timestamp) -> Statement {
    let rows: Vec<RecordRow<'_>> =
        created.iter().zip(profiles).map(|(new, profile)| RecordRow::created(new, profile)).collect();
    let sql =
        "INSERT INTO records (id, type, name, provisional, owner, stage, attributes, words, profile, profile_version,
            created_at, updated_at)
        SELECT value ->> 'id', value ->> 'type', value ->> 'name', value ->> 'provisional', value ->> 'owner',
            value ->> 'stage', value -> 'attributes', value -> 'words', value ->> 'profile',
            value ->> 'profile_version', ?2, ?2 FROM json_each(?1)";
    Statement::new(sql, [Value::json(&rows), at.into()])
}

fn update(edited: &[Edited], profiles: &[Profile], at: Timestamp) -> Statement {
    let rows: Vec<RecordRow<'_>> =
        edited.iter().zip(profiles).map(|(edit, profile)| RecordRow::edited(edit, profile)).collect();
    let sql = "UPDATE records SET name = said.value ->> 'name', owner = said.value ->> 'owner',
            stage = said.value ->> 'stage', attributes = said.value -> 'attributes', words = said.value -> 'words',
            profile = said.value ->> 'profile', profile_version = said.value ->> 'profile_version',
            provisional = 0, version = said.value ->> 'version', updated_at = ?2
        FROM json_each(?1) AS said WHERE records.id = said.value ->> 'id'";
    Statement::new(sql, [Value::json(&rows), at.into()])
}

/// A row of `identities` as the statement's JSON parameter contains it.
#[derive(Serialize)]
struct KnownBy<'a> {
    record: RecordId,
    #[serde(flatten)]
    claim: &'a Claim,
}

impl<'a> KnownBy<'a> {
    const fn new(record: RecordId, claim: &'a Claim) -> Self {
        Self { record, claim }
    }
}

fn learn(claims: &[KnownBy<'_>], at: Timestamp) -> Statement {
    let sql = "INSERT INTO identities (kind, value, record, role, created_at)
        SELECT value ->> 'kind', value ->> 'value', value ->> 'record', value ->> 'role', ?2 FROM json_each(?1)";
    Statement::new(sql, [Value::json(&claims), at.into()])
}
