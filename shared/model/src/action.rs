//! What Nerve can propose. An action of critical risk has no executable form: the types keep the two apart.
//!
//! A kind of action lives in one file: its name, tier, parameters and bounds, and its words for people. The list below
//! names the kinds; everything else is made from it.

mod case;
mod derive;
mod document;
mod field;
mod kind;
mod priority;
#[cfg(feature = "schema")]
mod schema;
mod spec;

mod add_note;
mod cancel_service;
mod change_contract;
mod classify_event;
mod create_task;
mod disclose_data;
mod draft_message;
mod notify_internal;
mod refund;

pub use case::Case;
pub use field::{Choice, Control, Field, ParamsError};
pub use notify_internal::Audience;
pub use priority::Priority;
pub use spec::{ActionIcon, ActionSpec};

use document::Document;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use spec::Params;

derive::actions! {
    executable {
        AddNote in add_note,
        CreateTask in create_task,
        ClassifyEvent in classify_event,
        DraftMessage in draft_message,
        NotifyInternal in notify_internal,
    }
    human_owned {
        Refund in refund,
        CancelService in cancel_service,
        ChangeContract in change_contract,
        DiscloseData in disclose_data,
    }
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Action {
    /// A connector can do it.
    Executable(Executable),
    /// Only a person can do it.
    HumanOwned(HumanOwned),
}

impl Executable {
    /// The same kind of action with other parameters.
    pub fn with_params(&self, params: Value) -> Result<Self, ParamsError> {
        match Action::read(self.kind(), params) {
            Ok(Action::Executable(edited)) => edited.validate().map(|()| edited),
            Ok(Action::HumanOwned(_)) => Err(ParamsError::HumanOwned),
            Err(error) => Err(ParamsError::Shape(error.to_string())),
        }
    }

    /// Refuses an action of which a parameter is out of bounds.
    pub fn validate(&self) -> Result<(), ParamsError> {
        self.kind().spec().check(&self.params())
    }

    /// The parameters by the names of their fields.
    pub fn params(&self) -> Value {
        document::params(self)
    }
}

impl Action {
    /// The kind, without the parameters.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Executable(action) => action.kind(),
            Self::HumanOwned(action) => action.kind(),
        }
    }

    /// The parameters by the names of their fields.
    pub fn params(&self) -> Value {
        document::params(self)
    }

    /// What it comes to, in a line or a text: what is to be done, or what is said.
    pub fn headline(&self) -> &str {
        match self {
            Self::Executable(action) => action.inner().headline(),
            Self::HumanOwned(action) => action.case().headline(),
        }
    }

    /// How soon it wants attention.
    pub fn priority(&self) -> Priority {
        match self {
            Self::Executable(action) => action.inner().priority(),
            Self::HumanOwned(action) => action.case().priority(),
        }
    }

    /// The executable form; critical actions have none.
    pub const fn executable(&self) -> Option<&Executable> {
        match self {
            Self::Executable(action) => Some(action),
            Self::HumanOwned(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Document { kind, params } = Document::deserialize(deserializer)?;
        Self::read(kind, params).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Executable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let action = Action::deserialize(deserializer)?;
        action
            .executable()
            .cloned()
            .ok_or_else(|| D::Error::custom(format!("{} has no executable form", action.kind())))
    }
}
