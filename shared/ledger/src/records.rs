//! Records and the owners of claims.

mod search;

use crate::{
    candidates::{self, StoredCandidate},
    chain::{Body, ChainId, Entry, EntryKind, Head},
    members::MEMBERS,
    query::Query,
    rows::read_all,
    words::distinct_words,
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Actor, Attributes, Claim, ClaimKind, EventId, FieldChange, RecordFields, RecordId, RecordRef, RecordType, Role,
    Timestamp,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

pub use search::{RecordFilter, export, list, next_file};

const SELECT: &str =
    "SELECT id, type, name, provisional, owner, stage, attributes, version, root, erased_at, created_at, updated_at
    FROM records";

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredRecord {
    /// The record.
    pub id: RecordId,
    /// The type of the record.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// The display name.
    pub name: String,
    /// Nerve created the record from an event; no person has confirmed it.
    pub provisional: bool,
    /// The person who looks after it.
    pub owner: Option<String>,
    /// The stage, in the words of the business.
    pub stage: Option<String>,
    /// The fields that the business defines itself.
    pub attributes: Attributes,
    /// The number of changes; an edit must name the version it rests on.
    pub version: u32,
    /// The root, for a record that was merged into another.
    pub root: Option<RecordId>,
    /// The time at which the erasure of the record began.
    pub erased_at: Option<Timestamp>,
    /// The time of its creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

impl StoredRecord {
    /// The parts of the record that name and link it.
    pub fn reference(&self) -> RecordRef {
        RecordRef { id: self.id, record_type: self.record_type, name: self.name.clone() }
    }

    /// The fields that people can edit.
    pub fn fields(&self) -> RecordFields {
        RecordFields {
            name: self.name.clone(),
            owner: self.owner.clone(),
            stage: self.stage.clone(),
            attributes: self.attributes.clone(),
        }
    }
}

/// A record to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The id.
    pub id: RecordId,
    /// The type.
    pub record_type: RecordType,
    /// The fields.
    pub fields: RecordFields,
    /// The record comes from an event, and no person has confirmed it.
    pub provisional: bool,
    /// The claims of the record. Creating it is a conflict when one of them belongs to another record.
    pub claims: Vec<Claim>,
    /// The telephone numbers that other records have as well: from now on they identify nobody.
    pub shared: Vec<Claim>,
}

impl NewRecord {
    /// A new record with only a name.
    pub fn named(RecordRef { id, record_type, name }: RecordRef) -> Self {
        let fields = RecordFields::named(&name);
        Self { id, record_type, fields, provisional: false, claims: Vec::new(), shared: Vec::new() }
    }

    /// The same record as a provisional one.
    #[must_use]
    pub fn provisional(self) -> Self {
        Self { provisional: true, ..self }
    }

    /// The parts of the record that name and link it.
    pub fn reference(&self) -> RecordRef {
        RecordRef { id: self.id, record_type: self.record_type, name: self.fields.name.clone() }
    }

    /// The profile by which the record is compared with others.
    pub(crate) fn profile(&self) -> Profile {
        profile(&self.fields, self.claims.iter().chain(&self.shared))
    }

    fn changes(&self) -> Vec<FieldChange> {
        let claims = self.claims.iter().chain(&self.shared);
        let claims = claims.filter_map(|claim| FieldChange::between(claim.kind.as_str(), None, Some(&claim.value)));
        self.fields.changes_since(&RecordFields::default()).into_iter().chain(claims).collect()
    }
}

/// The origin of a record or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The time.
    pub at: Timestamp,
    /// The actor.
    pub by: Actor,
    /// The event that caused it, if an event did.
    pub event: Option<EventId>,
    /// A remark for the ledger entry, for example the name of an imported file.
    pub note: Option<String>,
}

impl Origin {
    /// An origin without an event or note.
    pub const fn of(by: Actor, at: Timestamp) -> Self {
        Self { at, by, event: None, note: None }
    }
}

