//! Small pieces that several tables share.

use nerve_ports::{Row, RowError};

/// A list of ids as `(?1, ?2, ...)`, for `IN`.
pub(crate) fn placeholders(count: usize) -> String {
    let numbers: Vec<String> = (1..=count).map(|n| format!("?{n}")).collect();
    format!("({})", numbers.join(", "))
}

/// Reads every row.
pub(crate) fn read_all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, RowError>) -> Result<Vec<T>, RowError> {
    rows.iter().map(read).collect()
}
