//! The shared database: every statement on D1, the rows it returns, and the ledger.
//!
//! Reads are functions over a [`nerve_ports::Database`]. Writes are [`nerve_ports::Statement`]s that the caller
//! combines into one batch: a proposal's new status and its ledger entry, an effect and its result. The triggers in
//! `migrations/` refuse forbidden writes, which callers see as a conflict.

pub mod advice;
pub mod associations;
pub mod autonomy;
pub mod bulk;
pub mod candidates;
pub mod chain;
pub mod classifications;
pub mod drafts;
pub mod events;
pub mod imports;
pub mod links;
mod lookup;
mod members;
pub mod merges;
pub mod notes;
pub mod notifications;
mod page;
pub mod privacy;
pub mod proposals;
mod query;
pub mod questions;
pub mod queue;
pub mod readiness;
pub mod records;
mod rows;
mod snapshot;
pub mod tasks;
pub mod timeline;
mod verify;
mod words;

pub use lookup::{Lookup, LookupResult, look_up};
pub use page::{Page, PageError, PageRequest};
pub use snapshot::{RecordSnapshot, snapshot};
pub use verify::{Fault, Verification, verify};
