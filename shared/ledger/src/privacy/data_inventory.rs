//! The data inventory: the tables with rows about a person. Exports and erasures both use it; a test compares it with
//! the tables of the database.

use crate::members::MEMBERS;
use nerve_model::RecordId;
use nerve_ports::{Database, DatabaseError, Row, Statement, Value};
use serde_json::{Map, Value as Json};

/// The rows of one table that belong to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InventoryItem {
    /// The table; also the name of the part in an export.
    pub table: &'static str,
    /// The condition on rows whose record is among `{members}`.
    of: &'static str,
    /// The expression that identifies and orders the rows.
    key: &'static str,
    /// The treatment of the rows by an erasure.
    fate: Fate,
}

/// The treatment of rows when their person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The rows are deleted.
    Deleted,
    /// The rows stay without data about the person.
    Emptied,
}

const fn deleted(table: &'static str, of: &'static str, key: &'static str) -> InventoryItem {
    InventoryItem { table, of, key, fate: Fate::Deleted }
}

const fn emptied(table: &'static str, of: &'static str, key: &'static str) -> InventoryItem {
    InventoryItem { table, of, key, fate: Fate::Emptied }
}

/// Every table with rows of a record.
pub const DATA_INVENTORY: [InventoryItem; 20] = [
    emptied("records", "id IN {members}", "id"),
    deleted("identities", "record IN {members}", "kind || ':' || value"),
    deleted("events", "record IN {members}", "id"),
    deleted("proposals", "record IN {members}", "id"),
    deleted("tasks", "record IN {members}", "id"),
    deleted("notes", "record IN {members}", "id"),
    deleted("drafts", "record IN {members}", "id"),
    deleted("notifications", "record IN {members}", "id"),
    deleted("classifications", "record IN {members}", "id"),
    deleted("record_keys", "record IN {members}", "record || ' ' || key"),
    deleted("record_words", "record IN {members}", "record || ' ' || word"),
    deleted("record_links", "record IN {members} OR other IN {members}", "record || ' ' || relation || ' ' || other"),
    deleted("handles", "record IN {members}", "record || ' ' || handle"),
    deleted("questions", "record IN {members}", "id"),
    deleted("associations", "record IN {members}", "record || ' ' || event"),
    deleted("advice", "record IN {members}", "record || ' ' || recommender"),
    deleted("recombined", "record IN {members}", "record"),
    emptied("merges", "part IN {members} OR record IN {members}", "id"),
    emptied("ledger", "chain IN {members}", "printf('%020d', seq)"),
    emptied("ledger_bodies", "chain IN {members}", "chain || printf(' %020d', n)"),
];

impl InventoryItem {
    fn condition(&self) -> String {
        self.of.replace("{members}", MEMBERS)
    }

    /// The statement that deletes the rows of the record `?1`; `None` where they are only emptied.
    pub(super) fn delete(&self) -> Option<String> {
        let delete = || format!("DELETE FROM {} WHERE {}", self.table, self.condition());
        (self.fate == Fate::Deleted).then(delete)
    }
}

/// A page of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The rows, by column.
    pub items: Vec<Map<String, Json>>,
    /// The `cursor` of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// A page of the rows of one table that belong to a record.
pub async fn part(
    db: &impl Database,
    held: &InventoryItem,
    record: RecordId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Part, DatabaseError> {
    let InventoryItem { table, key, .. } = held;
    let sql = format!(
        "SELECT *, {key} AS row_key FROM {table} WHERE ({}) AND {key} > ?2 ORDER BY {key} LIMIT ?3",
        held.condition()
    );
    let params = [Value::text(record), cursor.unwrap_or_default().into(), limit.saturating_add(1).into()];
    let rows = db.query(Statement::new(sql, params)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let last = rows.get(..limit).filter(|_| rows.len() > limit).and_then(<[Row]>::last);
    let next = last.map(|row| row.text("row_key").map(str::to_owned)).transpose()?;
    Ok(Part { items: rows.iter().take(limit).map(document).collect(), next })
}

/// A row as a JSON object; JSON text in columns becomes JSON.
fn document(row: &Row) -> Map<String, Json> {
    let columns = row.0.iter().filter(|(column, _)| *column != "row_key");
    columns.map(|(column, value)| (column.clone(), json(value))).collect()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
        Value::Text(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        Value::Text(text) => text.as_str().into(),
        Value::Blob(bytes) => hex::encode(bytes).into(),
    }
}
