use crate::{
    load::{LoadError, RecordContext, load},
    plan::{Decision, Waits},
    retry::{MayConflict, retry_on_conflict},
};
use nerve_ledger::{advice, events, proposals};
use nerve_model::{
    Answered, EventId, Millis, Placed, Priority, Proposal, ProposalStatus, RecordId, Risk, Timestamp, settled_by,
};
use nerve_policy::{Moot, may_precede_identity, withdrawals};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Operations, Records, Unreachable};
use nerve_recommend::{Advice, RecommendError, Recommendation, Recommender, Withdrawal};
use nerve_situation::{Combined, Situation};
use std::{fmt, ops::AddAssign};

/// The most rounds of decisions for one record in a row.
const ROUNDS: usize = 20;

/// The time before an event from which on events may have arrived that settle it: vendors promise no order, and a merge
/// brings together what came to two records.
const EARLIER: Millis = Millis::days(7);

/// The agent confirms decided entries to the record object once it has returned this many.
const CONFIRM_AT: usize = 10;

/// The reason why a situation was not decided. Every case is worth a retry: the record object keeps its pending range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConsiderError {
    /// The database could not be read or written, or kept changing.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record object was unreachable.
    #[error(transparent)]
    Record(#[from] Unreachable),
    /// The recommender gave no advice.
    #[error(transparent)]
    Recommend(#[from] RecommendError),
}

/// The result of considering a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Considered {
    /// The number of decided events; 0 when none was pending.
    pub events: usize,
    /// The number of new proposals.
    pub proposed: u32,
    /// The number of new proposals that a rule approved.
    pub automatic: usize,
    /// The number of recommendations that a gate blocked.
    pub dropped: u32,
    /// The number of proposals that a newer event made moot.
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

/// The agent, which turns situations into proposals.
#[derive(Debug)]
pub struct Agent<'a, D, R, A, E, O, M> {
    /// The shared database.
    pub db: &'a D,
    /// The record objects with the timelines.
    pub records: &'a R,
    /// The queue for proposals that a rule approved.
    pub actions: &'a A,
    /// The source of salts.
    pub entropy: &'a E,
    /// The source of this deployment's operations.
    pub operations: &'a O,
    /// The recommender.
    pub recommender: &'a M,
    /// The longest text of a situation that is kept with a proposal, in bytes.
    pub document_bytes: usize,
    /// The time of the decision.
    pub now: Timestamp,
}

/// Advice with the pending events that it is about.
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
    /// Decides the pending events of a record, unless it is being erased. While a question about it is open, its events
    /// stay pending, and only what needs no identity is proposed. Nothing changes when nothing is pending or every proposal
    /// exists. The sweeper announces the record again if events remain after the last round.
    pub async fn consider(&self, record: RecordId) -> Result<Considered, ConsiderError> {
        let mut considered = Considered::default();
        for _ in 0..ROUNDS {
            // Advice outlives the retries of a round: after a conflict, nobody asks the recommender again.
            let mut advised = None;
            let round = retry_on_conflict(async || self.try_consider(record, &mut advised).await).await;
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
        advised: &mut Option<Advised>,
    ) -> Result<(Considered, bool), ConsiderError> {
        let context = load(self.db, self.records, record).await?;
        if context.snapshot.is_erased() {
            return Ok((Considered::default(), false));
        }
        if context.snapshot.waits_for().is_some() {
            return Ok((self.decide(context, advised).await?, false));
        }
        let (confirm, more) = (context.combined.confirm.clone(), context.combined.more);
        let seen = context.undecided.len() + context.snapshot.decided.len();
        let considered = self.decide(context, advised).await?;
        // The database knows the decided events. A confirmation only shortens the record object's answers, and costs a
        // row.
        if more || seen >= CONFIRM_AT {
            for (part, up_to) in confirm {
                self.records.confirm(part, up_to).await?;
            }
        }
        Ok((considered, more))
    }

    async fn decide(&self, context: RecordContext, advised: &mut Option<Advised>) -> Result<Considered, ConsiderError> {
        let Combined { pending, repeats, .. } = &context.combined;
        if pending.is_empty() && repeats.is_empty() && context.snapshot.recombined.is_empty() {
            return Ok(Considered::default());
        }
        let waits = context.snapshot.waits_for().cloned();
        let events = if waits.is_some() { 0 } else { pending.len() + repeats.len() };
        let situation = context.situation()?;
        let mut advice = self.advice(&situation, advised).await?;
        withdraw(&mut advice, withdrawals(&situation, &context.snapshot.open));
        if !context.snapshot.recombined.is_empty() {
            self.withdraw_what_is_moot(&mut advice, &context.snapshot.open).await?;
        }
        let urgent = advice.recommendations.iter().any(presses);
        if waits.is_some() {
            advice.recommendations.retain(|recommendation| may_precede_identity(recommendation.action.kind()));
        }
        // What needs no identity was proposed while the question was open.
        let known = match context.snapshot.questions.is_empty() {
            true => Vec::new(),
            false => {
                let ids: Vec<_> = advice.recommendations.iter().map(|recommendation| recommendation.id).collect();
                proposals::existing(self.db, &ids).await?
            }
        };
        // Only a recommendation is assessed: without one, the executor is not asked.
        let operations = match advice.recommendations.is_empty() {
            true => Ok(Vec::new()),
            false => self.operations.operations().await,
        };
        let rewritten = |proposal: &Proposal| {
            let own = proposal.recommender == self.recommender.id() && !proposal.card.edited;
            own.then(|| self.recommender.rewritten(proposal, &situation, self.now)).flatten()
        };
        let decision = Decision {
            situation: &situation,
            rewritten: &rewritten,
            context,
            advice: &advice,
            known,
            waits: waits.map(|question| Waits { question, urgent }),
            recommender: self.recommender.id(),
            operations: &operations,
            document_bytes: self.document_bytes,
            now: self.now,
        };
        let plan = decision.plan(self.entropy);
        self.db.batch(plan.statements).await?;
        for proposal in &plan.automatic {
            // The sweeper repeats a lost announcement.
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

    /// The recommender's advice about the pending events: from an earlier attempt, else stored for this situation, else
    /// asked for and stored before any decision.
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

    /// Withdraws proposals that an event of another member made moot; a merge brings the two together.
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
}

/// The recommendation asks to be handled before others.
fn presses(recommendation: &Recommendation) -> bool {
    let action = &recommendation.action;
    action.priority() == Priority::Urgent || action.kind().base_risk() >= Risk::High
}

/// Adds the withdrawals that the table of settlements demands, whoever recommended what they end.
fn withdraw(advice: &mut Advice, ended: Vec<Moot>) {
    for Moot { proposal, event, reason } in ended {
        if !advice.withdrawals.iter().any(|withdrawal| withdrawal.proposal == proposal) {
            advice.withdrawals.push(Withdrawal { proposal, event, reason });
        }
    }
}

/// The event that makes a proposal moot, with the reason; `None` when there is none.
pub(crate) async fn made_moot(
    db: &impl Database,
    proposal: &Proposal,
) -> Result<Option<(EventId, String)>, DatabaseError> {
    let card = &proposal.card;
    let found = events::that_may_settle(db, card, EARLIER).await?;
    let (answered, action) = (Answered::from(card), card.action.kind());
    Ok(found.into_iter().find_map(|stored| {
        let later = Placed { event: &stored.event, home: Some(stored.record) };
        Some((stored.event.id, settled_by(later, &answered, action)?))
    }))
}
