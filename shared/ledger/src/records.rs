//! Records and whose the claims are.

use crate::{
    candidates::{self, Standing},
    page::{Listing, Page, PageRequest, paged},
    rows::read_all,
};
use nerve_model::{Claim, ClaimKind, EventId, RecordId, RecordRef, RecordType, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, type, name, provisional, owner, root, created_at, updated_at FROM records";

/// The ids of everything that a record is made of, for `record IN`: the record that `?1` is, or is part of, and what was
/// merged into that.
pub(crate) const FAMILY: &str = "(SELECT COALESCE((SELECT root FROM records WHERE id = ?1), ?1) AS id
    UNION ALL SELECT id FROM records WHERE root = COALESCE((SELECT root FROM records WHERE id = ?1), ?1))";

/// For what a record has many of: the newest of each of its parts, as a condition on `id`. However much there is, no
/// more than `limit` rows of each part are read. `record` is the parameter that names the record.
pub(crate) fn newest(table: &str, record: &str, condition: &str, limit: &str) -> String {
    let family = FAMILY.replace("?1", record);
    format!(
        "id IN (SELECT t.id FROM {family} part CROSS JOIN {table} t ON t.id IN (
             SELECT id FROM {table} WHERE record = part.id AND {condition} ORDER BY id DESC LIMIT {limit}))"
    )
}

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredRecord {
    /// The record.
    pub id: RecordId,
    /// What it stands for.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Its display name.
    pub name: String,
    /// Made by Nerve from an event; nobody has confirmed it.
    pub provisional: bool,
    /// Who looks after it.
    pub owner: Option<String>,
    /// The record that it is part of since a merge.
    pub root: Option<RecordId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl StoredRecord {
    /// Enough of it to name and link it.
    pub fn reference(&self) -> RecordRef {
        RecordRef { id: self.id, record_type: self.record_type, name: self.name.clone() }
    }
}

/// Whose a claim is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The sort of claim.
    pub kind: ClaimKind,
    /// Its value.
    pub value: String,
    /// More than one party goes by it: it does not decide alone.
    pub shared: bool,
    /// Whose it is.
    pub standing: Standing,
}

/// Writes a new record.
pub fn insert(record: &RecordRef, provisional: bool, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO records (id, type, name, provisional, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        [
            Value::text(record.id),
            Value::text(record.record_type),
            record.name.as_str().into(),
            provisional.into(),
            at.into(),
        ],
    )
}

/// Notes that a claim belongs to a record. Refused as a conflict when it belongs to any record already.
pub fn learn(record: RecordId, claim: &Claim, event: EventId, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO identities (kind, value, record, role, event, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
            Value::text(claim.kind),
            claim.value.as_str().into(),
            Value::text(record),
            Value::text(claim.role),
            Value::text(event),
            at.into(),
        ],
    )
}