/// The owner of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The kind of the claim.
    pub kind: ClaimKind,
    /// The value of the claim.
    pub value: String,
    /// Several parties have the claim: it does not decide alone.
    pub shared: bool,
    /// The record that owns it.
    pub candidate: StoredCandidate,
}

/// Creates a record with its claims, profile and keys, and the first entry of its chain.
pub fn create(record: &NewRecord, origin: &Origin, salt: u128) -> Vec<Statement> {
    let mut statements = begin(record, origin, salt).0;
    let nothing = StoredCandidate::new(record.reference());
    statements.extend(candidates::learn(Model::shipped(), &nothing, &record.profile(), true));
    statements.extend(candidates::share(&record.shared));
    statements
}

/// The profile of a record: its name, its claims, and the address in its attributes.
pub fn profile<'a>(fields: &RecordFields, claims: impl IntoIterator<Item = &'a Claim>) -> Profile {
    let mut profile = Profile::of(claims, Some(&fields.name));
    let said = |name: &str| fields.attributes.get(name);
    if let Some(address) = said("address") {
        profile.learn(&Claim { kind: ClaimKind::Address, value: address.to_owned(), role: Role::Customer });
    }
    for (column, attribute) in [("street", "street"), ("postcode", "postal code"), ("city", "city")] {
        profile.add(column, said(attribute).unwrap_or_default());
    }
    profile
}

/// Creates a record without profile and keys, and returns the head of its chain, for further entries in the same batch.
/// Every creation of a single record goes through it.
pub fn begin(record: &NewRecord, origin: &Origin, salt: u128) -> (Vec<Statement>, Head) {
    let Origin { at, event, .. } = *origin;
    let learned = record.claims.iter().map(|claim| learn(record.id, claim, event, at));
    let mut statements: Vec<Statement> = std::iter::once(insert(record, at)).chain(learned).collect();
    let mut head = Head::default();
    statements.extend(head.append(&ChainId::Record(record.id), &creation(record, origin), salt));
    (statements, head)
}

/// The first entry of a record's chain.
pub(crate) fn creation(record: &NewRecord, origin: &Origin) -> Entry {
    let Origin { at, event, .. } = *origin;
    let body = Body { note: origin.note.clone(), changes: record.changes(), ..Body::about(&record.reference()) };
    Entry { kind: EntryKind::RecordCreated, at, actor: origin.by.clone(), proposal: None, event, body }
}

fn insert(record: &NewRecord, at: Timestamp) -> Statement {
    let RecordFields { name, owner, stage, attributes } = &record.fields;
    Statement::new(
        "INSERT INTO records (id, type, name, provisional, owner, stage, attributes, words, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        [
            Value::text(record.id),
            Value::text(record.record_type),
            name.as_str().into(),
            record.provisional.into(),
            owner.clone().into(),
            stage.clone().into(),
            Value::json(attributes),
            Value::json(&distinct_words(name)),
            at.into(),
        ],
    )
}

/// Stores a record's fields as its next version and confirms a provisional record. Refused as a conflict when the
/// record is no longer at `version`.
pub fn update(record: RecordId, version: u32, fields: &RecordFields, at: Timestamp) -> Statement {
    update_as(record, version, None, fields, at)
}

/// The same with another type; `None` keeps it.
pub fn update_as(
    record: RecordId,
    version: u32,
    record_type: Option<RecordType>,
    fields: &RecordFields,
    at: Timestamp,
) -> Statement {
    let RecordFields { name, owner, stage, attributes } = fields;
    Statement::new(
        "UPDATE records SET name = ?3, owner = ?4, stage = ?5, attributes = ?6, words = ?7, provisional = 0,
            version = ?2 + 1, updated_at = ?8, type = COALESCE(?9, type) WHERE id = ?1",
        [
            Value::text(record),
            version.into(),
            name.as_str().into(),
            owner.clone().into(),
            stage.clone().into(),
            Value::json(attributes),
            Value::json(&distinct_words(name)),
            at.into(),
            record_type.map_or(Value::Null, Value::text),
        ],
    )
}

