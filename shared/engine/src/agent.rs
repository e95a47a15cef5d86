use crate::{
    load::{LoadError, RecordContext, load},
    plan::Decision,
    retry::{MayConflict, retry_on_conflict},
};
use nerve_ledger::{advice, events};
use nerve_model::{EventId, Operation, Proposal, ProposalStatus, RecordId, Timestamp};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Operations, Records, Unreachable};
use nerve_recommend::{Advice, Playbook, RecommendError, Recommender, Withdrawal};
use nerve_situation::{Combined, Situation};
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

impl MayConflict for ConsiderError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// Turns situations into proposals.
#[derive(Debug)]
pub struct Agent<'a, D, R, A, E, O, M> {
    /// The shared database.
    pub db: &'a D,
    /// The timelines.
    pub records: &'a R,
    /// Where proposals approved by a rule are announced.
    pub actions: &'a A,
    /// For salts.
    pub entropy: &'a E,
    /// Who can say which operations there are.
    pub operations: &'a O,
    /// Who recommends.
    pub recommender: &'a M,
    /// The rules that say what makes a proposal moot, whoever recommended it.
    pub playbook: &'a Playbook,
    /// How long the text of a situation may be that is kept with a proposal.
    pub document_bytes: usize,
    /// The time of the decision.
    pub now: Timestamp,
}

/// Advice, and the events that it was given about.
type Advised = (Vec<EventId>, Advice);

impl<D, R, A, E, O, M> Agent<'_, D, R, A, E, O, M>
where
    D: Database,
    R: Records,
    A: Actions,
    E: Entropy,
    O: Operations,
    M: Recommender,
{
    /// Decides what is pending at a record, unless a person is asked who that is, or it is being erased. When nothing is
    /// pending, or everything was proposed before, nothing changes. What is left after many rounds is announced again by
    /// the sweeper.
    pub async fn consider(&self, record: RecordId) -> Result<Considered, ConsiderError> {
        let operations = self.operations.operations().await;
        let mut considered = Considered::default();
        for _ in 0..ROUNDS {
            // Advice outlives the attempts to write what follows from it: a conflict asks nobody again.
            let mut advised = None;
            let round = retry_on_conflict(async || self.try_consider(record, &operations, &mut advised).await).await;
            let (round, more) = round?;
            considered += round;
            if !more {
                break;
            }
        }
        Ok(considered)
    }

    async fn try_consider(
        &self,
        record: RecordId,
        operations: &Result<Vec<Operation>, Unreachable>,
        advised: &mut Option<Advised>,
    ) -> Result<(Considered, bool), ConsiderError> {
        let context = load(self.db, self.records, record).await?;
        if context.snapshot.waits() || context.snapshot.is_erased() {
            return Ok((Considered::default(), false));
        }
        let (confirm, more) = (context.combined.confirm.clone(), context.combined.more);
        let seen = context.undecided.len() + context.snapshot.decided.len();
        let considered = self.decide(context, operations, advised).await?;
        // The database knows what is decided. Telling the record only keeps what it returns short, and costs a row.
        if more || seen >= CONFIRM_AT {
            for (part, up_to) in confirm {
                self.records.confirm(part, up_to).await?;
            }
        }
        Ok((considered, more))
    }

    async fn decide(
        &self,
        context: RecordContext,
        operations: &Result<Vec<Operation>, Unreachable>,
        advised: &mut Option<Advised>,
    ) -> Result<Considered, ConsiderError> {
        let Combined { pending, repeats, .. } = &context.combined;
        if pending.is_empty() && repeats.is_empty() && context.snapshot.recombined.is_empty() {
            return Ok(Considered::default());
        }
        let events = pending.len() + repeats.len();
        let situation = context.situation()?;
        let mut advice = self.advice(&situation, advised).await?;
        if !context.snapshot.recombined.is_empty() {
            self.withdraw_what_is_moot(&mut advice, &context.snapshot.open).await?;
        }
        let decision = Decision {
            situation: &situation,
            context,
            advice: &advice,
            recommender: self.recommender.id(),
            playbook: self.playbook,
            operations,
            document_bytes: self.document_bytes,
            now: self.now,
        };
        let plan = decision.plan(self.entropy);
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

    /// The recommender's advice about the pending events: from an earlier attempt, else as kept for this very situation,
    /// else it is asked, and its answer kept before anything is decided.
    async fn advice(&self, situation: &Situation, advised: &mut Option<Advised>) -> Result<Advice, ConsiderError> {
        let pending: Vec<EventId> = situation.pending.iter().map(|entry| entry.event.id).collect();
        if pending.is_empty() {
            return Ok(Advice::default());
        }
        if let Some((events, advice)) = advised
            && *events == pending
        {
            return Ok(advice.clone());
        }
        let (record, recommender, digest) = (situation.record.id, self.recommender.id(), situation.digest());
        if let Some(kept) = advice::get::<Advice>(self.db, record, &recommender, &digest).await? {
            *advised = Some((pending, kept.clone()));
            return Ok(kept);
        }
        let advice = self.recommender.recommend(situation, self.now).await?;
        *advised = Some((pending, advice.clone()));
        self.db.query(advice::keep(record, &recommender, &digest, &advice, self.now)).await?;
        Ok(advice)
    }

    /// When records were merged, an event of one of them may settle what is proposed about another.
    async fn withdraw_what_is_moot(&self, advice: &mut Advice, open: &[Proposal]) -> Result<(), DatabaseError> {
        for proposal in open.iter().filter(|proposal| proposal.status == ProposalStatus::Pending) {
            if advice.withdrawals.iter().any(|withdrawal| withdrawal.proposal == proposal.id) {
                continue;
            }
            if let Some((event, reason)) = made_moot(self.db, self.playbook, proposal).await? {
                advice.withdrawals.push(Withdrawal { proposal: proposal.id, event, reason });
            }
        }
        Ok(())
    }
}

/// The newer event that makes a proposal pointless, and why.
pub(crate) async fn made_moot(
    db: &impl Database,
    playbook: &Playbook,
    proposal: &Proposal,
) -> Result<Option<(EventId, String)>, DatabaseError> {
    let card = &proposal.card;
    let newer = events::newer_about(db, card.home(), &card.subject, card.event.id).await?;
    Ok(newer.into_iter().find_map(|stored| Some((stored.event.id, playbook.makes_moot(&stored.event, card)?))))
}
