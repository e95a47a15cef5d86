use crate::session::AdminToken;
use nerve_intake::reading::People;
use nerve_model::{DedupKey, Timestamp};
use nerve_ports::{Actions, Database, Entropy, ErasureTargets, Operations, Situations, Timelines, Unreachable};
use nerve_protocol::{
    inbox::{Kept, RawBody},
    source_metrics::SourceMetrics,
};

/// The database, the clock and the other workers, as the pages and the API use them.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Services: Actions + Entropy + ErasureTargets + Operations + Situations + Timelines {
    /// The shared database.
    type Db: Database;

    /// The shared database.
    fn db(&self) -> &Self::Db;

    /// The current time.
    fn now(&self) -> Timestamp;

    /// The admin token; without one every route but the liveness is closed.
    fn admin_token(&self) -> Option<AdminToken>;

    /// The reader of claims; it normalizes them as sources do.
    fn people(&self) -> &People;

    /// The longest text of a situation, in bytes.
    fn document_bytes(&self) -> usize;

    /// Writes a failure to the log.
    fn report(&self, failure: &str);

    /// The state of a delivery in its inbox.
    async fn inspect(&self, inbox: &str, key: &DedupKey) -> Result<Option<Kept>, Unreachable>;

    /// The raw body of a delivery.
    async fn raw(&self, inbox: &str, key: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, Unreachable>;

    /// The counts of a source's deliveries that became no event.
    async fn source_metrics(&self, source: &str) -> Result<SourceMetrics, Unreachable>;
}
