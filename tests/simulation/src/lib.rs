//! A deterministic simulation of the whole path: deliveries, hand-over, recommendation, decisions, effects, ledger.
//!
//! The code under test is the real one, on real SQLite with the real migrations. Around it everything that can go
//! wrong does, from a list of [`Operation`]s that a seed generates: writes that are lost, or persisted and reported
//! lost; messages lost, repeated, reordered, delayed; alarms early, late and doubled; processes that die at any
//! `await` or in the middle of a write; several of them at work on the same thing, a step at a time; outages; clocks
//! that jump. The list alone decides what happens, so a failing one can be shrunk and kept.
//!
//! After every operation the promises are checked ([`Promise`]), and once more when all faults have ended and the
//! system had time to come to rest.
//!
//! To add an operation: a variant in `operation.rs`, how likely it is in `Operation::draw`, and what it does in
//! `World::perform`. What it must never do belongs into `promises.rs`.

// Simulation code may panic: that is how a broken promise within the code under test shows.
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
