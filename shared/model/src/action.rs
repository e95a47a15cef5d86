//! The actions Nerve can propose. An action of critical risk has no executable form: the types keep the two apart.
//!
//! Each kind of action has one file with its name, risk, parameters, bounds and labels. The list below names the kinds;
//! everything else is derived from it.

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
pub use spec::{ActionIcon, ActionSpec, Lack};

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

/// The proposed action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Action {
    /// An action that a connector can perform.
    Executable(Executable),
    /// An action that only a person can perform.
    HumanOwned(HumanOwned),
}

impl Executable {
    /// The same kind of action with other parameters.
    ///
    /// # Errors
    ///
    /// The parameters do not fit the kind, or one is out of bounds.
    pub fn with_params(&self, params: Value) -> Result<Self, ParamsError> {
        match Action::read(self.kind(), params) {
            Ok(Action::Executable(edited)) => edited.validate().map(|()| edited),
            Ok(Action::HumanOwned(_)) => Err(ParamsError::HumanOwned),
            Err(error) => Err(ParamsError::Shape(error.to_string())),
        }
    }

    /// The action with one parameter changed.
    ///
    /// # Errors
    ///
    /// As [`Self::with_params`].
    pub fn with_param(&self, field: &str, value: impl Into<Value>) -> Result<Self, ParamsError> {
        let mut params = self.params();
        if let Some(params) = params.as_object_mut() {
            params.insert(field.to_owned(), value.into());
        }
        self.with_params(params)
    }

    /// Refuses an action with a parameter out of bounds.
    pub fn validate(&self) -> Result<(), ParamsError> {
        self.kind().spec().check(&self.params())
    }

    /// The parameters as an object, keyed by field name.
    pub fn params(&self) -> Value {
        document::params(self)
    }

    /// What people still have to say before the action can be carried out; `None` where it is complete.
    pub fn lacks(&self) -> Option<&'static Lack> {
        self.inner().lacks()
    }

    /// Refuses an action that cannot be carried out as it is: with a parameter out of bounds, or one that is lacking.
    pub fn complete(&self) -> Result<(), ParamsError> {
        self.validate()?;
        self.lacks().map_or(Ok(()), |lack| Err(ParamsError::Lacking(lack.says)))
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

    /// The parameters as an object, keyed by field name.
    pub fn params(&self) -> Value {
        document::params(self)
    }

    /// The main text of the action: the task, the message or the decision to take.
    pub fn headline(&self) -> &str {
        match self {
            Self::Executable(action) => action.inner().headline(),
            Self::HumanOwned(action) => action.case().headline(),
        }
    }

    /// The urgency; `Normal` where the kind has no such parameter.
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
