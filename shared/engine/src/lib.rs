//! The steps between the parts.
//!
//! Each step reads, asks the pure crates what follows, and writes it as one batch that the database refuses when
//! something changed in between. Every step may be repeated, at any time, without harm. Steps reach the world through
//! ports, so that the same code runs on Cloudflare and, with fakes that fail on command, natively.

mod agent;
mod carry_out;
mod decide;
mod erase;
mod hand_on;
mod identify;
mod import;
mod look;
mod merge;
mod questions;
mod registry;
mod review;
mod story;
mod sweep;

pub use agent::{Agent, ConsiderError, Considered};
pub use carry_out::{Carried, Executor};
pub use erase::{EraseError, Eraser};
pub use hand_on::{Courier, HandedOn};
pub use import::{ImportError, Importer};
pub use look::{LookError, situation};
pub use merge::{MergeError, Merger, join, joinable, part_again};
pub use questions::{QuestionError, Questions};
pub use registry::{Registry, RegistryError};
pub use review::{Desk, ReviewError};
pub use story::{Cursor, CursorError, Item, Only, Story, Wanted, story};
pub use sweep::{Swept, sweep, sweep_erasures};

/// How often a step starts over when something changed while it decided.
const ATTEMPTS: u32 = 5;
