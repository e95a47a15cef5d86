use crate::{ClaimKind, RecordRef, named::named_enum};
use serde::{Deserialize, Serialize, Serializer};

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
    #[serde(serialize_with = "rounded")]
    pub weight: f64,
}

/// The next best record, when there was one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunnerUp {
    /// The other record.
    pub record: RecordRef,
    /// Its confidence, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
}

/// Whom an event concerns, and why Nerve thinks so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Match {
    /// How sure.
    pub verdict: MatchVerdict,
    /// 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// Field by field.
    pub evidence: Vec<Evidence>,
    /// The next best record.
    pub runner_up: Option<RunnerUp>,
    /// Where records were weighed against one another: what was likely before anything was compared, and what others who
    /// could be meant change, in bits. The evidence is in bits as well then, and all together are the log-odds of the
    /// confidence. Null where an exact claim or a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "rounded_if_any")]
    pub prior: Option<f64>,
    /// Who else it is hardest to tell from: prior and evidence say how much likelier the record is. Completes "rather
    /// than".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
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
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// What was likely before anything was compared, and what others who could be meant change, in bits.
    #[serde(serialize_with = "rounded")]
    pub prior: f64,
    /// Who else it is hardest to tell from: prior and evidence say how much likelier the record is. Completes "rather
    /// than".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Field by field, in bits: with the prior they are the log-odds of the confidence.
    pub evidence: Vec<Evidence>,
}

/// Digests cover what is written here, and it is read and written again. A number of more than fifteen digits may not
/// read as what was written: `serde_json` is exact only up to there.
fn rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e9).round() / 1e9)
}

fn rounded_if_any<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_read_is_written_as_it_was(confidence in 0.0..1.0_f64, weight in -100.0..100.0_f64) {
            let evidence = Evidence { field: ClaimKind::Name, value: String::new(), finding: String::new(), weight };
            let matched = Match {
                verdict: MatchVerdict::Confident,
                confidence,
                evidence: vec![evidence],
                runner_up: None,
                prior: Some(-weight),
                against: None,
            };
            let written = serde_json::to_string(&matched).unwrap();
            let read: Match = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }
}
