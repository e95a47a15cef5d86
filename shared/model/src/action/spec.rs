//! The description of a kind of action.

use super::{
    field::{Field, ParamsError},
    priority::Priority,
};
use crate::Risk;
use serde_json::Value;

/// The complete description of a kind of action. Names, forms, schemas, labels and documentation are derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionSpec {
    /// The name by which the kind is stored and sent.
    pub name: &'static str,
    /// The label of an action to do: `Add a note`.
    pub label: &'static str,
    /// The label of an action that is done: `Added a note`.
    pub done: &'static str,
    /// The sentence that documents the kind.
    pub about: &'static str,
    /// The icon beside the action.
    pub icon: ActionIcon,
    /// The risk, before the parameters are considered.
    pub risk: Risk,
    /// Nerve can undo the effect.
    pub reversible: bool,
    /// The parameters, in the order of the form.
    pub fields: &'static [Field],
}

impl ActionSpec {
    /// Only a person performs the action.
    pub(super) const fn is_critical(&self) -> bool {
        matches!(self.risk, Risk::Critical)
    }

    /// Refuses parameters of which one is out of bounds.
    pub(super) fn check(&self, params: &Value) -> Result<(), ParamsError> {
        self.fields.iter().try_for_each(|field| field.check(params.get(field.name).unwrap_or(&Value::Null)))
    }
}

/// An icon beside an action.
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
    /// A shield: only a person performs the action.
    Person,
}

/// The common view of the parameters of all kinds.
pub(super) trait Params {
    /// The main text of the action: the task, the message or the decision to take.
    fn headline(&self) -> &str;

    /// The urgency.
    fn priority(&self) -> Priority {
        Priority::Normal
    }

    /// What people still have to say before the action can be carried out.
    fn lacks(&self) -> Option<&'static Lack> {
        None
    }
}

/// A parameter that may be left open while an action waits, and without which it is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// The name of the parameter.
    pub field: &'static str,
    /// The lack as a clause, for example `the message has no recipient`.
    pub says: &'static str,
    /// The question for people where no other asks for it.
    pub asks: &'static str,
}
