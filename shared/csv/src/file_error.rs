/// The reason a whole file cannot be read, worded for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A workbook, a picture, anything but text.
    #[error("This is not a text file. Save the sheet as CSV and send that.")]
    NoText,
    /// No header.
    #[error("The file is empty. Its first row has to name the columns.")]
    Empty,
    /// A header and nothing else.
    #[error("The file has a header but no rows.")]
    NoRows,
    /// More bytes than [`crate::MAX_FILE_BYTES`].
    #[error("The file is larger than 10 MB. Split it: what was imported before is recognized.")]
    TooLarge,
    /// More rows than [`crate::MAX_ROWS`].
    #[error("The file has more than 100,000 rows. Split it: what was imported before is recognized.")]
    TooManyRows,
    /// More columns than [`crate::MAX_COLUMNS`].
    #[error("The file has more than 200 columns.")]
    TooManyColumns,
}
