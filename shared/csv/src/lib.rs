//! Import and export of records as CSV.
//!
//! A file becomes a [`Sheet`], which detects encoding and separator. A [`Mapping`] gives each column a meaning, guessed
//! from the headers until a person corrects it. Each row becomes a [`Draft`] or is refused with reasons.
//! [`KnownRecords::decide`] decides on a draft: values that a record has stay as they are, and an ambiguous row is
//! refused.
//!
//! The same code reads the output of [`write()`] back unchanged.

mod cell;
mod check;
mod column;
mod decide;
mod decode;
mod draft;
mod file_error;
mod fold;
mod guess;
mod mapping;
mod names;
mod rows;
mod sheet;
mod types;
mod write;

pub use check::Check;
pub use column::{Column, NotAColumn};
pub use decide::{Change, Decision, Existing, KnownRecords};
pub use decode::{Encoding, NotAnEncoding};
pub use draft::{Draft, Key, Reader};
pub use file_error::FileError;
pub use guess::guess;
pub use mapping::{Mapping, MappingError};
pub use rows::MAX_LINE_BYTES;
pub use sheet::{Line, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, Refusal, Sheet, reread_header};
pub use write::{Exported, csv_row, refused, write};
