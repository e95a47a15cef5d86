//! A deterministic simulation of the whole path: deliveries, dispatch, recommendations, decisions, effects, ledger.
//!
//! The code under test is the real one, on real SQLite with the real migrations. A seed generates a list of
//! [`Operation`]s, with all faults: writes lost, or persisted and reported lost; messages lost, repeated, reordered,
//! delayed; alarms early, late and doubled; processes that die at any `await` or in the middle of a write; several of
//! them working on the same rows, a step at a time; outages; clocks that jump. The list alone determines the run, so a
//! failing list can be shrunk and stored.
//!
//! The simulation checks all promises ([`Promise`]) after each operation, and again once all faults have ended and the
//! system has come to rest.
//!
//! To add an operation: a variant in `operation.rs`, its probability in `Operation::draw`, and its effect in
//! `World::perform`. Its promises belong in `promises.rs`.

// Simulation code may panic: a panic shows a broken promise in the code under test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod events;
mod identity;
mod operation;
mod perform;
mod placed;
mod ports;
mod promise;
mod promises;
mod rest;
mod run;
mod shrink;
mod world;

pub use events::Happening;
pub use operation::{Decision, Operation, Part, Says, Store, Treats};
pub use promise::{Broken, Promise};
pub use run::{Report, Scenario, generate, run};
pub use shrink::shrink;
