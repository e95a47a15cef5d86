use nerve_model::{Attributes, one_line};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

/// The meaning of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Column {
    /// The import ignores it.
    Ignored,
    /// The id of a Nerve record, as an export writes it.
    Record,
    /// The type of the record.
    Type,
    /// The whole name.
    Name,
    /// The first part of a person's name.
    GivenName,
    /// The last part of a person's name.
    FamilyName,
    /// The person who looks after the record.
    Owner,
    /// The record's stage.
    Stage,
    /// Mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Ids of the tool that the file comes from.
    ExternalId,
    /// Ids of any tool, with their namespace, as an export writes them: `stripe:customer:cus_123`.
    External,
    /// Serial numbers.
    Serial,
    /// An attribute, by its name.
    Attribute(String),
}

/// A text that names no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is nothing that a column can say")]
pub struct NotAColumn(String);

const ATTRIBUTE: &str = "attribute:";

/// All meanings but attributes, in the order in which the form offers them.
const PLAIN: [(Column, &str); 13] = [
    (Column::Ignored, "ignore"),
    (Column::Name, "name"),
    (Column::GivenName, "given_name"),
    (Column::FamilyName, "family_name"),
    (Column::Email, "email"),
    (Column::Phone, "phone"),
    (Column::ExternalId, "external_id"),
    (Column::Serial, "serial"),
    (Column::Type, "type"),
    (Column::Owner, "owner"),
    (Column::Stage, "stage"),
    (Column::Record, "record"),
    (Column::External, "external"),
];

impl Column {
    /// All meanings but attributes.
    pub fn plain() -> impl Iterator<Item = &'static Self> {
        PLAIN.iter().map(|(column, _)| column)
    }

    /// True if several columns of a file may have this meaning: a record has one name, but may have several addresses.
    pub const fn repeats(&self) -> bool {
        matches!(self, Self::Ignored | Self::Email | Self::Phone | Self::ExternalId | Self::External | Self::Serial)
    }

    /// An attribute by that name, if the name is allowed.
    pub fn attribute(name: &str) -> Option<Self> {
        let name = one_line(name, Attributes::NAME_CHARS);
        (!name.is_empty()).then_some(Self::Attribute(name))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, "{ATTRIBUTE}{name}"),
            plain => f.write_str(PLAIN.iter().find(|(column, _)| column == plain).map_or("", |(_, name)| name)),
        }
    }
}

impl FromStr for Column {
    type Err = NotAColumn;

    fn from_str(text: &str) -> Result<Self, NotAColumn> {
        let attribute = || text.strip_prefix(ATTRIBUTE).and_then(Self::attribute);
        let plain = PLAIN.iter().find(|(_, name)| *name == text).map(|(column, _)| column.clone());
        plain.or_else(attribute).ok_or_else(|| NotAColumn(nerve_model::clip(text, 64)))
    }
}

impl Serialize for Column {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Column {
    fn schema_name() -> Cow<'static, str> {
        "Column".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = PLAIN.iter().map(|(_, name)| *name).collect();
        schemars::json_schema!({
            "type": "string",
            "pattern": format!("^({}|{ATTRIBUTE}.{{1,{}}})$", names.join("|"), Attributes::NAME_CHARS)
        })
    }
}
