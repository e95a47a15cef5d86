use super::{
    field::{Control, Field},
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::Risk;
use serde::{Deserialize, Serialize};

/// What a person must know to do a critical action themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The decision to take, with what it depends on.
    pub summary: String,
}

impl Case {
    pub(super) const FIELDS: &'static [Field] = &[Field::new(
        "summary",
        "What is to be decided",
        Control::Text { max: 4_000 },
        "The decision to take, with what it depends on.",
    )];

    /// The description of a critical kind: all of them prepare a case, and none can be taken back.
    pub(super) const fn spec(
        name: &'static str,
        label: &'static str,
        done: &'static str,
        about: &'static str,
    ) -> ActionSpec {
        let (icon, risk) = (ActionIcon::Person, Risk::Critical);
        ActionSpec { name, label, done, about, icon, risk, reversible: false, fields: Self::FIELDS }
    }
}

impl Params for Case {
    fn headline(&self) -> &str {
        &self.summary
    }
}
