use crate::decide;
use nerve_connectors::{Failure, Plan};
use nerve_ledger::{
    chain::{Body, ChainId, EntryKind, Head},
    events, proposals,
};
use nerve_model::{Actor, Executable, Millis, Proposal, ProposalId, ProposalStatus, Timestamp};
use nerve_policy::Playbook;
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use std::fmt;

/// After this time without a result, whoever took a proposal on is taken for dead.
const LEASE: Millis = Millis::minutes(1);

/// What became of a proposal that was to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The effect is there; the id of what was created.
    Done(String),
    /// Nothing to do: it is not approved, not due, or in other hands.
    Nothing,
    /// A newer event made it moot.
    Withdrawn(String),
    /// It failed and is tried again at this time.
    Postponed(Timestamp),
    /// It failed for good; a person may try again.
    Failed(String),
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(result) => write!(f, "done: {result}"),
            Self::Nothing => f.write_str("nothing to do"),
            Self::Withdrawn(reason) => write!(f, "withdrawn: {reason}"),
            Self::Postponed(at) => write!(f, "failed, again at {at}"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
        }
    }
}

/// Carries an approved proposal out: once, however often it is asked.
///
/// The intent is written before the effect. Each step is a batch that rests on the version it read, so of two
/// executors only one gets through. An executor that died leaves an intent without a result: since the effects of
/// the local connectors are in the same batch as their result, the effect cannot have happened, and it is tried again.
pub async fn carry_out(
    db: &impl Database,
    entropy: &impl Entropy,
    id: ProposalId,
    now: Timestamp,
) -> Result<Carried, DatabaseError> {
    let executor = Executor { db, entropy, now };
    match executor.step(id).await {
        // Somebody else changed it first: it is in their hands.
        Err(DatabaseError::Conflict(_)) => Ok(Carried::Nothing),
        settled => settled,
    }
}

struct Executor<'a, D, E> {
    db: &'a D,
    entropy: &'a E,
    now: Timestamp,
}

