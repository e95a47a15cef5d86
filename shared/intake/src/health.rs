//! The figures of a source: what becomes of deliveries that do not become events.
//!
//! A worker counts in memory ([`Tally`]) and hands over what it counted at most every few seconds, so that a flood costs
//! next to nothing; an object adds it up by the hour ([`book`]). Both are bounded: in reasons, in refusals, in time.

pub mod book;
mod tally;

pub use tally::{HAND_OVER_EVERY, MAX_REASONS, MAX_REFUSALS, Tally};
