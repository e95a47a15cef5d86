//! What is happening to a record.
//!
//! [`timeline`] is the state machine of the `Record` object; [`Situation`] is the bounded, deterministic document a
//! recommendation rests on.

mod situation;
pub mod timeline;

pub use situation::{OpenProposal, OpenTask, Situation};
