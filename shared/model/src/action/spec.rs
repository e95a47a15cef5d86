//! The description of a kind of action.

use super::{
    field::{Field, ParamsError},
    priority::Priority,
};
use crate::Risk;
use serde_json::Value;

/// Everything there is to say about a kind of action. Names, forms, schemas, labels and documentation are made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionSpec {
    /// The name by which the kind is stored and sent.
    pub name: &'static str,
    /// The kind for people, as an order: `Add a note`.
    pub label: &'static str,
    /// The kind for people, once it is done: `Added a note`.
    pub done: &'static str,
    /// The sentence that documents it.
    pub about: &'static str,
    /// The drawing beside it.
    pub icon: ActionIcon,
    /// Its tier, before the parameters are looked at.
    pub risk: Risk,
    /// Nerve can take it back.
    pub reversible: bool,
    /// The parameters, in the order of a form.
    pub fields: &'static [Field],
}

impl ActionSpec {
    /// Only a person carries it out.
    pub(super) const fn is_critical(&self) -> bool {
        matches!(self.risk, Risk::Critical)
    }

    /// Refuses parameters of which one is out of bounds.
    pub(super) fn check(&self, params: &Value) -> Result<(), ParamsError> {
        self.fields.iter().try_for_each(|field| field.check(params.get(field.name).unwrap_or(&Value::Null)))
    }
}

/// A drawing beside an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionIcon {
    /// A box with a check mark.
    Task,
    /// A sheet of paper.
    Note,
    /// An envelope.
    Mail,
    /// A bell.
    Bell,
    /// A tag.
    Tag,
    /// A shield: only a person does it.
    Person,
}

/// The parameters of an action, whatever its kind.
pub(super) trait Params {
    /// What it comes to, in a line or a text: what is to be done, or what is said.
    fn headline(&self) -> &str;

    /// How soon it wants attention.
    fn priority(&self) -> Priority {
        Priority::Normal
    }
}
