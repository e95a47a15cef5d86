//! The members of a record, as SQL.

use nerve_model::RecordRef;
use nerve_ports::{Row, RowError};

/// The most members of a record, itself included: each is read for a decision. A trigger has the same number.
pub const MAX_PARTS: usize = 100;

/// A subquery for `record IN` with the ids of all members of the record `?1`: its root and all parts of the root.
pub(crate) const MEMBERS: &str = "(SELECT COALESCE((SELECT root FROM records WHERE id = ?1), ?1) AS id
    UNION ALL SELECT id FROM records WHERE root = COALESCE((SELECT root FROM records WHERE id = ?1), ?1))";

/// A condition on `id` for the newest rows of each member. It reads at most `limit` rows for each member. `record` is
/// the SQL parameter with the record's id.
pub(crate) fn newest(table: &str, record: &str, condition: &str, limit: &str) -> String {
    let members = MEMBERS.replace("?1", record);
    format!(
        "id IN (SELECT t.id FROM {members} part CROSS JOIN {table} t ON t.id IN (
             SELECT id FROM {table} WHERE record = part.id AND {condition} ORDER BY id DESC LIMIT {limit}))"
    )
}

/// The record reference in a row.
pub(crate) fn read_ref(row: &Row) -> Result<RecordRef, RowError> {
    Ok(RecordRef { id: row.parse("id")?, record_type: row.parse("type")?, name: row.text("name")?.to_owned() })
}
