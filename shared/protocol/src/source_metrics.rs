//! What becomes of deliveries that do not become events. An `Inbox` object per source keeps these figures; they are
//! figures, not promises: a worker hands them over every few seconds, and what it has not handed over when it ends is lost.

use nerve_model::Timestamp;
use serde::{Deserialize, Serialize};

/// The object that keeps the figures of a source. No event's inbox has a name of one part only.
pub fn object(source: &str) -> String {
    format!("health {source}")
}

/// What became of a delivery, or of an item in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Genuine, and nothing that could change a decision.
    Ignored,
    /// Not genuine, or not provably so.
    Rejected,
    /// Genuine and unreadable.
    Malformed,
    /// Not taken through no fault of the vendor's: it was asked to send again.
    Unavailable,
}

/// How often something became of deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Count {
    /// What became of them.
    pub fate: Fate,
    /// Why: a phrase, not what a vendor wrote.
    pub reason: String,
    /// How many.
    pub n: u32,
}

/// A delivery that was not taken, as far as it can be shown: without secrets, signatures or its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// When it arrived.
    pub at: Timestamp,
    /// What became of it.
    pub fate: Fate,
    /// Why.
    pub reason: String,
    /// The names of its headers, with the values of those that carry no secret.
    pub headers: Vec<(String, Option<String>)>,
    /// The length of its body in bytes.
    pub bytes: u32,
    /// The SHA-256 of its body, in hexadecimal.
    pub digest: String,
}

/// What a worker hands over: what happened since it did so before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How often.
    pub counts: Vec<Count>,
    /// Some of those that were not taken.
    pub refusals: Vec<Refusal>,
}

/// What an object knows of its source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceMetrics {
    /// Within the last 24 hours.
    pub day: Vec<Count>,
    /// Within the last seven days.
    pub week: Vec<Count>,
    /// The last that were not taken, newest first.
    pub refusals: Vec<Refusal>,
}
