//! Events and people's actions in the world.

use super::World;
use crate::{block_on, events::arrive};
use nerve_engine::{Considered, Dispatched, ExecutionOutcome, Job};
use nerve_ledger::{
    chain::{self, ChainId, Entry},
    records::{self, NewRecord, Origin},
};
use nerve_model::{Event, Proposal, ProposalId, RecordId};
use nerve_ports::{Database, DatabaseError, Entropy};

/// The inbox of all deliveries.
const INBOX: &str = "test:1";

impl World {
    /// Delivers an event to the inbox.
    pub fn deliver(&self, event: &Event) {
        let arrived = self.objects.inbox(INBOX, |storage| {
            arrive(storage, INBOX, event, self.now.get());
            Ok(())
        });
        arrived.unwrap();
    }

    /// Dispatches all due work of all inboxes.
    pub fn dispatch(&self) -> Dispatched {
        let dispatcher = self.dispatcher(&self.db);
        let mut all = Dispatched::default();
        for storage in self.objects.inboxes() {
            let Dispatched { done, failures } = block_on(dispatcher.dispatch(&*storage)).unwrap();
            all.done += done;
            all.failures.extend(failures);
        }
        all
    }

    /// Delivers and dispatches an event; returns its record.
    pub fn arrives(&self, event: &Event) -> RecordId {
        self.deliver(event);
        assert_eq!(self.dispatch().failures, [""; 0]);
        self.stored(event).record
    }

    /// Lets the agent consider a record.
    pub fn consider(&self, record: RecordId) -> Considered {
        block_on(self.agent(&self.db, &self.playbook).consider(record)).unwrap()
    }

    /// Lets the agent consider all announced records.
    pub fn consider_announced(&self) -> Considered {
        let mut all = Considered::default();
        for record in self.situations.take() {
            all += self.consider(record);
        }
        all
    }

    /// Delivers and dispatches an event, and lets the agent consider its record.
    pub fn happens(&self, event: &Event) -> Considered {
        let record = self.arrives(event);
        self.consider(record)
    }

    /// Ada approves a proposal.
    pub fn approve(&self, proposal: &Proposal) -> Proposal {
        block_on(self.review("Ada").approve(proposal.id, &proposal.digest)).unwrap()
    }

    /// Lets the executor run a proposal.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub fn execute(&self, id: ProposalId) -> Result<ExecutionOutcome, DatabaseError> {
        block_on(self.executor(&self.db, &self.tool).execute(id))
    }

    /// Runs the sweeper; returns the amount of work of each job.
    pub fn sweep(&self) -> Vec<(Job, usize)> {
        let swept = block_on(self.sweeper(&self.db).sweep());
        swept.into_iter().map(|(job, done)| (job, done.unwrap())).collect()
    }

    /// Runs the sweeper; returns the amount of work of this job.
    pub fn sweep_for(&self, job: Job) -> usize {
        self.sweep().into_iter().find_map(|(swept, done)| (swept == job).then_some(done)).unwrap()
    }

    /// Creates a record.
    pub fn create(&self, record: &NewRecord, origin: &Origin) {
        block_on(self.db.batch(records::create(record, origin, self.entropy.random()))).unwrap();
    }

    /// Appends an entry to the chain of a record.
    pub fn enter(&self, record: RecordId, entry: &Entry) {
        let chain = ChainId::Record(record);
        let mut head = block_on(chain::head(&self.db, &chain)).unwrap();
        block_on(self.db.batch(head.append(&chain, entry, self.entropy.random()))).unwrap();
    }
}
