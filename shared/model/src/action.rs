//! What Nerve can propose. An action of critical risk has no executable form: the types keep the two apart.

use crate::{Risk, Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

named_enum! {
    /// The kind of an action. Its risk tier is fixed here.
    "action kind" enum ActionKind {
        /// Write a note on the record.
        AddNote = "crm.add_note",
        /// Create a task on the record.
        CreateTask = "crm.create_task",
        /// Write a message without sending it.
        DraftMessage = "message.draft",
        /// Tell our own staff.
        NotifyInternal = "notify.internal",
        /// Give money back.
        Refund = "payment.refund",
        /// End a service.
        CancelService = "service.cancel",
        /// Change what was agreed.
        ChangeContract = "contract.change",
        /// Hand out sensitive data.
        DiscloseData = "data.disclose",
    }
}

impl ActionKind {
    /// The tier of the kind, before its parameters are looked at.
    pub const fn base_risk(self) -> Risk {
        match self {
            Self::AddNote | Self::CreateTask | Self::DraftMessage => Risk::Low,
            Self::NotifyInternal => Risk::Medium,
            Self::Refund | Self::CancelService | Self::ChangeContract | Self::DiscloseData => Risk::Critical,
        }
    }

    /// Whether Nerve can take it back.
    pub const fn is_reversible(self) -> bool {
        matches!(self, Self::AddNote | Self::CreateTask | Self::DraftMessage)
    }
}

named_enum! {
    /// How soon something wants attention.
    "priority" enum Priority {
        /// In the ordinary run of work.
        Normal = "normal",
        /// Before other things.
        Urgent = "urgent",
    }
}

named_enum! {
    /// Which colleagues are told.
    "audience" enum Audience {
        /// Whoever looks after the record.
        Owner = "owner",
        /// Everyone who works in the console.
        Team = "team",
    }
}

/// Parameters of `crm.create_task`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// What is to be done; 1 to 200 characters on one line.
    pub title: String,
    /// What one needs to know; at most 4,000 characters.
    #[serde(default)]
    pub detail: String,
    /// How soon.
    pub priority: Priority,
    /// When it should be done.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// Who should do it; nobody means the record's owner. At most 80 characters.
    #[serde(default)]
    pub assignee: Option<String>,
}

/// Parameters of `crm.add_note`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// The note; 1 to 4,000 characters.
    pub text: String,
}

/// Parameters of `message.draft`. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftMessage {
    /// The mail address it is meant for, when one is known.
    #[serde(default)]
    pub to: Option<String>,
    /// 1 to 200 characters on one line.
    pub subject: String,
    /// 1 to 10,000 characters of plain text.
    pub body: String,
}

/// Parameters of `notify.internal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotifyInternal {
    /// Who is told.
    pub audience: Audience,
    /// 1 to 500 characters.
    pub text: String,
    /// How soon it wants attention.
    pub priority: Priority,
}

/// What a person must know to do a critical action themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is to be decided; 1 to 4,000 characters.
    pub summary: String,
}

/// An action a connector can carry out. No critical kind is among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "params")]
pub enum Executable {
    /// Create a task.
    #[serde(rename = "crm.create_task")]
    CreateTask(CreateTask),
    /// Add a note.
    #[serde(rename = "crm.add_note")]
    AddNote(AddNote),
    /// Draft a message.
    #[serde(rename = "message.draft")]
    DraftMessage(DraftMessage),
    /// Tell our own staff.
    #[serde(rename = "notify.internal")]
    NotifyInternal(NotifyInternal),
}

