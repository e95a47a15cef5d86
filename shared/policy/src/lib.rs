//! Permission: what of the things that are recommended may happen.
//!
//! Eight deterministic [`gates()`] look at each recommendation; [`disposition`] says what their verdicts come to. Pure,
//! and failing closed: a gate that cannot decide holds, so that a person looks.

mod autonomy;
mod freshness;
mod gates;
mod risk;

pub use autonomy::{Autonomy, Category, Grant, NotGrantable};
pub use freshness::{Freshness, freshness};
pub use gates::{Availability, Disposition, GateInput, LedgerState, disposition, gates};
pub use risk::risk_of;
