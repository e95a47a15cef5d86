//! Recommendations: who says that something should follow from a situation, and why.
//!
//! A [`Recommender`] turns a situation into [`Advice`]. The [`Playbook`] is one: rules that people write. A recommender
//! only proposes; `nerve-policy` decides whether it is permitted. Everything here is pure.

mod advice;
mod playbook;

pub use advice::{Advice, RecommendError, Recommendation, Recommender, Withdrawal};
pub use playbook::{Playbook, PlaybookError};
