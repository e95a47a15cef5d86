//! The contents of the queue.

use super::super::{
    notice::Did,
    paging::page,
    view::{Counts, View},
};
use crate::{problem::Problem, routes::Call, services::Services};
use nerve_ledger::{
    Page, PageRequest,
    proposals::{self, ProposalFilter, Snoozed},
    questions::{self, Question},
};
use nerve_model::{Proposal, ProposalId, ProposalStatus, QuestionStatus, Timestamp};
use serde::Deserialize;

/// The most questions above the proposals.
const QUESTIONS: u32 = 20;

/// The parameters of the queue.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct QueueQuery {
    /// The view.
    pub(super) view: Option<View>,
    /// The opened proposal.
    pub(super) proposal: Option<ProposalId>,
    /// The end of the page before.
    pub(super) cursor: Option<String>,
    /// The decision just taken.
    pub(super) did: Option<Did>,
    /// The proposal it was taken on.
    pub(super) to: Option<ProposalId>,
}

/// The contents of the queue.
pub(super) struct Queue {
    pub(super) view: View,
    pub(super) proposals: Page<Proposal>,
    /// The proposal that the address names.
    pub(super) chosen: Option<Proposal>,
    /// Open identity questions; only in the view of pending proposals.
    pub(super) questions: Vec<Question>,
    pub(super) counts: Counts,
}

impl Queue {
    pub(super) async fn load<S: Services>(call: &Call<'_, S>, query: QueueQuery) -> Result<Self, Problem> {
        let (db, now) = (call.services.db(), call.services.now());
        let chosen = match query.proposal {
            Some(id) => Some(proposals::get(db, id).await?.ok_or(Problem::NotFound("proposal"))?),
            None => None,
        };
        let view = query.view.or_else(|| chosen.as_ref().map(|proposal| View::of(proposal, now)));
        let view = view.unwrap_or(View::PENDING);
        let proposals = proposals::list(db, &filter(view, now), &page(query.cursor)).await?;
        let counts = Counts::load(db, now).await?;
        let questions = if view == View::PENDING { open_questions(call).await? } else { Vec::new() };
        Ok(Self { view, proposals, chosen, questions, counts })
    }
}

async fn open_questions<S: Services>(call: &Call<'_, S>) -> Result<Vec<Question>, Problem> {
    let page = PageRequest::new(QUESTIONS, None).unwrap_or_default();
    Ok(questions::list(call.services.db(), Some(QuestionStatus::Open), &page).await?.items)
}

fn filter(view: View, now: Timestamp) -> ProposalFilter {
    let (status, snoozed) = match view {
        View::Status(ProposalStatus::Pending) => (ProposalStatus::Pending, Snoozed::Hidden(now)),
        View::Status(status) => (status, Snoozed::Included),
        View::Snoozed => (ProposalStatus::Pending, Snoozed::Only(now)),
    };
    ProposalFilter { status: Some(status), snoozed, ..ProposalFilter::default() }
}
