//! A decision about a proposal, taken the same way from a page and from the API.

use crate::{problem::Problem, routes::Call, services::Services};
use nerve_engine::{Answered, Reply};
use nerve_model::{ClaimKind, Digest, ProposalId, Timestamp};
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
    /// Answer a question of the card: this one, or the one that the text is plainly about. An address that fills in a
    /// recipient is also kept with the record.
    Answer { text: String, question: Option<String>, keep: bool },
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
    /// Takes the decision and returns the proposal after it; after an answer, with what it filled in.
    pub(crate) async fn decide(&self, id: ProposalId, decision: Decision) -> Result<Answered, Problem> {
        let review = self.review()?;
        let decided = match decision {
            Decision::Answer { text, question, keep } => {
                let address = self.services.people().claim(ClaimKind::Email, &text);
                let reply = Reply { text: &text, question: question.as_deref(), address, keep };
                return review.answer(id, &reply).await.map_err(Problem::from);
            }
            Decision::Approve(digest) => review.approve(id, &digest).await,
            Decision::Reject(reason) => review.reject(id, &reason).await,
            Decision::Edit(params) => review.edit(id, params).await,
            Decision::Snooze(until) => review.snooze(id, until).await,
            Decision::Assign(to) => review.assign(id, to.as_deref()).await,
            Decision::Undo => review.undo(id).await,
            Decision::Outcome(outcome) => review.outcome(id, &outcome).await,
            Decision::Retry => review.retry(id).await,
            Decision::FoundDone => review.found_done(id).await,
        };
        decided.map(|proposal| Answered { proposal, filled: None }).map_err(Problem::from)
    }
}