impl<D: Database, E: Entropy> Executor<'_, D, E> {
    async fn step(&self, id: ProposalId) -> Result<Carried, DatabaseError> {
        let Some((proposal, head)) = proposals::with_head(self.db, id).await? else { return Ok(Carried::Nothing) };
        let Some(action) = proposal.card.action.executable().cloned() else { return Ok(Carried::Nothing) };
        match proposal.status {
            ProposalStatus::Approved if is_due(&proposal, self.now) => self.take_on(proposal, head, &action).await,
            ProposalStatus::Executing if self.now.since(proposal.updated_at).0 >= LEASE.0 => {
                self.give_back(proposal, head, "the executor stopped before the result was written").await
            }
            _ => Ok(Carried::Nothing),
        }
    }

    async fn take_on(&self, proposal: Proposal, mut head: Head, action: &Executable) -> Result<Carried, DatabaseError> {
        if let Some(reason) = self.moot(&proposal).await? {
            let next = decide::withdrawn(proposal, &reason, self.now);
            self.write(&next, &mut head, EntryKind::Withdrawn, Some(reason.clone()), Vec::new()).await?;
            return Ok(Carried::Withdrawn(reason));
        }
        if let Err(problem) = intact(&proposal, action) {
            return self.fail(proposal, head, &problem).await;
        }
        let mut next = decide::advance(proposal, self.now);
        next.status = ProposalStatus::Executing;
        next.execution.attempts += 1;
        next.execution.next_attempt_at = None;
        self.write(&next, &mut head, EntryKind::Intent, None, Vec::new()).await?;
        self.perform(next, head, action).await
    }

    /// Whether something that happened since makes the action pointless.
    async fn moot(&self, proposal: &Proposal) -> Result<Option<String>, DatabaseError> {
        // Without the rules nobody can tell: nothing is carried out until they can be read.
        let playbook = Playbook::load().map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
        let newer = events::newer_of_record(self.db, proposal.card.record.id, proposal.card.event.id).await?;
        let same_subject = newer.into_iter().filter(|stored| stored.event.subject == proposal.card.subject);
        Ok(same_subject.into_iter().find_map(|stored| playbook.makes_moot(&stored.event, &proposal.card)))
    }

    async fn perform(&self, proposal: Proposal, mut head: Head, action: &Executable) -> Result<Carried, DatabaseError> {
        let Plan::Local { statements, result } = nerve_connectors::plan(&proposal, action, self.now);
        let mut next = decide::advance(proposal.clone(), self.now);
        next.status = ProposalStatus::Done;
        next.execution.result = Some(result.clone());
        next.execution.last_error = None;
        match self.write(&next, &mut head, EntryKind::Executed, None, statements).await {
            Ok(()) => Ok(Carried::Done(result)),
            Err(error) => self.after_failure(proposal, &error).await,
        }
    }

    async fn after_failure(&self, proposal: Proposal, error: &DatabaseError) -> Result<Carried, DatabaseError> {
        // A failure may hide a success: what is stored says which it was.
        match proposals::with_head(self.db, proposal.id).await? {
            Some((stored, head)) if stored.version == proposal.version => {
                self.give_back(stored, head, &error.to_string()).await
            }
            Some((Proposal { status: ProposalStatus::Done, execution, .. }, _)) => {
                Ok(Carried::Done(execution.result.unwrap_or_default()))
            }
            _ => Ok(Carried::Nothing),
        }
    }

    /// Another attempt later, or a person when there were enough.
    async fn give_back(&self, proposal: Proposal, mut head: Head, error: &str) -> Result<Carried, DatabaseError> {
        match nerve_connectors::after_failure(proposal.execution.attempts) {
            Failure::Permanent => self.fail(proposal, head, error).await,
            Failure::Retry { after } => {
                let at = self.now + after;
                let mut next = decide::advance(proposal, self.now);
                next.status = ProposalStatus::Approved;
                next.execution.next_attempt_at = Some(at);
                next.execution.last_error = Some(error.to_owned());
                self.write(&next, &mut head, EntryKind::AttemptFailed, Some(error.to_owned()), Vec::new()).await?;
                Ok(Carried::Postponed(at))
            }
        }
    }

    async fn fail(&self, proposal: Proposal, mut head: Head, error: &str) -> Result<Carried, DatabaseError> {
        let mut next = decide::advance(proposal, self.now);
        next.status = ProposalStatus::Failed;
        next.execution.last_error = Some(error.to_owned());
        next.execution.next_attempt_at = None;
        self.write(&next, &mut head, EntryKind::Failed, Some(error.to_owned()), Vec::new()).await?;
        Ok(Carried::Failed(error.to_owned()))
    }

    async fn write(
        &self,
        next: &Proposal,
        head: &mut Head,
        kind: EntryKind,
        note: Option<String>,
        also: Vec<Statement>,
    ) -> Result<(), DatabaseError> {
        let chain = ChainId::Record(next.card.record.id);
        let body = Body { note, ..Body::of(next) };
        let entry = decide::entry(kind, next, Actor::system("executor"), body, self.now);
        let mut statements = also;
        statements.push(proposals::update(next));
        statements.extend(head.append(&chain, &entry, self.entropy.random()));
        self.db.batch(statements).await.map(drop)
    }
}

fn is_due(proposal: &Proposal, now: Timestamp) -> bool {
    proposal.execution.next_attempt_at.is_none_or(|at| at <= now)
}

/// What is carried out must be what was shown, and must fit its bounds.
fn intact(proposal: &Proposal, action: &Executable) -> Result<(), String> {
    if proposals::digest(proposal.id, &proposal.card) != proposal.digest {
        return Err("the proposal is not the one that was approved".to_owned());
    }
    action.validate().map_err(|error| error.to_string())
}
