//! Readers and values that several tables share.

use nerve_ports::{Row, RowError, Value};

/// The largest integer that JavaScript represents exactly, and with it every part of the platform.
pub(crate) const LAST_NUMBER: i64 = 9_007_199_254_740_991;

/// Reads every row.
pub(crate) fn read_all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, RowError>) -> Result<Vec<T>, RowError> {
    rows.iter().map(read).collect()
}

/// The number of an entry in a row.
pub(crate) fn place(row: &Row, column: &str) -> Result<u64, RowError> {
    let wrong = |_| RowError { column: column.to_owned(), problem: "is not a place in the order".to_owned() };
    u64::try_from(row.integer(column)?).map_err(wrong)
}

/// The number of an entry as a parameter.
pub(crate) fn number(n: u64) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
