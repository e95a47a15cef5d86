//! Figures of the deliveries that become no events. An `Inbox` object per source adds them up. They are approximate:
//! workers report every few seconds, and a worker that ends loses its unreported figures.

use nerve_model::Timestamp;
use serde::{Deserialize, Serialize};

/// The object of a source's figures. The name of an event's inbox has two parts, so it never collides.
pub fn object(source: &str) -> String {
    format!("health {source}")
}

/// The outcome of a delivery, or of an item in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Genuine, but no event.
    Ignored,
    /// Its signature is missing, invalid or cannot be checked.
    Rejected,
    /// Genuine and unreadable.
    Malformed,
    /// Refused through no fault of the vendor, which was asked to send again.
    Unavailable,
}

/// The number of deliveries with one outcome and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Count {
    /// The outcome.
    pub fate: Fate,
    /// The reason: a fixed phrase, never text of a vendor.
    pub reason: String,
    /// The number of deliveries.
    pub n: u32,
}

/// A refused delivery, as far as it can be shown: without secrets, signatures or its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// The arrival time.
    pub at: Timestamp,
    /// The outcome.
    pub fate: Fate,
    /// The reason.
    pub reason: String,
    /// The names of its headers, with the values of those that carry no secret.
    pub headers: Vec<(String, Option<String>)>,
    /// The length of its body in bytes.
    pub bytes: u32,
    /// The SHA-256 of its body, in hexadecimal.
    pub digest: String,
}

/// A worker's report: the figures since the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The counts.
    pub counts: Vec<Count>,
    /// Some of the refusals.
    pub refusals: Vec<Refusal>,
}

/// The figures of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceMetrics {
    /// Counts of the last 24 hours.
    pub day: Vec<Count>,
    /// Counts of the last seven days.
    pub week: Vec<Count>,
    /// The latest refusals, newest first.
    pub refusals: Vec<Refusal>,
}
