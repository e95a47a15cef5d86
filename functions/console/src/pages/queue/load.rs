//! The contents of the queue.

use super::{
    super::{
        notice::Did,
        paging::page,
        view::{Counts, ListPlace, View},
    },
    groups::Listed,
};
use crate::{problem::Problem, routes::Call, services::Services, zone};
use nerve_ledger::{
    Page, PageRequest,
    proposals::{self, ProposalFilter, Snoozed},
    queue::{self, Band, Item, Queued},
};
use nerve_model::{Proposal, ProposalId, ProposalStatus, QuestionId, Timestamp};
use nerve_ports::Database;
use serde::Deserialize;

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
    /// The identity question just answered.
    pub(super) answered: Option<QuestionId>,
}

/// The contents of the queue.
pub(super) struct Queue {
    /// The page that is shown.
    pub(super) place: ListPlace,
    /// Its items; of the pending view, with their bands.
    pub(super) items: Vec<(Option<Band>, Listed)>,
    /// The place of the next page.
    pub(super) next: Option<ListPlace>,
    /// The proposal that the address names.
    pub(super) chosen: Option<Proposal>,
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
        let mut place = ListPlace { view: view.unwrap_or(View::PENDING), cursor: query.cursor };
        let mut found = list(db, &place, now).await?;
        if found.items.is_empty() && place.cursor.is_some() {
            place.cursor = None;
            found = list(db, &place, now).await?;
        }
        let next = found.next.map(|cursor| ListPlace { view: place.view, cursor: Some(cursor) });
        let counts = Counts::load(db, now).await?;
        Ok(Self { place, items: found.items, next, chosen, counts })
    }
}

async fn list(db: &impl Database, place: &ListPlace, now: Timestamp) -> Result<Page<(Option<Band>, Listed)>, Problem> {
    if place.view == View::PENDING {
        // A place that cannot be read is the beginning.
        let after = place.cursor.as_deref().and_then(|cursor| cursor.parse().ok());
        let found = queue::page(db, &zone::queue_times(now), after.as_ref(), PageRequest::DEFAULT_LIMIT).await?;
        return Ok(found.map(queued));
    }
    let found = proposals::list(db, &filter(place.view, now), &page(place.cursor.clone())).await?;
    Ok(found.map(|proposal| (None, Listed::Proposal(Box::new(proposal), None))))
}

fn queued(queued: Queued) -> (Option<Band>, Listed) {
    let due = queued.due();
    let listed = match queued.item {
        Item::Proposal(proposal) => Listed::Proposal(proposal, due),
        Item::Question(open) => Listed::Question(open),
    };
    (Some(queued.band), listed)
}

fn filter(view: View, now: Timestamp) -> ProposalFilter {
    let (status, snoozed) = match view {
        View::Status(ProposalStatus::Pending) => (ProposalStatus::Pending, Snoozed::Hidden(now)),
        View::Status(status) => (status, Snoozed::Included),
        View::Snoozed => (ProposalStatus::Pending, Snoozed::Only(now)),
    };
    ProposalFilter { status: Some(status), snoozed, ..ProposalFilter::default() }
}
