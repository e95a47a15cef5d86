//! The jobs of the sweeper. Each is isolated: a failure is reported and does not stop the other jobs.

use crate::{Eraser, import, proposal::Transition};
use nerve_ledger::{
    chain::{self, ChainId, EntryKind},
    events, merges, privacy, proposals,
};
use nerve_model::{Actor, Millis, Proposal, ProposalStatus, RecordId, Timestamp};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, ErasureTargets, Situations};
use nerve_protocol::limits::PROPOSAL_LIFETIME;
use std::fmt;

/// The age below which an item may still be on its ordinary way.
const GRACE: Millis = Millis::seconds(20);

/// The span before each sweep in which it looks for undecided events.
const RECENT: Millis = Millis::minutes(15);

/// Older events are searched one slice of time per sweep, so that each slice comes up once an hour: reading all of them
/// each minute would cost more than everything else.
const SLICES: i64 = 60;
const SLICE: Millis = Millis::minutes(3 * 60);

/// The most steps of one erasure in one sweep.
const ERASURE_STEPS: u32 = 30;

/// A job of the sweeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Announces due and abandoned proposals to the executor again.
    AnnounceActions,
    /// Announces records with undecided events to the agent again.
    AnnounceSituations,
    /// Announces records to the agent whose members changed by a merge or its undoing.
    AnnounceRecombined,
    /// Expires pending proposals whose time has run out.
    ExpireProposals,
    /// Continues abandoned imports.
    ContinueImports,
    /// Continues incomplete erasures.
    ContinueErasures,
}

impl Job {
    /// All jobs, in the order in which they run.
    pub const ALL: [Self; 6] = [
        Self::AnnounceActions,
        Self::AnnounceSituations,
        Self::AnnounceRecombined,
        Self::ExpireProposals,
        Self::ContinueImports,
        Self::ContinueErasures,
    ];

    /// The name in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnnounceActions => "announce actions",
            Self::AnnounceSituations => "announce situations",
            Self::AnnounceRecombined => "announce recombined records",
            Self::ExpireProposals => "expire proposals",
            Self::ContinueImports => "continue imports",
            Self::ContinueErasures => "continue erasures",
        }
    }
}

/// The result of one job: the number of items done.
pub type Swept = (Job, Result<usize, SweepError>);

/// The failure of a job. The next sweep runs it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Some items failed; the others are done.
    #[error("{failed} of {total} failed, the first because: {first}")]
    Partly {
        /// The number of failed items.
        failed: usize,
        /// The number of all items.
        total: usize,
        /// The error of the first one.
        first: String,
    },
}

/// The sweeper: it repeats lost messages, expires proposals, and continues abandoned work.
#[derive(Debug)]
pub struct Sweeper<'a, D, A, S, T, E> {
    /// The shared database.
    pub db: &'a D,
    /// The queue for approved proposals.
    pub actions: &'a A,
    /// The queue for records with pending events.
    pub situations: &'a S,
    /// The objects with personal data.
    pub targets: &'a T,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
}

impl<D, A, S, T, E> Sweeper<'_, D, A, S, T, E>
where
    D: Database,
    A: Actions,
    S: Situations,
    T: ErasureTargets,
    E: Entropy,
{
    /// Runs every job, whether or not others fail.
    pub async fn sweep(&self) -> Vec<Swept> {
        let mut swept = Vec::with_capacity(Job::ALL.len());
        for job in Job::ALL {
            swept.push((job, self.run(job).await));
        }
        swept
    }

    async fn run(&self, job: Job) -> Result<usize, SweepError> {
        match job {
            Job::AnnounceActions => self.announce_actions().await,
            Job::AnnounceSituations => self.announce_situations().await,
            Job::AnnounceRecombined => {
                let records = merges::recombined(self.db, self.now - GRACE).await?;
                self.announce(records).await
            }
            Job::ExpireProposals => self.expire_proposals().await,
            Job::ContinueImports => Ok(import::go_on(self.db, self.entropy, self.now).await?),
            Job::ContinueErasures => self.continue_erasures().await,
        }
    }

    async fn announce_actions(&self) -> Result<usize, SweepError> {
        let mut tally = Tally::default();
        for proposal in proposals::due(self.db, self.now, self.now - GRACE).await? {
            tally.add(self.actions.announce(proposal).await);
        }
        tally.result()
    }

    async fn announce_situations(&self) -> Result<usize, SweepError> {
        let now = self.now;
        let minute = now.as_millis().div_euclid(Millis::minutes(1).0);
        let slice_end = now - Millis(SLICE.0 * minute.rem_euclid(SLICES));
        let mut records = events::undecided_records(self.db, now - RECENT, now - GRACE).await?;
        records.extend(events::undecided_records(self.db, slice_end - SLICE, slice_end.min(now - RECENT)).await?);
        self.announce(records).await
    }

    async fn announce(&self, records: Vec<RecordId>) -> Result<usize, SweepError> {
        let mut tally = Tally::default();
        for record in records {
            tally.add(self.situations.announce(record).await);
        }
        tally.result()
    }

    async fn expire_proposals(&self) -> Result<usize, SweepError> {
        let mut tally = Tally::default();
        for proposal in proposals::expired(self.db, PROPOSAL_LIFETIME, self.now).await? {
            match self.expire(proposal).await {
                // A person decided at the last moment.
                Err(DatabaseError::Conflict(_)) => {}
                result => tally.add(result),
            }
        }
        tally.result()
    }

    async fn expire(&self, proposal: Proposal) -> Result<(), DatabaseError> {
        let reason = "nobody decided in time";
        let mut head = chain::head(self.db, &ChainId::Record(proposal.card.home())).await?;
        let expired = Transition::of(proposal, EntryKind::Expired, Actor::system("sweeper"), self.now)
            .decided(ProposalStatus::Expired, Some(reason.to_owned()))
            .note(reason);
        expired.commit(self.db, &mut head, self.entropy).await.map(drop)
    }

    /// Continues erasures; each stores its own error.
    async fn continue_erasures(&self) -> Result<usize, SweepError> {
        let eraser = Eraser { db: self.db, targets: self.targets, entropy: self.entropy, now: self.now };
        let mut tally = Tally::default();
        for id in privacy::under_way(self.db).await? {
            tally.add(eraser.go_on(id, ERASURE_STEPS).await);
        }
        tally.result()
    }
}

/// The counts of done and failed items: a failure does not end the job.
#[derive(Default)]
struct Tally {
    done: usize,
    failed: usize,
    first: Option<String>,
}

impl Tally {
    fn add<T>(&mut self, result: Result<T, impl fmt::Display>) {
        match result {
            Ok(_) => self.done += 1,
            Err(error) => {
                self.failed += 1;
                self.first.get_or_insert_with(|| error.to_string());
            }
        }
    }

    fn result(self) -> Result<usize, SweepError> {
        match self.first {
            None => Ok(self.done),
            Some(first) => Err(SweepError::Partly { failed: self.failed, total: self.done + self.failed, first }),
        }
    }
}
