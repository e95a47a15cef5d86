//! The promises of the system.

use std::fmt;

/// A promise from the project's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// An acknowledged delivery is stored byte for byte, under the id in the answer.
    Kept,
    /// One fact is one event: copies are counted, a fact is on one timeline once, a customer is one record. If an event
    /// named two customers, more records may be about them, each with a claim or a question of its own.
    OneFact,
    /// Each event is on exactly one timeline, that of its record, and is read with all members of the merges in effect.
    /// None is lost, doubled, or left undecided, unless a person is asked for its record.
    Placed,
    /// Intake fails only if its own storage does.
    Independent,
    /// No effect without approval of exactly the card shown, and never two for one proposal: a tool with keys applies
    /// each `done` proposal once; to a tool without keys Nerve sends nothing again that may have arrived.
    Agreed,
    /// A critical action is never executed.
    HumanOwned,
    /// Each change has its entry, in a legal order, and the ledger verifies.
    Written,
    /// After the last fault, all work completes by itself.
    AtRest,
    /// The same operations lead to the same end.
    Deterministic,
    /// Nothing panics.
    NoPanic,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The promise.
    pub promise: Promise,
    /// The violation.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.what)
    }
}

/// Fails with the violation unless the promise holds.
pub(crate) fn holds(promise: Promise, holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { promise, what: what() }) }
}
