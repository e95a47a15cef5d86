mod answer;
mod undo;

use crate::{
    agent::made_moot,
    assess::{Assessor, Cause},
    load::{LoadError, load},
    plan,
    proposal::Transition,
    retry::{MayConflict, retry_on_conflict},
};
use nerve_ledger::{
    autonomy::{self, StoredGrant},
    chain::{self, Body, ChainId, Entry, EntryKind},
    events, proposals,
    readiness::{self, BrokenChain},
};
use nerve_model::{
    Action, ActionKind, Actor, Digest, EventKind, Executable, Execution, GateVerdict, Millis, Operation, Proposal,
    ProposalId, ProposalStatus, RecommenderId, Timestamp, typed_line,
};
use nerve_policy::Category;
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Operations, Statement, Timelines, Unreachable};
use nerve_protocol::limits::PROPOSAL_LIFETIME;
use serde_json::Value;

/// The longest reason of a rejection, in characters.
pub const REASON_CHARS: usize = 500;

/// The longest answer to a question of a card, in characters.
pub const ANSWER_CHARS: usize = 1_000;

/// The longest name of a reviewer, in characters.
pub const REVIEWER_CHARS: usize = 80;

/// The longest outcome, in characters.
pub const OUTCOME_CHARS: usize = 500;

pub use answer::{Answered, Kept, Reply};

/// The reason why a review step was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReviewError {
    /// No proposal has this id.
    #[error("there is no such proposal")]
    NotFound,
    /// The card changed since the person saw it: they must look again.
    #[error("the proposal has changed since it was shown")]
    Stale {
        /// The digest of the present card.
        digest: Digest,
    },
    /// The status of the proposal does not allow the step.
    #[error("the proposal is {status} already")]
    Decided {
        /// The present status.
        status: ProposalStatus,
        /// The actor who decided.
        by: Option<Actor>,
        /// The time of the decision.
        at: Option<Timestamp>,
    },
    /// The action lacks something that nobody has said yet.
    #[error("{lack}: answer “{question}” first")]
    Unanswered {
        /// What it lacks.
        lack: &'static str,
        /// The question that asks for it.
        question: String,
    },
    /// The decision cannot be taken back now; the text says why, and when it can.
    #[error("{0}")]
    UnderWay(&'static str),
    /// The action is critical: a person performs it, outside Nerve.
    #[error("a critical action is carried out by a person, outside Nerve")]
    HumanOwned,
    /// The request is invalid; the text names the problem.
    #[error("{0}")]
    Invalid(String),
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record object or the executor was unreachable.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

impl MayConflict for ReviewError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

impl From<LoadError> for ReviewError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => Self::Database(error),
            LoadError::Record(error) => Self::Unreachable(error),
        }
    }
}

/// The review of proposals: each step of a person is one batch of the proposal's next version and its ledger entry,
/// which is refused when another change came first.
#[derive(Debug)]
pub struct Review<'a, D, R, A, E, O> {
    /// The shared database.
    pub db: &'a D,
    /// The record objects with the timelines.
    pub records: &'a R,
    /// The queue for approved proposals.
    pub actions: &'a A,
    /// The source of salts.
    pub entropy: &'a E,
    /// The source of this deployment's operations.
    pub operations: &'a O,
    /// The time of the decision.
    pub now: Timestamp,
    /// The person who decides.
    pub actor: Actor,
}

