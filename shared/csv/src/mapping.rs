use crate::{Column, Line, guess};
use nerve_model::{RecordType, Region};
use serde::{Deserialize, Serialize};

/// The meanings of a file's columns, and defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The meaning of each column, in the order of the file.
    pub columns: Vec<Column>,
    /// The record type of rows without one.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// The region (ISO 3166) of telephone numbers without a country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The namespace of the external ids: `<source>:<object>`, as in `hubspot:contact`. Files of one tool share it, so
    /// that records are recognized across imports.
    #[serde(default = "Mapping::own_ids")]
    pub ids: String,
}

/// The reason a mapping does not fit its file, worded for the person who made it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The number of meanings is not that of the columns.
    #[error("The file has {expected} columns, the mapping {found}.")]
    Columns {
        /// The number of columns in the file.
        expected: usize,
        /// The number of columns in the mapping.
        found: usize,
    },
    /// Two columns have a meaning that a record has once.
    #[error("Two columns say {0:?}. A record has only one.")]
    Twice(String),
    /// No column names or recognizes a record.
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
    /// The namespace of external ids if nobody names one.
    pub fn own_ids() -> String {
        "file:record".to_owned()
    }

    /// The guessed mapping of a file.
    pub fn guessed(header: &[String], sample: &[Line]) -> Self {
        let columns = guess(header, sample);
        Self { columns, record_type: RecordType::Customer, region: None, ids: Self::own_ids() }
    }

    /// Checks that the mapping fits a file of this many columns.
    ///
    /// # Errors
    ///
    /// It does not; see [`MappingError`].
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
        if let Some(region) = self.region.as_ref().filter(|region| region.parse::<Region>().is_err()) {
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
