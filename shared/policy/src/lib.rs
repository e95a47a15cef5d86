//! Permission: decides which recommendations may happen.
//!
//! Eight deterministic [`gates()`] judge each recommendation, and [`disposition`] combines their verdicts. It is pure
//! and fails closed: a gate that cannot decide holds, so that a person decides.

mod autonomy;
mod complaint;
mod freshness;
mod gates;
mod identity;
mod risk;

pub use autonomy::{Autonomy, Category, Grant, NotGrantable};
pub use complaint::complaint;
pub use freshness::{Freshness, Moot, freshness, moot, withdrawals};
pub use gates::{Availability, Disposition, GateInput, LedgerState, disposition, gates, still_fresh};
pub use identity::may_precede_identity;
pub use risk::risk_of;