/// A critical action: prepared and tracked by Nerve, carried out by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "params")]
pub enum HumanOwned {
    /// Give money back.
    #[serde(rename = "payment.refund")]
    Refund(Case),
    /// End a service.
    #[serde(rename = "service.cancel")]
    CancelService(Case),
    /// Change what was agreed.
    #[serde(rename = "contract.change")]
    ChangeContract(Case),
    /// Hand out sensitive data.
    #[serde(rename = "data.disclose")]
    DiscloseData(Case),
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Action {
    /// A connector can do it.
    Executable(Executable),
    /// Only a person can do it.
    HumanOwned(HumanOwned),
}

/// Parameters that do not fit their action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// The document does not have the shape of the action's parameters.
    #[error("{0}")]
    Shape(String),
    /// A text is too short or too long.
    #[error("{field} must have {min} to {max} characters")]
    Length {
        /// The parameter.
        field: &'static str,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// A text that must stand on one line has line breaks or control characters.
    #[error("{0} must be one line of plain text")]
    NotOneLine(&'static str),
    /// Not a mail address.
    #[error("{0} must be a mail address")]
    NotAnAddress(&'static str),
    /// Critical actions are described by Nerve and cannot be edited into something else.
    #[error("a critical action cannot be edited")]
    HumanOwned,
}

impl Executable {
    /// The kind, without the parameters.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::CreateTask(_) => ActionKind::CreateTask,
            Self::AddNote(_) => ActionKind::AddNote,
            Self::DraftMessage(_) => ActionKind::DraftMessage,
            Self::NotifyInternal(_) => ActionKind::NotifyInternal,
        }
    }

    /// The same kind of action with other parameters.
    pub fn with_params(&self, params: Value) -> Result<Self, ParamsError> {
        let document = serde_json::json!({"kind": self.kind(), "params": params});
        let edited: Self = serde_json::from_value(document).map_err(|error| ParamsError::Shape(error.to_string()))?;
        edited.validate()?;
        Ok(edited)
    }

    /// Whether every parameter is within its bounds.
    pub fn validate(&self) -> Result<(), ParamsError> {
        match self {
            Self::CreateTask(task) => {
                line("title", &task.title, 200)?;
                length("detail", &task.detail, 0, 4_000)?;
                task.assignee.as_deref().map_or(Ok(()), |name| line("assignee", name, 80))
            }
            Self::AddNote(note) => length("text", &note.text, 1, 4_000),
            Self::DraftMessage(draft) => {
                draft.to.as_deref().map_or(Ok(()), |to| address("to", to))?;
                line("subject", &draft.subject, 200)?;
                length("body", &draft.body, 1, 10_000)
            }
            Self::NotifyInternal(notice) => length("text", &notice.text, 1, 500),
        }
    }
}

impl HumanOwned {
    /// The kind, without the case.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Refund(_) => ActionKind::Refund,
            Self::CancelService(_) => ActionKind::CancelService,
            Self::ChangeContract(_) => ActionKind::ChangeContract,
            Self::DiscloseData(_) => ActionKind::DiscloseData,
        }
    }

    /// The case.
    pub const fn case(&self) -> &Case {
        match self {
            Self::Refund(case) | Self::CancelService(case) | Self::ChangeContract(case) | Self::DiscloseData(case) => {
                case
            }
        }
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

    /// What it comes to, in a line or a text: what is to be done, or what is said.
    pub fn headline(&self) -> &str {
        match self {
            Self::Executable(Executable::CreateTask(task)) => &task.title,
            Self::Executable(Executable::AddNote(note)) => &note.text,
            Self::Executable(Executable::DraftMessage(draft)) => &draft.subject,
            Self::Executable(Executable::NotifyInternal(notice)) => &notice.text,
            Self::HumanOwned(owned) => &owned.case().summary,
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

fn length(field: &'static str, text: &str, min: usize, max: usize) -> Result<(), ParamsError> {
    let count = text.chars().count();
    let blank = min > 0 && text.trim().is_empty();
    if blank || count < min || count > max { Err(ParamsError::Length { field, min, max }) } else { Ok(()) }
}

fn line(field: &'static str, text: &str, max: usize) -> Result<(), ParamsError> {
    length(field, text, 1, max)?;
    if text.chars().any(char::is_control) { Err(ParamsError::NotOneLine(field)) } else { Ok(()) }
}

/// Enough to catch slips and header injection; whether the address exists only a mail server knows.
fn address(field: &'static str, text: &str) -> Result<(), ParamsError> {
    let plausible = text.len() <= 254
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'));
    if plausible { Ok(()) } else { Err(ParamsError::NotAnAddress(field)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn draft() -> Executable {
        Executable::DraftMessage(DraftMessage { to: None, subject: "s".into(), body: "b".into() })
    }

    #[test]
    fn editing_keeps_the_kind_and_checks_the_parameters() {
        let ok = draft().with_params(json!({"to": "ada@example.com", "subject": "Hello", "body": "text"}));
        assert_eq!(ok.map(|action| action.kind()), Ok(ActionKind::DraftMessage));
        for (params, problem) in [
            (json!({"subject": "", "body": "b"}), "subject must have 1 to 200 characters"),
            (json!({"subject": "  ", "body": "b"}), "subject must have 1 to 200 characters"),
            (json!({"subject": "a\r\nBcc: x@y.z", "body": "b"}), "subject must be one line of plain text"),
            (
                json!({"to": "ada@example.com, eve@example.com", "subject": "s", "body": "b"}),
                "to must be a mail address",
            ),
            (json!({"subject": "s", "body": "x".repeat(10_001)}), "body must have 1 to 10000 characters"),
        ] {
            assert_eq!(draft().with_params(params).map_err(|e| e.to_string()), Err(problem.to_owned()));
        }
        assert!(matches!(
            draft().with_params(json!({"subject": "s", "body": "b", "cc": "x"})),
            Err(ParamsError::Shape(_))
        ));
        assert!(matches!(draft().with_params(json!("text")), Err(ParamsError::Shape(_))));
    }

    #[test]
    fn no_critical_kind_reads_as_executable() {
        for kind in ActionKind::ALL.iter().filter(|kind| kind.base_risk() == Risk::Critical) {
            let document = json!({"kind": kind, "params": {"summary": "s"}});
            assert!(serde_json::from_value::<Executable>(document.clone()).is_err(), "{kind}");
            let action: Action = serde_json::from_value(document).unwrap();
            assert!(action.executable().is_none() && action.kind() == *kind);
        }
    }
}
