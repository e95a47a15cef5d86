//! The steps of Nerve's path, from the inbox to the effect, and the work of people on records.
//!
//! Each step reads, asks the pure crates for a decision, and writes it as one batch, which the database refuses when a
//! row changed in between. Every step may be repeated at any time. Steps use ports, so the same code runs on Cloudflare
//! and, with fakes that fail on command, natively.

mod activity;
mod agent;
mod assess;
mod dispatch;
mod entry_text;
mod erase;
mod execute;
mod import;
mod load;
mod merge;
mod merged_elsewhere;
mod plan;
mod proposal;
mod questions;
mod records;
mod resolve;
mod retry;
mod review;
mod sweep;

pub use activity::{Activity, ActivityQuery, Cursor, CursorError, Filter, Item, activity};
pub use agent::{Agent, ConsiderError, Considered};
pub use dispatch::{Dispatched, Dispatcher};
pub use erase::{EraseError, Eraser};
pub use execute::{ExecutionOutcome, Executor};
pub use import::{ImportError, Importer};
pub use load::{LoadError, situation};
pub use merge::{MergeError, Merger, join, joinable, part_again};
pub use questions::{QuestionError, Questions, offered};
pub use records::{RecordEditor, RecordError};
pub use review::{
    ANSWER_CHARS, Answered, Kept, OUTCOME_CHARS, REASON_CHARS, REVIEWER_CHARS, Reply, Review, ReviewError,
};
pub use sweep::{Job, SweepError, Sweeper, Swept};
