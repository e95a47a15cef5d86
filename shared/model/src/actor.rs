use serde::{Deserialize, Serialize};
use std::fmt;

/// The author of a change or decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "name", rename_all = "snake_case")]
pub enum Actor {
    /// A person signed in to the console, by the name they gave.
    Person(String),
    /// A program with an API token, by the name of the token.
    Token(String),
    /// A rule that may act without a person, by its name.
    Rule(String),
    /// A part of Nerve, for example `executor`.
    System(String),
}

impl Actor {
    /// A part of Nerve.
    pub fn system(part: &str) -> Self {
        Self::System(part.to_owned())
    }

    /// The actor is a person or acts for one with an API token.
    pub const fn is_human(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Token(_))
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(name) => f.write_str(name),
            Self::Token(name) => write!(f, "API token {name}"),
            Self::Rule(name) => write!(f, "rule {name}"),
            Self::System(part) => write!(f, "Nerve ({part})"),
        }
    }
}
