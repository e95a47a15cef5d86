use super::{
    field::{Control, Field},
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::Risk;
use serde::{Deserialize, Serialize};

/// The case that a person decides on when only a person can perform the action.
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

    /// The description of a critical kind: it takes a case, and Nerve cannot undo it.
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
