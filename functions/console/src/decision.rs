//! A decision about a proposal, taken the same way from a page and from the API.

use crate::{problem::Problem, routes::Call, services::Services};
use nerve_engine::Review;
use nerve_model::{Actor, Digest, Proposal, ProposalId, Timestamp};
use serde_json::Value;

/// What a reviewer decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision {
    /// Do exactly what was shown.
    Approve(Digest),
    /// Do not do it.
    Reject(String),
    /// Do it with other parameters.
    Edit(Value),
    /// Here is what was missing.
    Answer(String),
    /// Not now, but then; `None` brings it back.
    Snooze(Option<Timestamp>),
    /// This person should decide; `None` is nobody in particular.
    Assign(Option<String>),
    /// Take it back.
    Undo,
    /// This is how it ended.
    Outcome(String),
    /// Try again what failed.
    Retry,
    /// It did happen, although nobody knew.
    FoundDone,
}

impl<S: Services> Call<'_, S> {
    /// The desk at which the caller decides.
    pub(crate) fn review(&self) -> Result<Review<'_, S::Db, S, S, S, S>, Problem> {
        let actor: Actor = self.caller.as_ref().ok_or(Problem::Unauthorized)?.actor();
        let services = self.services;
        Ok(Review {
            db: services.db(),
            records: services,
            actions: services,
            entropy: services,
            operations: services,
            playbook: services.playbook(),
            now: services.now(),
            actor,
        })
    }

    /// Takes the decision and returns the proposal as it stands after it.
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
