//! What the parts send one another.
//!
//! One module per object: its binding, the only place its name is formatted, its commands and replies. Queue
//! messages are tagged and versioned and carry ids only: a message is a hint, the truth is a row.

pub mod executor;
pub mod frame;
pub mod inbox;
pub mod limits;
pub mod queue;
pub mod record;
pub mod source_metrics;

pub use record::TimelineEntry;