pub(crate) fn read(row: &Row) -> Result<StoredRecord, RowError> {
    Ok(StoredRecord {
        id: row.parse("id")?,
        record_type: row.parse("type")?,
        name: row.text("name")?.to_owned(),
        provisional: row.flag("provisional")?,
        owner: row.optional_text("owner")?.map(str::to_owned),
        root: row.optional_text("root")?.map(|_| row.parse("root")).transpose()?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn select(id: RecordId) -> Statement {
    Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])
}

/// The ids of [`FAMILY`], the record itself first.
pub(crate) fn select_family(id: RecordId) -> Statement {
    let sql = format!("SELECT id FROM records WHERE id IN {FAMILY} ORDER BY root IS NOT NULL, id");
    Statement::new(sql, [Value::text(id)])
}

/// Everything that the record `id` is, or is part of, is made of: the record itself first, then what was merged into it.
pub async fn family(db: &impl Database, id: RecordId) -> Result<Vec<RecordId>, DatabaseError> {
    Ok(read_all(&db.query(select_family(id)).await?, |row| row.parse("id"))?)
}

/// Refuses the batch unless a record is made of exactly these, the record itself first, and none of these events has been
/// decided.
pub fn assert_unchanged(family: &[RecordId], undecided: &[EventId]) -> Statement {
    let sql = format!(
        "INSERT INTO assertions (holds)
         SELECT (SELECT json_group_array(id) FROM (SELECT id FROM records WHERE id IN {FAMILY}
                     ORDER BY root IS NOT NULL, id)) = ?2
             AND NOT EXISTS (SELECT 1 FROM json_each(?3) wanted JOIN events e ON e.id = wanted.value
                             WHERE e.decided_at IS NOT NULL)"
    );
    let root = family.first().map_or(Value::Null, Value::text);
    Statement::new(sql, [root, Value::json(&family), Value::json(&undecided)])
}

/// One record.
pub async fn get(db: &impl Database, id: RecordId) -> Result<Option<StoredRecord>, DatabaseError> {
    Ok(db.query(select(id)).await?.first().map(read).transpose()?)
}

/// The look-up behind [`read_owners`]: by key for each claim.
pub(crate) fn find_owners(claims: &[&Claim]) -> Statement {
    let wanted: Vec<(ClaimKind, &str)> = claims.iter().map(|claim| (claim.kind, claim.value.as_str())).collect();
    let sql = format!(
        "SELECT i.kind, i.value, i.shared, {} FROM json_each(?1) AS wanted
         JOIN identities i ON i.kind = wanted.value ->> 0 AND i.value = wanted.value ->> 1
         JOIN records part ON part.id = i.record
         JOIN records r ON r.id = COALESCE(part.root, part.id)",
        candidates::standing()
    );
    Statement::new(sql, [Value::json(&wanted)])
}

/// Those of the claims that belong to somebody.
pub(crate) fn read_owners(rows: &[Row]) -> Result<Vec<Owner>, RowError> {
    read_all(rows, read_owner)
}

fn read_owner(row: &Row) -> Result<Owner, RowError> {
    Ok(Owner {
        kind: row.parse("kind")?,
        value: row.text("value")?.to_owned(),
        shared: row.flag("shared")?,
        standing: candidates::read_standing(row)?,
    })
}

pub(crate) fn read_ref(row: &Row) -> Result<RecordRef, RowError> {
    Ok(RecordRef { id: row.parse("id")?, record_type: row.parse("type")?, name: row.text("name")?.to_owned() })
}

pub(crate) fn select_claims(record: RecordId) -> Statement {
    let sql = format!("SELECT kind, value, role FROM identities WHERE record IN {FAMILY} LIMIT 100");
    Statement::new(sql, [Value::text(record)])
}

pub(crate) fn read_claims(rows: &[Row]) -> Result<Vec<Claim>, RowError> {
    let claim = |row: &Row| {
        Ok(Claim { kind: row.parse("kind")?, value: row.text("value")?.to_owned(), role: row.parse("role")? })
    };
    let mut claims = read_all(rows, claim)?;
    claims.sort();
    Ok(claims)
}

/// What is known to belong to a record, strongest first, at most 100.
pub async fn claims(db: &impl Database, record: RecordId) -> Result<Vec<Claim>, DatabaseError> {
    Ok(read_claims(&db.query(select_claims(record)).await?)?)
}

/// The mail addresses of a record, sorted.
pub async fn addresses(db: &impl Database, record: RecordId) -> Result<Vec<String>, DatabaseError> {
    let claims = claims(db, record).await?;
    Ok(claims.into_iter().filter(|claim| claim.kind == ClaimKind::Email).map(|claim| claim.value).collect())
}

/// A page of records, newest first; `search` narrows it to names that contain the text, or to whom a claim belongs.
pub async fn list(
    db: &impl Database,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<StoredRecord>, DatabaseError> {
    // `LIKE` would take `%` and `_` for wildcards, and D1 refuses patterns of more than 50 bytes.
    let matches = "(instr(lower(name), lower(?)) > 0
                    OR id IN (SELECT record FROM identities WHERE value IN (?, lower(?))))";
    let listing = Listing::new(SELECT, "id").filter(matches, search);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |record| record.id.to_string())?)
}