/// Gives the claims of a record the role of its new type.
pub fn play(record: RecordId, role: Role) -> Statement {
    let sql = "UPDATE identities SET role = ?2 WHERE record = ?1";
    Statement::new(sql, [Value::text(record), Value::text(role)])
}

/// Stores the stage that another tool reported at `said_at`; `None` where it took the stage away. The latest stage
/// counts, from a person or a tool, in whatever order reports arrive.
pub fn say_stage(record: RecordId, stage: Option<&str>, said_at: Timestamp, now: Timestamp) -> Statement {
    let sql = "UPDATE records SET stage = ?2, stage_at = ?3, version = version + 1, updated_at = MAX(updated_at, ?4)
               WHERE id = ?1 AND (?3, COALESCE(?2, '')) > (COALESCE(stage_at, 0), COALESCE(stage, ''))";
    Statement::new(sql, [Value::text(record), stage.map(str::to_owned).into(), said_at.into(), now.into()])
}

/// Adds a claim to a record. Refused as a conflict when any record owns it.
pub fn learn(record: RecordId, claim: &Claim, event: impl Into<Option<EventId>>, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO identities (kind, value, record, role, event, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
            Value::text(claim.kind),
            claim.value.as_str().into(),
            Value::text(record),
            Value::text(claim.role),
            event.into().map(Value::text).into(),
            at.into(),
        ],
    )
}

/// Removes a claim from the member that owns it.
pub fn forget(record: RecordId, kind: ClaimKind, value: &str) -> Statement {
    let sql = format!("DELETE FROM identities WHERE kind = ?2 AND value = ?3 AND record IN {MEMBERS}");
    Statement::new(sql, [Value::text(record), Value::text(kind), value.into()])
}

pub(crate) fn read(row: &Row) -> Result<StoredRecord, RowError> {
    Ok(StoredRecord {
        id: row.parse("id")?,
        record_type: row.parse("type")?,
        name: row.text("name")?.to_owned(),
        provisional: row.flag("provisional")?,
        owner: row.optional_text("owner")?.map(str::to_owned),
        stage: row.optional_text("stage")?.map(str::to_owned),
        attributes: row.json("attributes")?,
        version: row.count("version")?,
        root: row.optional_text("root")?.map(|_| row.parse("root")).transpose()?,
        erased_at: row.optional_time("erased_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn select(id: RecordId) -> Query<Option<StoredRecord>> {
    let statement = Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)]);
    Query::new(statement, |rows| rows.first().map(read).transpose())
}

/// The ids of [`MEMBERS`], the root first.
pub(crate) fn select_members(id: RecordId) -> Query<Vec<RecordId>> {
    let sql = format!("SELECT id FROM records WHERE id IN {MEMBERS} ORDER BY root IS NOT NULL, id");
    Query::new(Statement::new(sql, [Value::text(id)]), |rows| read_all(rows, |row| row.parse("id")))
}

/// The members of the record that `id` is or is part of: the root first, then its parts.
pub async fn members(db: &impl Database, id: RecordId) -> Result<Vec<RecordId>, DatabaseError> {
    select_members(id).run(db).await
}

/// A statement that makes its batch a conflict unless a record has exactly these members, the root first, and the agent
/// has decided none of these events.
pub fn assert_unchanged(members: &[RecordId], undecided: &[EventId]) -> Statement {
    let sql = format!(
        "INSERT INTO assertions (holds)
         SELECT (SELECT json_group_array(id) FROM (SELECT id FROM records WHERE id IN {MEMBERS}
                     ORDER BY root IS NOT NULL, id)) = ?2
             AND NOT EXISTS (SELECT 1 FROM json_each(?3) wanted JOIN events e ON e.id = wanted.value
                             WHERE e.decided_at IS NOT NULL)"
    );
    let root = members.first().map_or(Value::Null, Value::text);
    Statement::new(sql, [root, Value::json(&members), Value::json(&undecided)])
}

