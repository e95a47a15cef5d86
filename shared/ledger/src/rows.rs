//! Small pieces that several tables share.

use nerve_ports::{Row, RowError};

/// The last number that every part of the platform carries exactly.
pub(crate) const LAST_NUMBER: i64 = 9_007_199_254_740_991;

/// Reads every row.
pub(crate) fn read_all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, RowError>) -> Result<Vec<T>, RowError> {
    rows.iter().map(read).collect()
}
