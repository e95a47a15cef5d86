//! A decision about a proposal, taken the same way from a page and from the API.

use crate::{problem::Problem, routes::Call, services::Services};
use nerve_model::{Digest, Proposal, ProposalId, Timestamp};
use serde_json::Value;

/// A reviewer's decision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision {
    /// Execute exactly the card with this digest.
    Approve(Digest),
    /// Do not execute it, for this reason.
    Reject(String),
    /// Replace the parameters.
    Edit(Value),
    /// Answer the open questions.
    Answer(String),
    /// Hide it until then; `None` shows it again.
    Snooze(Option<Timestamp>),
    /// Name the person who decides; `None` names nobody.
    Assign(Option<String>),
    /// Undo the effect.
    Undo,
    /// Record the outcome.
    Outcome(String),
    /// Retry a failed execution.
    Retry,
    /// Confirm that an action with unknown outcome took effect.
    FoundDone,
}

impl<S: Services> Call<'_, S> {
    /// Takes the decision and returns the proposal after it.
    pub(crate) async fn decide(&self, id: ProposalId, decision: Decision) -> Result<Proposal, Problem> {
        let review = self.review()?;
        let decided = match decision {
            Decision::Approve(digest) => review.approve(id, &digest).await,
            Decision::Reject(reason) => review.reject(id, &reason).await,
            Decision::Edit(params) => review.edit(id, params).await,
            Decision::Answer(answer) => review.answer(id, &answer).await,
            Decision::Snooze(until) => review.snooze(id, until).await,
            Decision::Assign(to) => review.assign(id, to.as_deref()).await,
            Decision::Undo => review.undo(id).await,
            Decision::Outcome(outcome) => review.outcome(id, &outcome).await,
            Decision::Retry => review.retry(id).await,
            Decision::FoundDone => review.found_done(id).await,
        };
        decided.map_err(Problem::from)
    }
}
