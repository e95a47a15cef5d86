//! The situation of a record.
//!
//! [`timeline`] is the state machine of the `Record` object, which keeps open items in a table of their own.
//! [`Situation`] is the input of a recommendation; [`Document`] is its bounded and deterministic text.

mod condensed;
mod document;
mod earlier;
pub mod forget;
mod line;
mod lines;
mod members;
mod missing;
mod open_items;
mod rows;
mod situation;
mod span;
pub mod timeline;

pub use document::{DOCUMENT_BYTES, DOCUMENT_BYTES_SETTING, Document, Who, digest, document_bytes};
pub use line::Line;
pub use members::{Combined, Part, combined, comparison};
pub use situation::{About, Changed, Linked, OpenProposal, OpenTask, Situation};
pub use span::{says, within};
