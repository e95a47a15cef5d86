//! What a record is made of, in the words of SQLite.

use nerve_model::RecordRef;
use nerve_ports::{Row, RowError};

/// The ids of everything that a record is made of, for `record IN`: the record that `?1` is, or is part of, and what was
/// merged into that.
pub(crate) const MEMBERS: &str = "(SELECT COALESCE((SELECT root FROM records WHERE id = ?1), ?1) AS id
    UNION ALL SELECT id FROM records WHERE root = COALESCE((SELECT root FROM records WHERE id = ?1), ?1))";

/// For what a record has many of: the newest of each of its parts, as a condition on `id`. However much there is, no
/// more than `limit` rows of each part are read. `record` is the parameter that names the record.
pub(crate) fn newest(table: &str, record: &str, condition: &str, limit: &str) -> String {
    let members = MEMBERS.replace("?1", record);
    format!(
        "id IN (SELECT t.id FROM {members} part CROSS JOIN {table} t ON t.id IN (
             SELECT id FROM {table} WHERE record = part.id AND {condition} ORDER BY id DESC LIMIT {limit}))"
    )
}

/// The record that a row names.
pub(crate) fn read_ref(row: &Row) -> Result<RecordRef, RowError> {
    Ok(RecordRef { id: row.parse("id")?, record_type: row.parse("type")?, name: row.text("name")?.to_owned() })
}
