use nerve_model::{DedupKey, Operation, ProposalId, RecordId};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span};

/// The other side could not be reached or did not confirm: try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not reached: {0}")]
pub struct Unreachable(pub String);

/// What the timelines of records say.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Timelines {
    /// What waits for a decision, and up to `history` entries before it.
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable>;

    /// What a part of a merged record knows about what stands at any of its parts.
    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable>;

    /// A page of one of them, what happened last first.
    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable>;
}

/// The timelines of records, to be written.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Records: Timelines {
    /// Appends events to the record's timeline, oldest first, and says for each what became of it. Repeating it changes
    /// nothing.
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable>;

    /// Everything up to this entry was decided.
    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable>;
}

/// The objects that keep what is known of people, asked to forget it. Repeating it changes nothing; `words` are what is
/// known of the person, in lower case.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait ErasureTargets {
    /// Forgets what came with a delivery.
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable>;

    /// Takes somebody out of a delivery of somebody else.
    async fn scrub_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable>;

    /// Forgets a timeline, which takes nothing in any more.
    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable>;

    /// Takes somebody out of the timeline of somebody else.
    async fn scrub_timeline(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable>;
}

/// Says that a record's situation wants a look. Only a hint: it may be lost, repeated or late.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Situations {
    /// Announces the record.
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable>;
}

/// Says that a proposal is to be carried out. Only a hint: it may be lost, repeated or late.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Actions {
    /// Announces the proposal.
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable>;
}

/// The operations of this deployment: whoever carries actions out can be asked for them.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Operations {
    /// One for each kind of action that has a connector, configured or not.
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable>;
}

/// A source of randomness.
pub trait Entropy {
    /// 128 fresh random bits.
    fn random(&self) -> u128;
}
