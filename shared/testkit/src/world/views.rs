//! Readers of the world's state.

use super::World;
use crate::block_on;
use nerve_engine::situation;
use nerve_ledger::{
    PageRequest,
    chain::{self, EntryFilter, StoredEntry},
    events::{self, StoredEvent},
    proposals::{self, ProposalFilter},
    questions::{self, Question},
    records::{self, RecordFilter},
    tasks, verify,
};
use nerve_model::{ActionKind, Event, Proposal, ProposalId, ProposalStatus, QuestionStatus, RecordId};
use nerve_situation::Situation;

/// A page larger than any test fills.
fn all() -> PageRequest {
    PageRequest::new(100, None).unwrap()
}

impl World {
    /// An event as stored in the index.
    pub fn stored(&self, event: &Event) -> StoredEvent {
        block_on(events::get(&self.db, event.id)).unwrap().unwrap()
    }

    /// The only record.
    pub fn record(&self) -> RecordId {
        let page = block_on(records::list(&self.db, &RecordFilter::default(), &all())).unwrap();
        assert_eq!(page.items.len(), 1, "one record");
        page.items[0].id
    }

    /// A record and all records merged into it.
    pub fn members(&self, record: RecordId) -> Vec<RecordId> {
        block_on(records::members(&self.db, record)).unwrap()
    }

    /// The situation of a record.
    pub fn situation(&self, record: RecordId) -> Situation {
        block_on(situation(&self.db, &self.objects, record)).unwrap()
    }

    /// The entries of a record's chains, newest first.
    pub fn history(&self, record: RecordId) -> Vec<StoredEntry> {
        block_on(chain::history(&self.db, record, &all())).unwrap().items
    }

    /// All proposals.
    pub fn proposals(&self) -> Vec<Proposal> {
        self.proposals_that(&ProposalFilter::default())
    }

    /// All proposals about a record.
    pub fn proposals_about(&self, record: RecordId) -> Vec<Proposal> {
        self.proposals_that(&ProposalFilter { record: Some(record), ..ProposalFilter::default() })
    }

    fn proposals_that(&self, filter: &ProposalFilter) -> Vec<Proposal> {
        block_on(proposals::list(&self.db, filter, &all())).unwrap().items
    }

    /// The newest proposal of this kind.
    pub fn proposal(&self, kind: ActionKind) -> Proposal {
        self.proposals().into_iter().find(|proposal| proposal.card.action.kind() == kind).unwrap()
    }

    /// The current state of a proposal.
    pub fn current(&self, id: ProposalId) -> Proposal {
        block_on(proposals::get(&self.db, id)).unwrap().unwrap()
    }

    /// The state of a proposal.
    pub fn status(&self, id: ProposalId) -> ProposalStatus {
        self.current(id).status
    }

    /// The number of tasks.
    pub fn tasks(&self) -> usize {
        block_on(tasks::list(&self.db, None, &all())).unwrap().items.len()
    }

    /// The kinds of a proposal's ledger entries, oldest first.
    pub fn kinds(&self, id: ProposalId) -> Vec<String> {
        let filter = EntryFilter { chain: None, proposal: Some(id) };
        let entries = block_on(chain::list(&self.db, &filter, &all())).unwrap().items;
        entries.into_iter().rev().map(|entry| entry.kind).collect()
    }

    /// The questions with this status.
    pub fn asked(&self, status: QuestionStatus) -> Vec<Question> {
        block_on(questions::list(&self.db, Some(status), &all())).unwrap().items
    }

    /// Checks that the ledger verifies.
    pub fn ledger_verified(&self) {
        let result = block_on(verify(&self.db)).unwrap();
        assert!(result.ok, "{result:?}");
    }

    /// Checks that the ledger verifies and holds the situation of each proposal.
    pub fn verified(&self) {
        self.ledger_verified();
        for proposal in self.proposals() {
            let (id, named) = (proposal.id, proposal.card.situation);
            let kept = block_on(chain::kept_situation(&self.db, id, &named)).unwrap().unwrap();
            let text = kept.body.unwrap().situation.unwrap();
            assert_eq!(nerve_situation::digest(&text), named.digest, "{id} {text}");
        }
    }
}
