//! The stored and displayed name of a kind of action.

use super::ActionKind;
use crate::{Risk, UnknownName, clip};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::{fmt, str::FromStr};

impl ActionKind {
    /// The name by which the kind is stored, sent and shown.
    pub const fn as_str(self) -> &'static str {
        self.spec().name
    }

    /// The risk of the kind, before its parameters are considered.
    pub const fn base_risk(self) -> Risk {
        self.spec().risk
    }

    /// Nerve can undo the effect.
    pub const fn is_reversible(self) -> bool {
        self.spec().reversible
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ActionKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|kind| kind.as_str() == text).copied();
        found.ok_or_else(|| UnknownName { what: "action kind", name: clip(text, 64) })
    }
}

impl Serialize for ActionKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ActionKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ActionKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ActionKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let named = |kind: &Self| serde_json::json!({"type": "string", "const": kind.as_str(), "description": kind.spec().about});
        let names: Vec<_> = Self::ALL.iter().map(named).collect();
        schemars::json_schema!({"description": "The kind of an action. Its base risk is fixed.", "oneOf": names})
    }
}
