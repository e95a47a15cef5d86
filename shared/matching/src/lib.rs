//! Whom an event concerns.
//!
//! Exact strong claims decide at once: [`resolve`]. Where none is known, a [`Profile`] of what the event says is
//! weighed against the profiles of records that look alike: [`Model::keys`] finds them, [`Model::decide`] weighs them
//! by a Fellegi-Sunter model whose weights are data, and the [`Decision`] is confident, ambiguous or new, with the
//! evidence field by field.

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
