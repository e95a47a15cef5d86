use nerve_model::RecordId;
use std::{fmt, str::FromStr};

/// The id of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainId {
    /// The chain of one record.
    Record(RecordId),
    /// The chain of settings and grants.
    Settings,
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(id) => id.fmt(f),
            Self::Settings => f.write_str("settings"),
        }
    }
}

impl FromStr for ChainId {
    type Err = nerve_model::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "settings" { Ok(Self::Settings) } else { text.parse().map(Self::Record) }
    }
}
