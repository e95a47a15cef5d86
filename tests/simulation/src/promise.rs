//! The promises.

use std::fmt;

/// A promise, as the project's documentation makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// A delivery that was acknowledged is there, byte for byte, under the id that was answered.
    Kept,
    /// One fact is one event: copies are counted, a fact stands once on one timeline, a customer is one record. Where an
    /// event named two customers, they may be told of by more records, each with something that it is known by or asked for.
    OneFact,
    /// Every event stands on exactly one timeline, that of the record it came to, and is read with all that this is part of
    /// by the merges that stand. None is lost, doubled, or left undecided unless a person is asked whom it concerns.
    Placed,
    /// Intake fails only when its own storage does.
    Independent,
    /// No effect without an approval of exactly what was shown, and never two for one proposal: at a tool that takes keys
    /// each proposal is done once when it is `done`; to one that takes none, nothing is sent again by itself that may
    /// have arrived.
    Agreed,
    /// A critical action is never carried out.
    HumanOwned,
    /// Every change has its entry, in a legal order, and the ledger verifies.
    Written,
    /// When all faults have ended everything comes to its end by itself.
    AtRest,
    /// The same operations lead to the same end.
    Deterministic,
    /// Nothing panics.
    NoPanic,
}

/// A promise that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub promise: Promise,
    /// How.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.what)
    }
}

/// The promise holds, or this is how it does not.
pub(crate) fn holds(promise: Promise, holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { promise, what: what() }) }
}
