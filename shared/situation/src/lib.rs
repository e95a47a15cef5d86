//! What is happening to a record.
//!
//! [`timeline`] is the state machine of the `Record` object, with what stands open about it in a table of its own;
//! [`Situation`] is what a recommendation rests on, and [`Document`] the same for a reader: bounded and deterministic.

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