impl<D, R, A, E, O> Review<'_, D, R, A, E, O>
where
    D: Database,
    R: Timelines,
    A: Actions,
    E: Entropy,
    O: Operations,
{
    /// Approves the card with this digest.
    pub async fn approve(&self, id: ProposalId, digest: &Digest) -> Result<Proposal, ReviewError> {
        let approved = self
            .change(id, async |proposal| {
                let approval = self.approval(proposal, digest)?;
                self.ready(&approval.next).await?;
                Ok(approval)
            })
            .await?;
        // The sweeper repeats a lost announcement.
        let _announced = self.actions.announce(id).await;
        Ok(approved)
    }

    fn approval(&self, proposal: Proposal, digest: &Digest) -> Result<Transition, ReviewError> {
        pending(&proposal)?;
        if proposal.card.action.executable().is_none() {
            return Err(ReviewError::HumanOwned);
        }
        if proposal.digest != *digest {
            return Err(ReviewError::Stale { digest: proposal.digest });
        }
        if let Some(lack) = proposal.card.action.executable().and_then(Executable::lacks) {
            let question = proposal.card.questions.first().map_or(lack.asks, String::as_str).to_owned();
            return Err(ReviewError::Unanswered { lack: lack.says, question });
        }
        if let Some(gate) = proposal.card.gates.iter().find(|gate| gate.verdict == GateVerdict::Block) {
            return Err(ReviewError::Invalid(format!("a gate blocks this: {}", gate.reason)));
        }
        Ok(self.transition(proposal, EntryKind::Approved).decided(ProposalStatus::Approved, None))
    }

    /// A broken ledger takes no approval: its entry would hide the fault.
    async fn ready(&self, proposal: &Proposal) -> Result<(), ReviewError> {
        let broken = readiness::broken(self.db, proposal.card.home()).await?;
        let refused = |broken| ReviewError::Invalid(format!("the record's ledger is broken: {broken}"));
        broken.map_or(Ok(()), |broken| Err(refused(broken)))
    }

    /// Rejects a pending or failed proposal.
    pub async fn reject(&self, id: ProposalId, reason: &str) -> Result<Proposal, ReviewError> {
        let reason = typed("the reason", reason, REASON_CHARS)?;
        self.change(id, async |proposal| {
            if proposal.status != ProposalStatus::Failed {
                pending(&proposal)?;
            }
            let said = reason
                .as_ref()
                .map_or_else(|| "rejected without a reason".to_owned(), |why| format!("rejected: {why}"));
            let rejected = self.transition(proposal, EntryKind::Rejected);
            Ok(rejected.decided(ProposalStatus::Rejected, reason.clone()).overriding(said))
        })
        .await
    }

    /// Replaces the parameters of a pending proposal. Risk and gates are assessed again in the present situation, and
    /// the digest changes.
    pub async fn edit(&self, id: ProposalId, params: Value) -> Result<Proposal, ReviewError> {
        let operations = self.operations.operations().await;
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            let executable = proposal.card.action.executable().ok_or(ReviewError::HumanOwned)?;
            let edited =
                executable.with_params(params.clone()).map_err(|error| ReviewError::Invalid(error.to_string()))?;
            let changed = proposal.card.action != Action::Executable(edited.clone());
            proposal.card.edited |= changed;
            let (next, broken) = self.regate(proposal, edited, &operations).await?;
            let notes = broken.iter().map(|broken| broken.note(self.now)).collect();
            Ok(self.transition(next, EntryKind::Edited).overriding("edited the parameters").with(notes))
        })
        .await
    }

    async fn regate(
        &self,
        mut proposal: Proposal,
        edited: Executable,
        operations: &Result<Vec<Operation>, Unreachable>,
    ) -> Result<(Proposal, Option<BrokenChain>), ReviewError> {
        let context = load(self.db, self.records, proposal.card.home()).await?;
        let situation = context.situation()?;
        let snapshot = &context.snapshot;
        let assessor = Assessor {
            situation: &situation,
            operations,
            autonomy: &plan::autonomy(snapshot.grants.clone()),
            broken: snapshot.broken.as_ref(),
        };
        let stored = events::get(self.db, proposal.card.event.id).await?;
        let cause = stored
            .as_ref()
            .map_or_else(|| Cause::shown(&proposal.card), |stored| Cause::of(&stored.event, stored.record));
        let moot = made_moot(self.db, &proposal).await?.map(|(_, reason)| reason);
        let others = snapshot.open.iter().chain(&snapshot.tried).filter(|other| other.id != proposal.id);
        let action = Action::Executable(edited);
        let assessment = assessor.assess(&action, &proposal.recommender, &cause, &proposal.card.matched, moot, others);
        drop(cause);
        let card = &mut proposal.card;
        card.action = action;
        card.risk = assessment.risk;
        card.reversible = assessment.undo.is_possible();
        card.gates = assessment.gates.to_vec();
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        Ok((proposal, snapshot.broken.clone()))
    }

    /// Hides the proposal from the queue until `until`, at most for 14 days; `None` shows it again.
    pub async fn snooze(&self, id: ProposalId, until: Option<Timestamp>) -> Result<Proposal, ReviewError> {
        if until.is_some_and(|until| until <= self.now || until > self.now + PROPOSAL_LIFETIME) {
            return Err(ReviewError::Invalid("a proposal is snoozed until a time in the next 14 days".to_owned()));
        }
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            proposal.handling.snoozed_until = until;
            // At least a day is left to decide after the snooze.
            proposal.expires_at =
                until.map_or(proposal.expires_at, |until| proposal.expires_at.max(until + Millis::days(1)));
            let said = until.map_or_else(|| "brought back".to_owned(), |until| format!("until {until}"));
            Ok(self.transition(proposal, EntryKind::Snoozed).note(said))
        })
        .await
    }

    /// Assigns the proposal to a person; `None` removes the assignment.
    pub async fn assign(&self, id: ProposalId, to: Option<&str>) -> Result<Proposal, ReviewError> {
        let to = typed("the name of the reviewer", to.unwrap_or_default(), REVIEWER_CHARS)?;
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            proposal.handling.assigned_to.clone_from(&to);
            let said = to.as_ref().map_or_else(|| "to nobody in particular".to_owned(), |name| format!("to {name}"));
            Ok(self.transition(proposal, EntryKind::Assigned).note(said))
        })
        .await
    }

    /// Stores the outcome, for example `paid two days later`.
    pub async fn outcome(&self, id: ProposalId, outcome: &str) -> Result<Proposal, ReviewError> {
        let outcome = typed("the outcome", outcome, OUTCOME_CHARS)?;
        let outcome = outcome.ok_or_else(|| ReviewError::Invalid("the outcome is empty".to_owned()))?;
        self.change(id, async |mut proposal| {
            if proposal.status == ProposalStatus::Pending && proposal.card.action.executable().is_some() {
                return Err(ReviewError::Invalid("a proposal has an outcome once it is decided".to_owned()));
            }
            proposal.outcome = Some(outcome.clone());
            Ok(self.transition(proposal, EntryKind::Outcome))
        })
        .await
    }

    /// Retries a failed proposal, or one with an unknown outcome.
    pub async fn retry(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        let retried = self
            .change(id, async |mut proposal| {
                if !matches!(proposal.status, ProposalStatus::Failed | ProposalStatus::Unknown) {
                    return Err(decided(&proposal));
                }
                self.ready(&proposal).await?;
                proposal.execution = Execution::default();
                let retried = self.transition(proposal, EntryKind::Retried).status(ProposalStatus::Approved);
                Ok(retried.overriding("tried again"))
            })
            .await?;
        let _announced = self.actions.announce(id).await;
        Ok(retried)
    }

    /// Confirms that an action with unknown outcome took effect.
    pub async fn found_done(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        self.change(id, async |mut proposal| {
            if proposal.status != ProposalStatus::Unknown {
                return Err(decided(&proposal));
            }
            proposal.execution.result = Some("found done by a person".to_owned());
            let done = self.transition(proposal, EntryKind::Executed).status(ProposalStatus::Done);
            Ok(done.overriding("found done").note("found done"))
        })
        .await
    }

    /// Grants autonomy to a category.
    pub async fn grant(
        &self,
        recommender: RecommenderId,
        event: EventKind,
        action: ActionKind,
    ) -> Result<(), ReviewError> {
        let category = category(&recommender, event, action)?;
        let (granted_by, granted_at) = (self.actor.clone(), self.now);
        let grant = StoredGrant { recommender, event, action, granted_by, granted_at };
        let note = format!("{category} may act without a person");
        self.change_settings(EntryKind::Granted, autonomy::grant(&grant), note).await
    }

    /// Revokes the grant of a category.
    pub async fn revoke(
        &self,
        recommender: RecommenderId,
        event: EventKind,
        action: ActionKind,
    ) -> Result<(), ReviewError> {
        let category = category(&recommender, event, action)?;
        let statement = autonomy::revoke(&recommender, event, action);
        self.change_settings(EntryKind::Revoked, statement, format!("{category} asks a person")).await
    }

    async fn change_settings(&self, kind: EntryKind, statement: Statement, note: String) -> Result<(), ReviewError> {
        let body = Body { note: Some(note), ..Body::default() };
        let entry = Entry { kind, at: self.now, actor: self.actor.clone(), proposal: None, event: None, body };
        let written = retry_on_conflict(async || {
            let mut head = chain::head(self.db, &ChainId::Settings).await?;
            let mut statements = vec![statement.clone()];
            statements.extend(head.append(&ChainId::Settings, &entry, self.entropy.random()));
            self.db.batch(statements).await
        });
        Ok(written.await.map(drop)?)
    }

    /// Loads the proposal, decides and writes; repeats this after a conflict.
    async fn change(
        &self,
        id: ProposalId,
        decide: impl AsyncFn(Proposal) -> Result<Transition, ReviewError>,
    ) -> Result<Proposal, ReviewError> {
        retry_on_conflict(async || {
            let (proposal, mut head) = proposals::with_head(self.db, id).await?.ok_or(ReviewError::NotFound)?;
            Ok(decide(proposal).await?.commit(self.db, &mut head, self.entropy).await?)
        })
        .await
    }

    fn transition(&self, proposal: Proposal, kind: EntryKind) -> Transition {
        Transition::of(proposal, kind, self.actor.clone(), self.now)
    }
}

fn category(recommender: &RecommenderId, event: EventKind, action: ActionKind) -> Result<Category, ReviewError> {
    Category::new(recommender.clone(), event, action).map_err(|error| ReviewError::Invalid(error.to_string()))
}

fn typed(what: &str, text: &str, max: usize) -> Result<Option<String>, ReviewError> {
    typed_line(what, text, max).map_err(|error| ReviewError::Invalid(error.to_string()))
}

fn pending(proposal: &Proposal) -> Result<(), ReviewError> {
    if proposal.status == ProposalStatus::Pending { Ok(()) } else { Err(decided(proposal)) }
}

fn decided(proposal: &Proposal) -> ReviewError {
    let decision = proposal.decision.as_ref();
    ReviewError::Decided { status: proposal.status, by: decision.map(|d| d.by.clone()), at: decision.map(|d| d.at) }
}
