//! Resolution of an event to its record.
//!
//! A known exact claim decides at once: [`resolve`]. Otherwise [`Model::keys`] finds similar records, and
//! [`Model::decide`] scores the event's [`Profile`] against theirs by a Fellegi-Sunter model whose weights are data.
//! The [`Decision`] is confident, ambiguous or new, with evidence for each field.

mod calibration;
mod column;
mod condition;
mod decision;

pub mod estimate;
mod exact;
mod finding;
mod keys;
mod model;
pub mod normal;
mod parts;
mod profile;
mod splink;

mod score;
mod terms;

pub use calibration::Calibration;
pub use column::{Column, Kind};
pub use condition::Condition;
pub use decision::{Decision, Scored};
pub use exact::{ClaimOwner, Resolution, resolve, understood};
pub use finding::Finding;
pub use keys::{KeyPart, KeyRecipe, Shape};
pub use model::{Comparison, Counted, Frequency, Level, Model, ModelError, Other, Prior, Thresholds};
pub use parts::Parts;
pub use profile::Profile;
pub use score::{Candidate, Pattern};
pub use splink::{SplinkError, import_splink};
pub use terms::TermCounts;
