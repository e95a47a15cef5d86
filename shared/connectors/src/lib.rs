//! What an approved action does.
//!
//! Pure: a connector builds what is to be done and never does it. It takes an [`Executable`](nerve_model::Executable), and a critical action
//! has no such form, so none can ever come here.

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

/// How often an action is attempted before a person has to look.
const MAX_ATTEMPTS: u32 = 6;

/// What follows from a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt, after this time.
    Retry {
        /// How long to wait.
        after: Millis,
    },
    /// Enough: a person has to look.
    Permanent,
}

/// What follows when attempt number `attempts` failed.
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
