//! Forms, files, support cases, automations and records of other tools.

use crate::named::named_enum;
use serde::{Deserialize, Serialize};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The question, in one line.
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
    /// The title of the form.
    pub title: Option<String>,
    /// The vendor's id of the submission.
    pub submission: Option<String>,
    /// The answers in the order of the form; the first hundred.
    pub answers: Vec<Answer>,
}

/// A folder at a storage vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Folder {
    /// The vendor's id.
    pub id: String,
    /// The name.
    pub name: Option<String>,
}

/// Details of `file.uploaded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileUploaded {
    /// The vendor's id of the file.
    pub file: String,
    /// The file name.
    pub name: String,
    /// The size in bytes.
    pub bytes: Option<u64>,
    /// The version, where the vendor counts them.
    pub version: Option<String>,
    /// The folders that contain the file, outermost first.
    pub path: Vec<Folder>,
    /// The uploader: a mail address, else a name.
    pub uploaded_by: Option<String>,
}

/// Details of `support.escalated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupportEscalated {
    /// The vendor's id of the case.
    pub ticket: String,
    /// The subject of the case.
    pub subject: Option<String>,
    /// The priority, in the vendor's words.
    pub priority: Option<String>,
    /// The status, in the vendor's words.
    pub status: Option<String>,
    /// The team that handles the case.
    pub group: Option<String>,
    /// The assignee among our own people.
    pub assignee: Option<String>,
    /// The change that made it an escalation, for example `priority rose from normal to urgent`.
    pub because: String,
}

/// Details of `support.solved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupportSolved {
    /// The vendor's id of the case.
    pub ticket: String,
    /// The subject of the case.
    pub subject: Option<String>,
    /// The status, in the vendor's words.
    pub status: Option<String>,
}

named_enum! {
    /// The state that an automation reports.
    "run state" enum RunState {
        /// The run failed.
        Failed = "failed",
        /// A later run succeeded, possibly after a failure.
        Recovered = "recovered",
    }
}

/// Details of `automation.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AutomationFailed {
    /// The name of the workflow, for example `Nightly export`.
    pub workflow: String,
    /// The place of the workflow, for example a repository and branch.
    pub place: Option<String>,
    /// The vendor's id of the run.
    pub run: Option<String>,
    /// The number of the attempt within that run.
    pub attempt: Option<u32>,
    /// The state of the workflow.
    pub state: RunState,
    /// The error, in the vendor's words.
    pub reason: Option<String>,
}

/// Details of `record.stage_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordStageChanged {
    /// The other tool's word for the sort of record, for example `deal`.
    pub object: String,
    /// The other tool's id of the record.
    pub id: String,
    /// The other tool's word for what changed, where the record has several stages; each goes on by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The name of the record, where the other tool reports it.
    pub name: Option<String>,
    /// The previous stage, where the other tool reports it.
    pub from: Option<String>,
    /// The present stage; `None` where it was taken away.
    pub to: Option<String>,
    /// The person who moved it.
    pub changed_by: Option<String>,
}

/// Details of `record.merged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordMerged {
    /// The other tool's word for the sort of record, for example `contact`.
    pub object: String,
    /// The id by which the merged record goes on.
    pub id: String,
    /// The former id of the record that the others became part of, where it got a new one.
    pub primary: Option<String>,
    /// The ids of the records that became part of it.
    pub merged: Vec<String>,
    /// The name of the record, where the other tool reports it.
    pub name: Option<String>,
    /// The person who merged them.
    pub merged_by: Option<String>,
}

impl RecordMerged {
    /// The ids of all records that are one now, each once: the one that the others became part of first, then its new
    /// id.
    pub fn ids(&self) -> Vec<&str> {
        let all = self.primary.iter().chain([&self.id]).chain(&self.merged);
        let mut ids = Vec::new();
        for id in all.map(String::as_str) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
}
