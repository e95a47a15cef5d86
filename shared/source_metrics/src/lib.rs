//! The figures of a source: what becomes of deliveries that do not become events.
//!
//! A worker counts in memory ([`Tally`]) and hands over what it counted: at once where little happens, every few seconds
//! in a flood, which so costs next to nothing. An object adds it up by the hour ([`book`]). Both are bounded: in reasons,
//! in refusals, in time.

pub mod book;
mod tally;

pub use tally::{BURST, HAND_OVER_EVERY, MAX_REASONS, MAX_REFUSALS, Tally};
