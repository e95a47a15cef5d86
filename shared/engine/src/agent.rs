use crate::{ATTEMPTS, decide};
use nerve_context::{OpenProposal, Situation};
use nerve_ledger::{Dossier, dossier};
use nerve_model::{EventId, Proposal, RecordId, Timestamp};
use nerve_policy::{RecommendError, Recommender};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Records, Unreachable};
use nerve_protocol::record::Pending;
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
    /// Decides what is pending at a record. Nothing pending, or everything proposed before: nothing changes. What is
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
        let pending = self.records.pending(record, u32::try_from(Situation::HISTORY).unwrap_or(u32::MAX)).await?;
        let Some(up_to) = pending.up_to else { return Ok((Considered::default(), false)) };
        let more = pending.more;
        let seen: Vec<EventId> = pending.entries.iter().map(|entry| entry.event.id).collect();
        let dossier = dossier(self.db, record, &seen).await?;
        let situation = situation(record, pending, up_to, &dossier)?;
        let considered = self.decide(&situation, dossier).await?;
        // The database knows what is decided. Telling the record only keeps what it returns short, and costs a row.
        if more || seen.len() >= CONFIRM_AT {
            self.records.confirm(record, up_to).await?;
        }
        Ok((considered, more))
    }

    async fn decide(&self, situation: &Situation, dossier: Dossier) -> Result<Considered, ConsiderError> {
        if situation.pending.is_empty() {
            return Ok(Considered::default());
        }
        let advice = self.recommender.recommend(situation, self.now).await?;
        let plan = decide::plan(situation, &advice, dossier, self.entropy, self.document_bytes, self.now);
        self.db.batch(plan.statements).await?;
        for proposal in &plan.automatic {
            // A lost announcement is made again by the sweeper.
            let _announced = self.actions.announce(*proposal).await;
        }
        Ok(Considered {
            events: situation.pending.len(),
            proposed: plan.proposed,
            automatic: plan.automatic.len(),
            dropped: plan.dropped,
            withdrawn: plan.withdrawn,
        })
    }
}

/// The situation of a record, from what its object has waiting and what the database knows.
///
/// # Errors
///
/// The record is not in the database.
pub fn situation(record: RecordId, waiting: Pending, up_to: u64, dossier: &Dossier) -> Result<Situation, Unreachable> {
    let stored = dossier.record.as_ref().ok_or_else(|| Unreachable(format!("{record} is not in the database")))?;
    let Pending { entries: pending, history, matters, .. } = waiting.without(&dossier.decided, Situation::HISTORY);
    Ok(Situation {
        record: stored.reference(),
        known_by: dossier.claims.clone(),
        addresses: dossier.addresses(),
        history,
        pending,
        matters,
        tasks: dossier.tasks.clone(),
        proposals: dossier.open.iter().map(open_proposal).collect(),
        tried: dossier.tried.clone(),
        up_to,
    })
}

fn open_proposal(proposal: &Proposal) -> OpenProposal {
    OpenProposal {
        id: proposal.id,
        status: proposal.status,
        action: proposal.card.action.clone(),
        event: proposal.card.event.id,
        event_kind: proposal.card.event.kind,
        subject: proposal.card.subject.clone(),
    }
}
