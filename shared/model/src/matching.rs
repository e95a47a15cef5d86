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
}
