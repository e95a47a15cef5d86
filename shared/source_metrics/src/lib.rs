//! Figures of a source: the deliveries that become no events, by outcome.
//!
//! A worker counts in memory ([`Tally`]) and reports: at once under little traffic, every few seconds in a flood, so
//! that a flood adds almost no cost. An object adds the reports up by the hour ([`book`]). Both bound reasons, refusals
//! and time.

pub mod book;
mod tally;

pub use tally::{BURST, HAND_OVER_EVERY, MAX_REASONS, MAX_REFUSALS, Tally};
