//! The policy from the outside: gates, risk, autonomy, freshness.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod freshness;
mod gates;
mod risk;
mod settlements;
