//! The basis of tests: real SQLite with the real migrations behind the ports, fakes that fail on command, builders.

// Test code may panic: a test fails that way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod actions;
mod entropy;
pub mod events;
mod failure;
mod interrupted;
mod objects;
pub mod proposals;
mod queues;
pub mod sources;
mod sqlite;
mod tool;
#[cfg(feature = "world")]
mod world;

pub use entropy::SeededEntropy;
pub use failure::{Failure, Failures};
pub use interrupted::Interrupted;
pub use objects::Objects;
pub use pollster::block_on;
pub use queues::FakeQueue;
pub use sqlite::{ObjectSqlite, Sqlite};
pub use tool::{FakeTool, Treatment};
#[cfg(feature = "world")]
pub use world::{World, person};
