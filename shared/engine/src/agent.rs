use crate::{
    ATTEMPTS, decide,
    load::{LoadError, RecordContext, load},
};
use nerve_ledger::events;
use nerve_model::{EventId, Proposal, ProposalStatus, RecordId, Timestamp};
use nerve_policy::{Advice, Playbook, RecommendError, Recommender, Withdrawal};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Records, Unreachable};
use nerve_situation::Combined;
use std::{fmt, ops::AddAssign};

/// How often a record with more pending than fits one decision is looked at in a row.
const ROUNDS: usize = 20;

/// The record is told what is decided once it has returned so many entries.
const CONFIRM_AT: usize = 10;

/// Why a situation was not decided. All of these are worth another try: the record keeps its pending range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConsiderError {
    /// The database could not be read or written, or kept changing.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record object was not reached.
    #[error(transparent)]
    Record(#[from] Unreachable),
    /// No recommendation could be had.
    #[error(transparent)]
    Recommend(#[from] RecommendError),
}

/// What considering a record came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Considered {
    /// Events decided; 0 when nothing was pending.
    pub events: usize,
    /// New proposals.
    pub proposed: u32,
    /// Of these, approved by a rule.
    pub automatic: usize,
    /// Recommendations that must not happen.
    pub dropped: u32,
    /// Proposals made moot.
    pub withdrawn: u32,
}

impl From<LoadError> for ConsiderError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => Self::Database(error),
            LoadError::Record(error) => Self::Record(error),
        }
    }
}

impl AddAssign for Considered {
    fn add_assign(&mut self, round: Self) {
        self.events += round.events;
        self.proposed += round.proposed;
        self.automatic += round.automatic;
        self.dropped += round.dropped;
        self.withdrawn += round.withdrawn;
    }
}

impl fmt::Display for Considered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, proposed, automatic, dropped, withdrawn } = self;
        write!(
            f,
            "{events} events, {proposed} proposed, {automatic} automatic, {dropped} dropped, {withdrawn} withdrawn"
        )
    }
}

/// Turns situations into proposals.
#[derive(Debug)]
pub struct Agent<'a, D, R, A, E, M> {
    /// The shared database.
    pub db: &'a D,
    /// The timelines.
    pub records: &'a R,
    /// Where proposals approved by a rule are announced.
    pub actions: &'a A,
    /// For salts.
    pub entropy: &'a E,
    /// Who recommends.
    pub recommender: &'a M,
    /// How long the text of a situation may be that is kept with a proposal.
    pub document_bytes: usize,
    /// The time of the decision.
    pub now: Timestamp,
}

impl<D: Database, R: Records, A: Actions, E: Entropy, M: Recommender> Agent<'_, D, R, A, E, M> {
    /// Decides what is pending at a record, unless a person is asked who that is. Nothing pending, or everything proposed before: nothing changes. What is
    /// left after many rounds is announced again by the sweeper.
    pub async fn consider(&self, record: RecordId) -> Result<Considered, ConsiderError> {
        let mut considered = Considered::default();
        for _ in 0..ROUNDS {
            let (round, more) = self.consider_round(record).await?;
            considered += round;
            if !more {
                break;
            }
        }
        Ok(considered)
    }

    async fn consider_round(&self, record: RecordId) -> Result<(Considered, bool), ConsiderError> {
        let mut refused = DatabaseError::Conflict("not tried".to_owned());
        for _ in 0..ATTEMPTS {
            match self.try_consider(record).await {
                Err(ConsiderError::Database(conflict @ DatabaseError::Conflict(_))) => refused = conflict,
                settled => return settled,
            }
        }
        Err(refused.into())
    }

    async fn try_consider(&self, record: RecordId) -> Result<(Considered, bool), ConsiderError> {
        let known = load(self.db, self.records, record).await?;
        if known.snapshot.waits() {
            return Ok((Considered::default(), false));
        }
        let (confirm, more) = (known.combined.confirm.clone(), known.combined.more);
        let seen = known.undecided.len() + known.snapshot.decided.len();
        let considered = self.decide(known).await?;
        // The database knows what is decided. Telling the record only keeps what it returns short, and costs a row.
        if more || seen >= CONFIRM_AT {
            for (part, up_to) in confirm {
                self.records.confirm(part, up_to).await?;
            }
        }
        Ok((considered, more))
    }

    /// When records were merged, what one of them was told may settle what is proposed about another.
    async fn withdraw_what_is_moot(&self, advice: &mut Advice, open: &[Proposal]) -> Result<(), DatabaseError> {
        for proposal in open.iter().filter(|proposal| proposal.status == ProposalStatus::Pending) {
            if advice.withdrawals.iter().any(|withdrawal| withdrawal.proposal == proposal.id) {
                continue;
            }
            if let Some((event, reason)) = made_moot(self.db, proposal).await? {
                advice.withdrawals.push(Withdrawal { proposal: proposal.id, event, reason });
            }
        }
        Ok(())
    }

    async fn decide(&self, known: RecordContext) -> Result<Considered, ConsiderError> {
        let Combined { pending, repeats, .. } = &known.combined;
        if pending.is_empty() && repeats.is_empty() && known.snapshot.recombined.is_empty() {
            return Ok(Considered::default());
        }
        let situation = known.situation()?;
        let mut advice = match pending.is_empty() {
            true => Advice::default(),
            false => self.recommender.recommend(&situation, self.now).await?,
        };
        if !known.snapshot.recombined.is_empty() {
            self.withdraw_what_is_moot(&mut advice, &known.snapshot.open).await?;
        }
        let events = pending.len() + repeats.len();
        let plan = decide::plan(&situation, &advice, known, self.entropy, self.document_bytes, self.now);
        self.db.batch(plan.statements).await?;
        for proposal in &plan.automatic {
            // A lost announcement is made again by the sweeper.
            let _announced = self.actions.announce(*proposal).await;
        }
        Ok(Considered {
            events,
            proposed: plan.proposed,
            automatic: plan.automatic.len(),
            dropped: plan.dropped,
            withdrawn: plan.withdrawn,
        })
    }
}

/// Whether something that happened since makes a proposal pointless: which event, and why.
pub(crate) async fn made_moot(
    db: &impl Database,
    proposal: &Proposal,
) -> Result<Option<(EventId, String)>, DatabaseError> {
    // Without the rules nobody can tell: nothing is carried out until they can be read.
    let playbook = Playbook::load().map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
    let card = &proposal.card;
    let newer = events::newer_about(db, card.home(), &card.subject, card.event.id).await?;
    Ok(newer.into_iter().find_map(|stored| Some((stored.event.id, playbook.makes_moot(&stored.event, card)?))))
}
