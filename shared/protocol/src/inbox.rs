//! The `Inbox` object: keeps deliveries until they are handed on. One per partition.

use crate::{
    frame::{self, FrameError},
    source_metrics::Report,
};
use nerve_model::{DedupKey, Event, EventId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The binding of the object's namespace.
pub const BINDING: &str = "INBOX";

/// The object that keeps an event: by its strongest claim, so that the events of one party queue up in one place,
/// else by its subject.
///
/// Names stand in rows, in logs and in what the platform shows of objects, where no mail address or number belongs:
/// after the source comes only a digest. Copies of one delivery have one name all the same.
pub fn name(event: &Event) -> String {
    let strongest = event.outside_claims().filter(|claim| claim.kind.is_strong()).min_by_key(|claim| claim.kind);
    let (kind, value) =
        strongest.map_or(("subject", event.subject.as_str()), |claim| (claim.kind.as_str(), &claim.value));
    let digest = Sha256::new().chain_update(kind).chain_update(":").chain_update(value).finalize();
    let half = digest.get(..16).unwrap_or_default();
    format!("{}:{}", event.source, hex::encode(half))
}

/// The source whose events an inbox keeps; `None` for a name that is no inbox's.
pub fn source(name: &str) -> Option<&str> {
    name.split_once(':').map(|(source, _)| source)
}

/// What an inbox is asked. `Accept` travels in a [`crate::frame`] with the event's JSON text and the raw body, one after
/// the other; `Raw` is answered in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Keep this event and its raw body, unless its dedup key is known.
    Accept(Accept),
    /// Say where a delivery stands.
    Inspect {
        /// Its dedup key.
        dedup_key: DedupKey,
    },
    /// Return the raw body.
    Raw {
        /// Its dedup key.
        dedup_key: DedupKey,
    },
    /// Forget what came with a delivery: its party is erased.
    Erase(Forget),
    /// Forget somebody whom a delivery of somebody else speaks of. Its raw body goes.
    Scrub(Forget),
    /// Add to the figures of a source; to the object that [`crate::source_metrics::object`] names.
    Report(Report),
    /// Say what the figures of a source are; to the same object.
    SourceMetrics,
}

impl Command {
    /// The frame in which it travels with these bytes. Not generic, so that there is one of it in each worker.
    ///
    /// # Errors
    ///
    /// None in practice: every command can be written.
    pub fn frame(&self, parts: &[&[u8]]) -> Result<Vec<u8>, FrameError> {
        frame::encode(self, parts)
    }
}

/// What an inbox needs to know of a delivery to keep it. The event itself travels as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// This inbox's own name, kept with the event so that its raw body can be found again.
    pub inbox: String,
    /// The event's id.
    pub event: EventId,
    /// The event's dedup key.
    pub dedup_key: DedupKey,
    /// How many bytes of the frame are the event's JSON text; the rest is the raw body.
    pub event_bytes: u32,
    /// Selected request headers.
    pub headers: Vec<(String, String)>,
}

/// Whom an inbox forgets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// The delivery's dedup key.
    pub dedup_key: DedupKey,
    /// What is known of the person, in lower case.
    pub words: Vec<String>,
}

/// The answer to [`Command::Accept`]. Tagged from outside: reading an inner tag takes code that every source would carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepted {
    /// Stored now.
    Accepted {
        /// The event's id.
        event: EventId,
    },
    /// Stored before.
    Duplicate {
        /// The id it was stored under.
        event: EventId,
        /// How many copies came after the first.
        duplicates: u32,
    },
}

/// The answer to [`Command::Inspect`], `None` when the key is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The event's id.
    pub event: EventId,
    /// How many copies came after the first.
    pub duplicates: u32,
    /// Whether its record has it.
    pub dispatched: bool,
    /// How many times in a row handing it on, or reporting its copies, failed.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The document of the frame that answers [`Command::Raw`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawBody {
    /// Selected request headers.
    pub headers: Vec<(String, String)>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The body's length in bytes.
    pub bytes: u32,
    /// When the body was deleted by the retention policy; the frame then carries no bytes.
    pub expired_at: Option<Timestamp>,
}
