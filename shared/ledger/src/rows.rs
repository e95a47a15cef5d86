//! Small pieces that several tables share.

use nerve_ports::{Row, RowError};

/// Reads every row.
pub(crate) fn read_all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, RowError>) -> Result<Vec<T>, RowError> {
    rows.iter().map(read).collect()
}
