//! Connectors: the effects of approved actions.
//!
//! A connector is pure: it builds the effect or request and does not perform it. It takes an
//! [`nerve_model::Executable`]; a critical action has no such form and cannot reach a connector.

mod answer;
mod effect;
mod operations;
mod plan;
mod repeatable;
mod team;

pub use answer::{Verdict, classify};
pub use effect::{Effect, NotReversible, undo};
pub use operations::operations;
pub use plan::{Plan, plan};
pub use repeatable::Repeatable;
pub use team::{Misconfigured, Team};

use nerve_model::Millis;
use nerve_protocol::limits::backoff;

/// The most attempts before a person must decide.
const MAX_ATTEMPTS: u32 = 6;

/// The consequence of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt follows.
    Retry {
        /// The time until then.
        after: Millis,
    },
    /// No further attempt: a person must decide.
    Permanent,
}

/// The consequence of the failure of attempt number `attempts`.
pub const fn after_failure(attempts: u32) -> Failure {
    if attempts >= MAX_ATTEMPTS { Failure::Permanent } else { Failure::Retry { after: backoff(attempts) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_bounded_and_wait_longer_each_time() {
        let waits: Vec<Failure> = (1..=7).map(after_failure).collect();
        let retry = |seconds| Failure::Retry { after: Millis::seconds(seconds) };
        let expected = [retry(2), retry(4), retry(8), retry(16), retry(32), Failure::Permanent, Failure::Permanent];
        assert_eq!(waits, expected);
    }
}
