//! What to recommend and what may happen.
//!
//! The [`Playbook`] turns situations into recommendations; the eight [`gates()`] decide what becomes of each. Both are
//! pure, and both fail closed: what cannot be decided waits for a person, what cannot be read recommends nothing.

mod autonomy;
mod failure;
mod gates;
mod playbook;
mod recommend;
mod risk;
// The build script compiles these two as well, and checks the playbook with what is unused here.
#[allow(dead_code, unreachable_pub)]
mod rules;
#[allow(dead_code, unreachable_pub)]
mod template;

pub use autonomy::{Autonomy, Category, Grant, NotGrantable};
pub use gates::{Disposition, Freshness, GateInput, LedgerState, disposition, gates};
pub use playbook::{Playbook, PlaybookError};
pub use recommend::{Advice, RecommendError, Recommendation, Recommender, Withdrawal};
pub use risk::risk_of;
