//! Recommendations: the actions that should follow from a situation, with their reasons.
//!
//! A [`Recommender`] turns a situation into [`Advice`]. The [`Playbook`] is one: rules that people write. A recommender
//! only proposes; `nerve-policy` decides about permission. Everything here is pure.

mod advice;
mod playbook;

pub use advice::{Advice, RecommendError, Recommendation, Recommender, Rewritten, Withdrawal};
pub use playbook::{Playbook, PlaybookError};
