//! Links between records.

use crate::{members::MEMBERS, query::Query, rows::read_all};
use nerve_model::{Claim, RecordId, RecordRef, Relation, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use nerve_situation::Linked;
use serde::Serialize;

/// The most links of a record that are read in each direction.
const READ: u32 = 100;

/// The links of relation `?2` between any part of the record `?1` and any part of the root `?3`.
fn between() -> String {
    format!(
        "relation = ?2 AND record IN {MEMBERS}
         AND other IN (SELECT ?3 UNION ALL SELECT id FROM records WHERE root = ?3)"
    )
}

/// A link, seen from one of its ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Link {
    /// The relation of the other to the record; with `reverse`, of the record to the other.
    pub relation: Relation,
    /// The link leads to the record rather than away from it.
    pub reverse: bool,
    /// The record at the other end.
    pub other: RecordRef,
    /// The stage of the other record.
    pub stage: Option<String>,
    /// The time at which the link was made.
    pub created_at: Timestamp,
}

impl From<Link> for Linked {
    fn from(Link { relation, reverse, other, stage, .. }: Link) -> Self {
        Self { relation, reverse, other, stage }
    }
}

/// Links a record to another: `other` is its `relation`. Refused as a conflict when the link exists.
pub fn insert(record: RecordId, relation: Relation, other: RecordId, at: Timestamp) -> Statement {
    let sql = "INSERT INTO record_links (record, relation, other, created_at) VALUES (?1, ?2, ?3, ?4)";
    Statement::new(sql, [Value::text(record), Value::text(relation), Value::text(other), at.into()])
}

/// Removes every link of this relation between any member of the record and any member of the other.
pub fn remove(record: RecordId, relation: Relation, other: RecordId) -> Statement {
    let sql = format!("DELETE FROM record_links WHERE {}", between());
    Statement::new(sql, [Value::text(record), Value::text(relation), Value::text(other)])
}

/// A link of this relation exists between any member of the record and any member of the other.
pub async fn exists(
    db: &impl Database,
    record: RecordId,
    relation: Relation,
    other: RecordId,
) -> Result<bool, DatabaseError> {
    let sql = format!("SELECT 1 FROM record_links WHERE {} LIMIT 1", between());
    let params = [Value::text(record), Value::text(relation), Value::text(other)];
    Ok(!db.query(Statement::new(sql, params)).await?.is_empty())
}

/// The most links of a claim's owner that are read when an event arrives.
pub const AROUND: u32 = 40;

/// A link of a record that owns one of the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The record.
    pub of: RecordId,
    /// The link, seen from that record.
    pub link: Link,
}

/// The links of the records that own these claims, at most [`AROUND`] for each record.
pub(crate) fn select_around(claims: &[&Claim]) -> Query<Vec<Around>> {
    let wanted: Vec<_> = claims.iter().map(|claim| (claim.kind, claim.value.as_str())).collect();
    let sql = "WITH owner AS MATERIALIZED (
             SELECT DISTINCT COALESCE(part.root, part.id) AS root FROM json_each(?1) AS wanted
             CROSS JOIN identities i ON i.kind = wanted.value ->> 0 AND i.value = wanted.value ->> 1
             CROSS JOIN records part ON part.id = i.record),
         around (root, links) AS (
             SELECT owner.root, (SELECT json_group_array(json_array(relation, reverse, far, created_at)) FROM (
                 SELECT l.relation, 0 AS reverse, l.other AS far, l.created_at FROM records own
                     CROSS JOIN record_links l ON l.record = own.id WHERE own.id = owner.root OR own.root = owner.root
                 UNION ALL SELECT l.relation, 1, l.record, l.created_at FROM records own
                     CROSS JOIN record_links l ON l.other = own.id WHERE own.id = owner.root OR own.root = owner.root
                 LIMIT ?2)) FROM owner)
         SELECT around.root AS of, link.value ->> 0 AS relation, link.value ->> 1 AS reverse,
             link.value ->> 3 AS created_at, r.id, r.type, r.name, r.stage
         FROM around, json_each(around.links) AS link
         CROSS JOIN records part ON part.id = link.value ->> 2
         CROSS JOIN records r ON r.id = COALESCE(part.root, part.id)";
    Query::new(Statement::new(sql, [Value::json(&wanted), AROUND.into()]), |rows| read_all(rows, read_around))
}

fn read_around(row: &Row) -> Result<Around, RowError> {
    Ok(Around { of: row.parse("of")?, link: read_link(row)? })
}

pub(crate) fn select(record: RecordId) -> Query<Vec<Link>> {
    let direction = |reverse: u8, own: &str, far: &str| {
        format!(
            "SELECT * FROM (SELECT l.relation, {reverse} AS reverse, l.created_at, r.id, r.type, r.name, r.stage FROM record_links l
             JOIN records part ON part.id = l.{far} JOIN records r ON r.id = COALESCE(part.root, part.id)
             WHERE l.{own} IN {MEMBERS} LIMIT {READ})"
        )
    };
    let sql = format!("{} UNION ALL {}", direction(0, "record", "other"), direction(1, "other", "record"));
    Query::new(Statement::new(sql, [Value::text(record)]), read)
}

fn read(rows: &[Row]) -> Result<Vec<Link>, RowError> {
    let mut links = read_all(rows, read_link)?;
    links.sort_by_key(key);
    links.dedup_by(|one, other| key(one) == key(other));
    Ok(links)
}

fn read_link(row: &Row) -> Result<Link, RowError> {
    let other = RecordRef { id: row.parse("id")?, record_type: row.parse("type")?, name: row.text("name")?.to_owned() };
    let (relation, reverse) = (row.parse("relation")?, row.flag("reverse")?);
    let stage = row.optional_text("stage")?.map(str::to_owned);
    Ok(Link { relation, reverse, other, stage, created_at: row.time("created_at")? })
}

fn key(link: &Link) -> (bool, Relation, RecordId) {
    (link.reverse, link.relation, link.other.id)
}

/// The links of a record, at most 100 in each direction: those that lead away first, sorted by relation.
pub async fn of(db: &impl Database, record: RecordId) -> Result<Vec<Link>, DatabaseError> {
    let links = select(record).run(db).await?;
    // A part may have been linked to the record before the merge.
    Ok(links.into_iter().filter(|link| link.other.id != record).collect())
}
