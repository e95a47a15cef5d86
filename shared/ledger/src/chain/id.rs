use nerve_model::RecordId;
use std::{fmt, str::FromStr};

/// Which chain an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainId {
    /// Everything about one record.
    Record(RecordId),
    /// Changes of policy.
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
