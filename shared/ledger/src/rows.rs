//! Small pieces that several tables share.

use nerve_ports::{Row, RowError, Value};

/// The last number that every part of the platform carries exactly.
pub(crate) const LAST_NUMBER: i64 = 9_007_199_254_740_991;

/// Reads every row.
pub(crate) fn read_all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, RowError>) -> Result<Vec<T>, RowError> {
    rows.iter().map(read).collect()
}

/// A place in the order of entries.
pub(crate) fn place(row: &Row, column: &str) -> Result<u64, RowError> {
    let wrong = |_| RowError { column: column.to_owned(), problem: "is not a place in the order".to_owned() };
    u64::try_from(row.integer(column)?).map_err(wrong)
}

/// A place in the order of entries, as stored.
pub(crate) fn number(n: u64) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
