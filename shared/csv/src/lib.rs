//! Records in and out of files.
//!
//! A file of any origin becomes a [`Sheet`]: its encoding and separator are found out. A [`Mapping`] says what its
//! columns mean, guessed from their headers until a person corrects it. Each row then reads as a [`Draft`] or is refused
//! with its reasons, and [`KnownRecords::decide`] says what becomes of a draft among the records there are: what is there
//! already stays as it is, and what could be meant in two ways is refused, never guessed.
//!
//! What [`write()`] writes, the same code reads back unchanged.

mod check;
mod column;
mod decide;
mod decode;
mod draft;
mod file_error;
mod guess;
mod mapping;
mod sheet;
mod write;

pub use check::Check;
pub use column::{Column, NotAColumn};
pub use decide::{Change, Decision, Existing, KnownRecords};
pub use draft::{Draft, Key, Reader};
pub use file_error::FileError;
pub use guess::guess;
pub use mapping::{Mapping, MappingError};
pub use sheet::{Line, MAX_COLUMNS, MAX_FILE_BYTES, MAX_LINE_BYTES, MAX_ROWS, Refusal, Sheet};
pub use write::{Exported, csv_row, refused, write};
