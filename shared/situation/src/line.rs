use nerve_model::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest line.
pub(crate) const LINE_CHARS: usize = 240;

/// Something with a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// When it happened, was proposed or is due.
    pub at: Option<Timestamp>,
    /// What, on one line; text from outside is in it.
    pub text: String,
}
