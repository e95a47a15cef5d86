use nerve_model::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest line, in characters.
pub(crate) const LINE_CHARS: usize = 240;

/// A line of a document, with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// The time of the event, proposal or due date.
    pub at: Option<Timestamp>,
    /// The text, in one line; it may contain text from outside.
    pub text: String,
}
