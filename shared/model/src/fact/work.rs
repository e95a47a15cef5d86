//! Forms, files, support cases, automations and records of other tools.

use crate::named::named_enum;
use serde::{Deserialize, Serialize};

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The question, one line.
    pub question: String,
    /// The answer, clipped; several choices are separated by commas.
    pub answer: String,
}

/// Details of `form.submitted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FormSubmitted {
    /// The vendor's id of the form.
    pub form: String,
    /// Its title.
    pub title: Option<String>,
    /// The vendor's id of the submission.
    pub submission: Option<String>,
    /// What was answered, in the order of the form; the first hundred.
    pub answers: Vec<Answer>,
}

/// A folder at a storage vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Folder {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// Details of `file.uploaded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileUploaded {
    /// The vendor's id of the file.
    pub file: String,
    /// Its name.
    pub name: String,
    /// How long it is, in bytes.
    pub bytes: Option<u64>,
    /// The version, where the vendor counts them.
    pub version: Option<String>,
    /// Where it lies, the outermost folder first.
    pub path: Vec<Folder>,
    /// Who uploaded it: a mail address, else a name.
    pub uploaded_by: Option<String>,
}

/// Details of `support.escalated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupportEscalated {
    /// The vendor's id of the case.
    pub ticket: String,
    /// What it is about.
    pub subject: Option<String>,
    /// How urgent, in the vendor's words.
    pub priority: Option<String>,
    /// Where it stands, in the vendor's words.
    pub status: Option<String>,
    /// The team it lies with.
    pub group: Option<String>,
    /// Which of our own people has it.
    pub assignee: Option<String>,
    /// What made it an escalation, for example `priority rose from normal to urgent`.
    pub because: String,
}

named_enum! {
    /// What an automation reports.
    "run state" enum RunState {
        /// It failed.
        Failed = "failed",
        /// It ran well after it had failed, or may have.
        Recovered = "recovered",
    }
}

/// Details of `automation.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AutomationFailed {
    /// What failed, for example `Nightly export`.
    pub workflow: String,
    /// Where it belongs, for example a repository and branch.
    pub place: Option<String>,
    /// The vendor's id of the run.
    pub run: Option<String>,
    /// Which attempt of that run.
    pub attempt: Option<u32>,
    /// Whether it failed or runs again.
    pub state: RunState,
    /// What went wrong, in the vendor's words.
    pub reason: Option<String>,
}

/// Details of `record.stage_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordStageChanged {
    /// What sort of record the other tool calls it, for example `deal`.
    pub object: String,
    /// The other tool's id of it.
    pub id: String,
    /// Its name, where the other tool says.
    pub name: Option<String>,
    /// The stage it was in, where the other tool says.
    pub from: Option<String>,
    /// The stage it is in now.
    pub to: String,
    /// Who moved it.
    pub changed_by: Option<String>,
}
