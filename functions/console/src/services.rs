use crate::session::AdminToken;
use nerve_intake::reading::People;
use nerve_model::{DedupKey, Timestamp};
use nerve_ports::{Actions, Database, Entropy, ErasureTargets, Operations, Situations, Timelines, Unreachable};
use nerve_protocol::{
    health::Health,
    inbox::{Kept, RawBody},
};
use nerve_recommend::Playbook;

/// What the pages and the API need from outside.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Services: Actions + Entropy + ErasureTargets + Operations + Situations + Timelines {
    /// The shared database.
    type Db: Database;

    /// The shared database.
    fn db(&self) -> &Self::Db;

    /// The time.
    fn now(&self) -> Timestamp;

    /// The secret that opens the console; without one nothing opens.
    fn admin_token(&self) -> Option<AdminToken>;

    /// Reads telephone numbers and the like as sources read them.
    fn people(&self) -> &People;

    /// The rules that say what makes a proposal moot.
    fn playbook(&self) -> &Playbook;

    /// How long the text of a situation may be, in bytes.
    fn document_bytes(&self) -> usize;

    /// Writes a failure to the log; its caller is told only what to do about it.
    fn report(&self, failure: &str);

    /// Where a delivery stands, by the inbox that keeps it.
    async fn inspect(&self, inbox: &str, key: &DedupKey) -> Result<Option<Kept>, Unreachable>;

    /// The raw body of a delivery.
    async fn raw(&self, inbox: &str, key: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, Unreachable>;

    /// What became of a source's deliveries that are no events.
    async fn source_health(&self, source: &str) -> Result<Health, Unreachable>;
}
