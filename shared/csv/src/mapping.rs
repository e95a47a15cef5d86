use crate::{Column, Line, guess};
use nerve_intake::reading::Region;
use nerve_model::RecordType;
use serde::{Deserialize, Serialize};

/// What a file's columns say, and what it leaves unsaid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What each column says, in the order of the file.
    pub columns: Vec<Column>,
    /// What the records stand for where no column says it.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Where telephone numbers without a country code belong (ISO 3166).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whose the external ids are: `<source>:<object>`, as in `hubspot:contact`. The same for the same tool's files, so
    /// that what was imported is recognized.
    #[serde(default = "Mapping::own_ids")]
    pub ids: String,
}

/// Why a mapping does not fit its file, in words for who made it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not one for each column.
    #[error("The file has {expected} columns, the mapping {found}.")]
    Columns {
        /// How many the file has.
        expected: usize,
        /// How many the mapping has.
        found: usize,
    },
    /// Two columns say what a record has once.
    #[error("Two columns say {0:?}. A record has only one.")]
    Twice(String),
    /// Nothing that a record could be named or recognized by.
    #[error("Some column has to say a name, a mail address, a telephone number, an id or a serial number.")]
    NobodyNamed,
    /// No region of that code.
    #[error("{0:?} is no region of ISO 3166, such as DE.")]
    Region(String),
    /// Not `<source>:<object>`.
    #[error("{0:?} is not <source>:<object>, such as hubspot:contact.")]
    Ids(String),
}

impl Mapping {
    /// What the external ids of files belong to, of which nobody says it.
    pub fn own_ids() -> String {
        "file:record".to_owned()
    }

    /// What is guessed of a file.
    pub fn guessed(header: &[String], sample: &[Line]) -> Self {
        let columns = guess(header, sample);
        Self { columns, record_type: RecordType::Customer, region: None, ids: Self::own_ids() }
    }

    /// Whether it can be used on a file of so many columns.
    ///
    /// # Errors
    ///
    /// Where not; see [`MappingError`].
    pub fn check(&self, columns: usize) -> Result<(), MappingError> {
        if self.columns.len() != columns {
            return Err(MappingError::Columns { expected: columns, found: self.columns.len() });
        }
        let twice = |at: usize, column: &Column| {
            !column.repeats() && self.columns.iter().take(at).any(|earlier| earlier == column)
        };
        if let Some((_, column)) = self.columns.iter().enumerate().find(|(at, column)| twice(*at, column)) {
            return Err(MappingError::Twice(column.to_string()));
        }
        if !self.columns.iter().any(names) {
            return Err(MappingError::NobodyNamed);
        }
        if let Some(region) = self.region.as_ref().filter(|region| Region::named(region).is_none()) {
            return Err(MappingError::Region(region.clone()));
        }
        if is_scope(&self.ids) { Ok(()) } else { Err(MappingError::Ids(nerve_model::clip(&self.ids, 64))) }
    }
}

const fn names(column: &Column) -> bool {
    use Column::{Email, External, ExternalId, FamilyName, GivenName, Name, Phone, Record, Serial};
    matches!(column, Name | GivenName | FamilyName | Email | Phone | ExternalId | External | Serial | Record)
}

fn is_scope(text: &str) -> bool {
    let word = |word: &str| {
        (1..=40).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
    };
    text.split_once(':').is_some_and(|(source, object)| word(source) && word(object))
}
