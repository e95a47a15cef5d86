use serde::{Deserialize, Serialize};

/// A column of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// How its values are read.
    pub kind: Kind,
}

/// How the values of a column are read, and into which parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole name of a person or company: itself, `.given`, `.surname`, `.middle`, `.generation`, `.company`.
    Name,
    /// A mail address: itself, `.box` (where it is delivered), `.local` and `.letters` (none for a function),
    /// `.domain`, `.role` (only for a function); a company's domain also becomes part of `domain`.
    Email,
    /// A telephone number: its digits, `.tail` the last seven.
    Phone,
    /// A web domain that is no free provider's.
    Domain,
    /// A street with house number: its name, and `.house`.
    Street,
    /// A code such as a postcode: letters and digits.
    Code,
    /// A date as eight digits.
    Date,
    /// Words.
    Text,
    /// Another tool's id: itself, and `.tool`, what stands before its last colon.
    Id,
    /// As it is.
    Verbatim,
}