/// One record; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: RecordId) -> Result<Option<StoredRecord>, DatabaseError> {
    select(id).run(db).await
}

/// The owners of those claims that belong to a record, each found by key.
pub(crate) fn select_owners(claims: &[&Claim]) -> Query<Vec<Owner>> {
    let wanted: Vec<(ClaimKind, &str)> = claims.iter().map(|claim| (claim.kind, claim.value.as_str())).collect();
    let sql = format!(
        "SELECT i.kind, i.value, i.shared, {} FROM json_each(?1) AS wanted
         JOIN identities i ON i.kind = wanted.value ->> 0 AND i.value = wanted.value ->> 1
         JOIN records part ON part.id = i.record
         JOIN records r ON r.id = COALESCE(part.root, part.id)",
        candidates::candidate()
    );
    Query::new(Statement::new(sql, [Value::json(&wanted)]), |rows| read_all(rows, read_owner))
}

/// The owners of those claims that belong to a record.
pub async fn owners(db: &impl Database, claims: &[&Claim]) -> Result<Vec<Owner>, DatabaseError> {
    select_owners(claims).run(db).await
}

fn read_owner(row: &Row) -> Result<Owner, RowError> {
    Ok(Owner {
        kind: row.parse("kind")?,
        value: row.text("value")?.to_owned(),
        shared: row.flag("shared")?,
        candidate: candidates::read_candidate(row)?,
    })
}

pub(crate) fn select_claims(record: RecordId) -> Query<Vec<Claim>> {
    let sql = format!("SELECT kind, value, role FROM identities WHERE record IN {MEMBERS} LIMIT 100");
    Query::new(Statement::new(sql, [Value::text(record)]), read_claims)
}

fn read_claims(rows: &[Row]) -> Result<Vec<Claim>, RowError> {
    let claim = |row: &Row| {
        Ok(Claim { kind: row.parse("kind")?, value: row.text("value")?.to_owned(), role: row.parse("role")? })
    };
    let mut claims = read_all(rows, claim)?;
    claims.sort();
    Ok(claims)
}

/// The mail addresses and telephone numbers of a record that other records own.
pub(crate) fn select_shared(record: RecordId) -> Query<Vec<Claim>> {
    let sql = format!(
        "WITH own AS (SELECT id, profile FROM records WHERE id IN {MEMBERS})
         SELECT DISTINCT i.kind, i.value, i.role
         FROM own CROSS JOIN json_each(own.profile) AS known CROSS JOIN json_each(known.value) AS said
         CROSS JOIN identities i ON i.kind = known.key AND i.value = said.value
         WHERE known.key IN ('email', 'phone') AND i.record NOT IN (SELECT id FROM own) LIMIT 100"
    );
    Query::new(Statement::new(sql, [Value::text(record)]), read_claims)
}

/// The mail addresses and telephone numbers of a record that other records own. They identify nobody, and a message to
/// them could reach another person.
pub async fn shared(db: &impl Database, record: RecordId) -> Result<Vec<Claim>, DatabaseError> {
    select_shared(record).run(db).await
}

/// The claims of a record and its parts, strongest first, at most 100.
pub async fn claims(db: &impl Database, record: RecordId) -> Result<Vec<Claim>, DatabaseError> {
    select_claims(record).run(db).await
}

/// The mail addresses of a record, sorted.
pub async fn addresses(db: &impl Database, record: RecordId) -> Result<Vec<String>, DatabaseError> {
    let claims = claims(db, record).await?;
    Ok(claims.into_iter().filter(|claim| claim.kind == ClaimKind::Email).map(|claim| claim.value).collect())
}
