//! A proposal opened for a decision.

use super::{notice::Notice, view::ListPlace};
use crate::{access::Caller, input::Form, problem::Problem, routes::Call, services::Services};
use nerve_ledger::{
    PageRequest, events,
    proposals::{self, ProposalFilter},
};
use nerve_model::{Event, Proposal, ProposalId, Timestamp};
use std::cmp::Reverse;

/// A proposal opened for a decision.
pub(crate) struct Opened<'a> {
    /// The proposal.
    pub(crate) proposal: &'a Proposal,
    /// The proposals for the same event, this one included.
    pub(crate) siblings: Vec<Proposal>,
    /// The event, until it is erased.
    pub(crate) event: Option<Event>,
    /// The list it was opened from.
    pub(crate) place: &'a ListPlace,
    /// The proposal to open after the decision.
    pub(crate) next: Option<ProposalId>,
    /// The notice of the page; a refusal carries the typed form.
    pub(crate) notice: Option<&'a Notice>,
    /// The signed-in person.
    pub(crate) reader: Option<&'a Caller>,
    /// The time.
    pub(crate) now: Timestamp,
}

impl<'a> Opened<'a> {
    /// Loads the event of the proposal and its siblings.
    pub(crate) async fn load<S: Services>(
        call: &'a Call<'_, S>,
        proposal: &'a Proposal,
        place: &'a ListPlace,
        next: Option<ProposalId>,
        notice: Option<&'a Notice>,
    ) -> Result<Self, Problem> {
        let (db, now) = (call.services.db(), call.services.now());
        let filter = ProposalFilter { record: Some(proposal.card.record.id), ..ProposalFilter::default() };
        let mut siblings = proposals::list(db, &filter, &PageRequest::default()).await?.items;
        siblings.retain(|other| other.card.event.id == proposal.card.event.id);
        siblings.sort_by_key(|other| (Reverse(other.card.risk), other.id));
        let event = events::get(db, proposal.card.event.id).await?.map(|stored| stored.event);
        Ok(Self { proposal, siblings, event, place, next, notice, reader: call.caller.as_ref(), now })
    }

    /// The form of a decision, where it was refused: it opens again with what was typed.
    pub(crate) fn typed(&self, verb: &str) -> Option<&'a Form> {
        match self.notice {
            Some(Notice::Refused(_, refused, form)) if refused == verb => Some(form),
            _ => None,
        }
    }
}
