use crate::{ClaimKind, RecordRef, named::named_enum};
use serde::{Deserialize, Serialize, Serializer};

named_enum! {
    /// The certainty of a match.
    "match verdict" enum MatchVerdict {
        /// One record, identified by sufficient evidence.
        Confident = "confident",
        /// Several records are possible: a person decides.
        Ambiguous = "ambiguous",
        /// No known record: Nerve created a provisional one.
        New = "new",
    }
}

/// The comparison of one field, for or against a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The kind of claim compared.
    pub field: ClaimKind,
    /// The value in the event.
    pub value: String,
    /// The result of the comparison, for example `same`, `not known before`, `belongs to Acme Ltd`.
    pub finding: String,
    /// The field's contribution to the confidence; negative when it is evidence against the match.
    #[serde(serialize_with = "rounded")]
    pub weight: f64,
}

/// The second-best record of a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunnerUp {
    /// The record.
    pub record: RecordRef,
    /// The confidence that it is the one, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
}

/// The record match of an event, with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Match {
    /// The certainty of the match.
    pub verdict: MatchVerdict,
    /// The confidence, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// The comparison of each field.
    pub evidence: Vec<Evidence>,
    /// The second-best record, if there was one.
    pub runner_up: Option<RunnerUp>,
    /// The prior in bits: the likelihood before any comparison, adjusted for the other candidates. Only a match by
    /// scores has one; the evidence is in bits too, and their sum is the log-odds of the confidence. Null where an
    /// exact claim or a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "rounded_if_any")]
    pub prior: Option<f64>,
    /// The rival that is hardest to tell apart: prior and evidence compare the record with it. The text completes
    /// "rather than".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
}

named_enum! {
    /// The status of a question.
    "question status" enum QuestionStatus {
        /// A person has not answered it yet.
        Open = "open",
        /// A person answered it.
        Answered = "answered",
    }
}

/// A record that an event may belong to, with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// The record.
    pub record: RecordRef,
    /// The confidence that it is the one, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// The prior in bits: the likelihood before any comparison, adjusted for the other candidates.
    #[serde(serialize_with = "rounded")]
    pub prior: f64,
    /// The rival that is hardest to tell apart: prior and evidence compare the record with it. The text completes
    /// "rather than".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// The comparison of each field, in bits; prior and evidence sum to the log-odds of the confidence.
    pub evidence: Vec<Evidence>,
}

/// Writes at most nine decimals. Digests cover the written number, and `serde_json` reads back exactly only up to
/// fifteen digits.
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
        fn a_match_is_written_as_it_was_read(confidence in 0.0..1.0_f64, weight in -100.0..100.0_f64) {
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
