//! The `Inbox` object stores deliveries until they are dispatched. There is one per partition.

use crate::{
    frame::{self, FrameError},
    source_metrics::Report,
    unread::Unread,
};
use nerve_model::{ClaimKind, DedupKey, Event, EventId, Role, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The binding of the object's namespace.
pub const BINDING: &str = "INBOX";

/// The name of the inbox that stores an event: by its strongest claim, so that events of one party queue up in one
/// place, else by its subject.
///
/// Names appear in rows, in logs and in the platform's lists of objects, which must show no mail address or number: a
/// digest follows the source. Copies of one delivery still share one name: a telephone number that is still to be read
/// counts by its digits as they are written.
pub fn name(event: &Event, unread: &Unread) -> String {
    let claims = event.outside_claims().filter(|claim| claim.kind.is_strong());
    let claims = claims.map(|claim| (claim.kind, claim.value.clone()));
    let phones = unread.phones.iter().filter(|phone| phone.role != Role::Owner);
    let phones = phones.filter_map(|phone| Some((ClaimKind::Phone, format!("+{}", phone.digits()?))));
    let strongest = claims.chain(phones).min_by_key(|(kind, _)| *kind);
    let (kind, value) =
        strongest.map_or_else(|| ("subject", event.subject.to_string()), |(kind, value)| (kind.as_str(), value));
    let digest = Sha256::new().chain_update(kind).chain_update(":").chain_update(value).finalize();
    let half = digest.get(..16).unwrap_or_default();
    format!("{}:{}", event.source, hex::encode(half))
}

/// The source whose events an inbox stores; `None` if the name is not an inbox's.
pub fn source(name: &str) -> Option<&str> {
    name.split_once(':').map(|(source, _)| source)
}

/// The commands of an inbox. `Accept` travels in a [`crate::frame`], followed by the event's JSON text and the raw
/// body; the answer to `Raw` is a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Store this event and its raw body, unless its dedup key is known.
    Accept(Accept),
    /// Return the state of a delivery.
    Inspect {
        /// Its dedup key.
        dedup_key: DedupKey,
    },
    /// Return the raw body.
    Raw {
        /// Its dedup key.
        dedup_key: DedupKey,
    },
    /// Erase the data of a delivery whose party is erased.
    Erase(Forget),
    /// Erase a person whom somebody else's delivery mentions. Its raw body is deleted.
    Scrub(Forget),
    /// Add to the figures of a source; sent to the object that [`crate::source_metrics::object`] names.
    Report(Report),
    /// Return the figures of a source; sent to the same object.
    SourceMetrics,
}

impl Command {
    /// The frame of the command and these bytes. Not generic, so that each worker carries one copy of it.
    ///
    /// # Errors
    ///
    /// None in practice: every command serializes.
    pub fn frame(&self, parts: &[&[u8]]) -> Result<Vec<u8>, FrameError> {
        frame::encode(self, parts)
    }
}

/// The data that an inbox needs to store a delivery. The event travels as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// The name of this inbox, stored with the event so that its raw body can be found.
    pub inbox: String,
    /// The event's id.
    pub event: EventId,
    /// The event's dedup key.
    pub dedup_key: DedupKey,
    /// The length of the event's JSON text in the frame, in bytes; the rest is the raw body.
    pub event_bytes: u32,
    /// Selected request headers.
    pub headers: Vec<(String, String)>,
    /// What is to be read before the event is stored.
    #[serde(default, skip_serializing_if = "Unread::is_empty")]
    pub unread: Unread,
}

/// The person that an inbox erases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// The delivery's dedup key.
    pub dedup_key: DedupKey,
    /// The person's identifiers and names, in lower case.
    pub words: Vec<String>,
}

/// The answer to [`Command::Accept`]. Externally tagged: an inner tag takes parsing code that each source would carry.
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
        /// The id of the stored event.
        event: EventId,
        /// The number of copies after the first.
        duplicates: u32,
    },
    /// Not stored: what was unread shows that it is no event.
    Ignored {
        /// The reason, one of those that the source names.
        reason: String,
        /// What it is about; one line, clipped.
        subject: String,
    },
}

/// The answer to [`Command::Inspect`], `None` if the key is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The event's id.
    pub event: EventId,
    /// The number of copies after the first.
    pub duplicates: u32,
    /// Its record has received it.
    pub dispatched: bool,
    /// The number of failures in a row to dispatch it or to report its copies.
    pub attempts: u32,
    /// The last error.
    pub last_error: Option<String>,
}

/// The document of the frame that answers [`Command::Raw`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawBody {
    /// Selected request headers.
    pub headers: Vec<(String, String)>,
    /// The arrival time.
    pub received_at: Timestamp,
    /// The body's length in bytes.
    pub bytes: u32,
    /// The time at which the retention deleted the body; the frame then carries no bytes.
    pub expired_at: Option<Timestamp>,
}
