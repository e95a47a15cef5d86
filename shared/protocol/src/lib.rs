//! The messages between the workers.
//!
//! Each object has a module: its binding, the only place that formats its name, its commands and replies. Queue
//! messages are tagged and versioned and carry ids only: a message is a hint, the truth is a row.

pub mod executor;
pub mod frame;
pub mod inbox;
pub mod limits;
pub mod queue;
pub mod record;
pub mod source_metrics;
pub mod unread;
pub mod written_mail;

pub use record::TimelineEntry;
