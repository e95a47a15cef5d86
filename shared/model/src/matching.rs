use crate::{ClaimKind, RecordRef, named::named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// How sure Nerve is whom an event concerns.
    "match verdict" enum MatchVerdict {
        /// One record, by evidence that settles it.
        Confident = "confident",
        /// More than one record could be meant: a person decides.
        Ambiguous = "ambiguous",
        /// Nobody known: a provisional record was created.
        New = "new",
    }
}

/// One field that spoke for or against a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The sort of claim compared.
    pub field: ClaimKind,
    /// The value in the event.
    pub value: String,
    /// How it compared, for example `same`, `not known before`, `belongs to Acme Ltd`.
    pub finding: String,
    /// What it adds to the confidence; negative when it speaks against.
    pub weight: f64,
}

/// The next best record, when there was one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunnerUp {
    /// The other record.
    pub record: RecordRef,
    /// Its confidence, 0 to 1.
    pub confidence: f64,
}

/// Whom an event concerns, and why Nerve thinks so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Match {
    /// How sure.
    pub verdict: MatchVerdict,
    /// 0 to 1.
    pub confidence: f64,
    /// Field by field.
    pub evidence: Vec<Evidence>,
    /// The next best record.
    pub runner_up: Option<RunnerUp>,
    /// Where records were weighed against one another: what was likely before anything was compared, and what others who
    /// could be meant change, in bits. The evidence is in bits as well then, and all together are the log-odds of the
    /// confidence. Null where an exact claim or a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<f64>,
}

named_enum! {
    /// Whether a question was answered.
    "question status" enum QuestionStatus {
        /// It waits for a person.
        Open = "open",
        /// A person answered it.
        Answered = "answered",
    }
}

/// A record that could be meant, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// The record.
    pub record: RecordRef,
    /// How likely it is, 0 to 1.
    pub confidence: f64,
    /// What was likely before anything was compared, and what others who could be meant change, in bits.
    pub prior: f64,
    /// Field by field, in bits: with the prior they are the log-odds of the confidence.
    pub evidence: Vec<Evidence>,
}
