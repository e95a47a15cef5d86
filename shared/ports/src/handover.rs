use nerve_model::{DedupKey, Operation, ProposalId, RecordId};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span};

/// The other side was unreachable or did not confirm: try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not reached: {0}")]
pub struct Unreachable(pub String);

/// The timelines of records, for reading.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Timelines {
    /// The pending entries, with up to `history` entries before them.
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable>;

    /// The comparison of one member with the facts and subjects of all members of its record.
    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable>;

    /// A page of one timeline by the time of events, latest first.
    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable>;
}

/// The timelines of records, for writing.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Records: Timelines {
    /// Appends events to the record's timeline, oldest first, and returns one result for each. Repeating it changes
    /// nothing.
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable>;

    /// Confirms that everything up to this entry was decided.
    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable>;
}

/// The objects with data about people, for erasures. Each call may be repeated. `words` are the person's names and
/// claims, in lower case.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait ErasureTargets {
    /// Erases the content of a delivery.
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable>;

    /// Removes a person's words from another's delivery.
    async fn scrub_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable>;

    /// Erases a timeline, which takes no more events.
    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable>;

    /// Removes a person's words from another's timeline.
    async fn scrub_timeline(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable>;
}

/// The queue of records with pending events. A message is a hint: it may be lost, repeated or late.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Situations {
    /// Announces the record.
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable>;
}

/// The queue of proposals to execute. A message is a hint: it may be lost, repeated or late.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Actions {
    /// Announces the proposal.
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable>;
}

/// The operations of this deployment, as the executor reports them.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Operations {
    /// One operation for each kind of action with a connector, configured or not.
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable>;
}

/// A source of randomness.
pub trait Entropy {
    /// 128 fresh random bits.
    fn random(&self) -> u128;
}
