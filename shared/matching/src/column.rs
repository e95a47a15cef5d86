use serde::{Deserialize, Serialize};

/// A column of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The kind of its values.
    pub kind: Kind,
}

/// The kind of a column's values: how they are normalized, and the parts they give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole name of a person or company: itself, `.given`, `.surname`, `.middle`, `.generation`, `.company`.
    Name,
    /// A mail address: itself, `.box` (its mailbox), `.local` and `.letters` (none if it names a function), `.domain`,
    /// `.role` (only if it names a function); a company's domain also becomes part of `domain`.
    Email,
    /// A telephone number: its digits, `.tail` the last seven.
    Phone,
    /// A web domain of anybody but a free mail provider.
    Domain,
    /// A street with house number: its name, and `.house`.
    Street,
    /// A code such as a postcode: letters and digits.
    Code,
    /// A date as eight digits.
    Date,
    /// Words.
    Text,
    /// An id of another tool: itself, and `.tool`, the text before its last colon.
    Id,
    /// Unchanged text.
    Verbatim,
}
