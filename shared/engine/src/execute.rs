use crate::{agent::made_moot, proposal::Transition, retry::retry_on_conflict};
use nerve_connectors::{Effect, Failure, Plan, Repeatable, Team, Verdict, classify};
use nerve_ledger::{
    chain::{EntryKind, Head},
    proposals, readiness,
};
use nerve_model::{Actor, Executable, Millis, Proposal, ProposalId, ProposalStatus, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, HttpClient, Statement};
use std::fmt;

/// The time without a result after which another executor may recover a proposal.
const LEASE: Millis = Millis::minutes(1);

/// The most concurrent writes to the same chain that a result waits for.
const PLACES_IN_LINE: u32 = 50;

/// The result of executing a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecutionOutcome {
    /// The effect happened; the id of the created row.
    Done(String),
    /// Nothing to do: the proposal is not approved, not due, or claimed by another executor.
    Nothing,
    /// A newer event made it moot.
    Withdrawn(String),
    /// The attempt failed; the next one is at this time.
    Postponed(Timestamp),
    /// The execution failed for good; a person may try again.
    Failed(String),
    /// The effect may or may not have happened; a person decides.
    Unknown(String),
}

impl fmt::Display for ExecutionOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(result) => write!(f, "done: {result}"),
            Self::Nothing => f.write_str("nothing to do"),
            Self::Withdrawn(reason) => write!(f, "withdrawn: {reason}"),
            Self::Postponed(at) => write!(f, "failed, again at {at}"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
            Self::Unknown(reason) => write!(f, "unknown: {reason}"),
        }
    }
}

/// The executor of approved proposals.
#[derive(Debug)]
pub struct Executor<'a, D, E, O> {
    /// The shared database.
    pub db: &'a D,
    /// The source of salts.
    pub entropy: &'a E,
    /// The client for tools outside.
    pub http: &'a O,
    /// The destination of notifications to the team.
    pub team: &'a Team,
    /// The time.
    pub now: Timestamp,
}

impl<D: Database, E: Entropy, O: HttpClient> Executor<'_, D, E, O> {
    /// Executes an approved proposal once, however often it is called.
    ///
    /// The intent is written before the effect. Each step is a batch that rests on the version it read, so of two
    /// executors only one succeeds. An executor that died leaves an intent without a result. A local effect is in the
    /// same batch as its result and cannot have happened, and a tool with idempotency keys can be asked again: both are
    /// retried. Any other tool may have got the request: the proposal becomes `unknown`, and Nerve does not retry it.
    pub async fn execute(&self, id: ProposalId) -> Result<ExecutionOutcome, DatabaseError> {
        // A conflict means that another executor claimed the proposal; the next read shows it.
        retry_on_conflict(async || self.step(id).await).await
    }

    async fn step(&self, id: ProposalId) -> Result<ExecutionOutcome, DatabaseError> {
        let Some((proposal, head)) = proposals::with_head(self.db, id).await? else {
            return Ok(ExecutionOutcome::Nothing);
        };
        let Some(action) = proposal.card.action.executable().cloned() else { return Ok(ExecutionOutcome::Nothing) };
        match proposal.status {
            ProposalStatus::Approved if is_due(&proposal, self.now) => self.claim(proposal, head, &action).await,
            ProposalStatus::Executing if self.now.since(proposal.updated_at).0 >= LEASE.0 => {
                self.recover(proposal, head, &action).await
            }
            _ => Ok(ExecutionOutcome::Nothing),
        }
    }

    /// Recovers a proposal whose executor stopped.
    async fn recover(
        &self,
        proposal: Proposal,
        head: Head,
        action: &Executable,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        let stopped = "the executor stopped before the result was written";
        match nerve_connectors::plan(&proposal, action, self.team, self.now) {
            Ok(plan) => self.after_doubt(proposal, head, plan.repeatable(), stopped).await,
            Err(_) => self.mark_unknown(proposal, head, stopped).await,
        }
    }

    async fn claim(
        &self,
        proposal: Proposal,
        mut head: Head,
        action: &Executable,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        if let Some((_, reason)) = made_moot(self.db, &proposal).await? {
            let withdrawn = Transition::withdrawn(proposal, &reason, executor(), self.now);
            self.write(withdrawn, &mut head).await?;
            return Ok(ExecutionOutcome::Withdrawn(reason));
        }
        if let Err(problem) = intact(&proposal, action) {
            return self.fail(proposal, head, &problem).await;
        }
        if let Some(broken) = readiness::broken(self.db, proposal.card.home()).await? {
            let why = format!("the record's ledger is broken: {broken}");
            return self.fail_with(proposal, head, &why, vec![broken.note(self.now)]).await;
        }
        let plan = match nerve_connectors::plan(&proposal, action, self.team, self.now) {
            Ok(plan) => plan,
            Err(problem) => return self.fail(proposal, head, &problem.to_string()).await,
        };
        let mut intent = self.transition(proposal, EntryKind::Intent).status(ProposalStatus::Executing);
        intent.next.execution.attempts += 1;
        intent.next.execution.next_attempt_at = None;
        let claimed = self.write(intent, &mut head).await?;
        self.perform(claimed, head, plan).await
    }

    async fn perform(&self, proposal: Proposal, head: Head, plan: Plan) -> Result<ExecutionOutcome, DatabaseError> {
        let repeatable = plan.repeatable();
        let (request, effect) = match plan {
            Plan::Local(effect) => return self.record(proposal, head, effect, repeatable).await,
            Plan::Outward { request, effect, .. } => (request, effect),
        };
        match classify(self.http.send(&request).await, repeatable) {
            Verdict::Delivered => self.record(proposal, head, effect, repeatable).await,
            Verdict::Again(wait, reason) => self.reschedule(proposal, head, repeatable, wait, &reason).await,
            Verdict::Refused(reason) => self.fail(proposal, head, &reason).await,
            Verdict::Unknown(reason) => self.mark_unknown(proposal, head, &reason).await,
        }
    }

    /// Writes the effect and its result in one batch.
    async fn record(
        &self,
        proposal: Proposal,
        mut head: Head,
        effect: Effect,
        repeatable: Repeatable,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        let mut done = self.transition(proposal.clone(), EntryKind::Executed).status(ProposalStatus::Done);
        done.next.execution.result = Some(effect.result.clone());
        done.next.execution.last_error = None;
        match self.write(done.with(vec![effect.statement]), &mut head).await {
            Ok(_) => Ok(ExecutionOutcome::Done(effect.result)),
            Err(error) => self.after_failure(proposal, &error, repeatable).await,
        }
    }

    async fn after_failure(
        &self,
        proposal: Proposal,
        error: &DatabaseError,
        repeatable: Repeatable,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        // The batch may have succeeded in spite of the error: the stored proposal shows it.
        match proposals::with_head(self.db, proposal.id).await? {
            Some((stored, head)) if stored.version == proposal.version => {
                let reason = match repeatable {
                    Repeatable::Harmless | Repeatable::Idempotent => error.to_string(),
                    Repeatable::Unsafe => format!("the tool took it, but the result could not be written: {error}"),
                };
                self.after_doubt(stored, head, repeatable, &reason).await
            }
            Some((Proposal { status: ProposalStatus::Done, execution, .. }, _)) => {
                Ok(ExecutionOutcome::Done(execution.result.unwrap_or_default()))
            }
            _ => Ok(ExecutionOutcome::Nothing),
        }
    }

    /// Continues after an attempt that may have taken effect.
    async fn after_doubt(
        &self,
        proposal: Proposal,
        head: Head,
        repeatable: Repeatable,
        reason: &str,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        match repeatable {
            Repeatable::Harmless | Repeatable::Idempotent => {
                self.reschedule(proposal, head, repeatable, None, reason).await
            }
            Repeatable::Unsafe => self.mark_unknown(proposal, head, reason).await,
        }
    }

    /// Schedules another attempt, no earlier than the tool asked for; after the last attempt a person takes over. With
    /// idempotency keys an earlier attempt may have taken effect, so the last failure is `unknown`.
    async fn reschedule(
        &self,
        proposal: Proposal,
        mut head: Head,
        repeatable: Repeatable,
        wait: Option<Millis>,
        error: &str,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        match nerve_connectors::after_failure(proposal.execution.attempts) {
            Failure::Permanent if repeatable == Repeatable::Idempotent => {
                self.mark_unknown(proposal, head, error).await
            }
            Failure::Permanent => self.fail(proposal, head, error).await,
            Failure::Retry { after } => {
                let at = self.now + wait.map_or(after, |wait| wait.max(after));
                let mut again = self.failed(proposal, EntryKind::AttemptFailed, ProposalStatus::Approved, error);
                again.next.execution.next_attempt_at = Some(at);
                self.write(again, &mut head).await?;
                Ok(ExecutionOutcome::Postponed(at))
            }
        }
    }

    async fn mark_unknown(
        &self,
        proposal: Proposal,
        mut head: Head,
        error: &str,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        self.write(self.failed(proposal, EntryKind::Unknown, ProposalStatus::Unknown, error), &mut head).await?;
        Ok(ExecutionOutcome::Unknown(error.to_owned()))
    }

    async fn fail(&self, proposal: Proposal, head: Head, error: &str) -> Result<ExecutionOutcome, DatabaseError> {
        self.fail_with(proposal, head, error, Vec::new()).await
    }

    async fn fail_with(
        &self,
        proposal: Proposal,
        mut head: Head,
        error: &str,
        notes: Vec<Statement>,
    ) -> Result<ExecutionOutcome, DatabaseError> {
        let mut failed = self.failed(proposal, EntryKind::Failed, ProposalStatus::Failed, error);
        failed.next.execution.next_attempt_at = None;
        self.write(failed.with(notes), &mut head).await?;
        Ok(ExecutionOutcome::Failed(error.to_owned()))
    }

    fn transition(&self, proposal: Proposal, kind: EntryKind) -> Transition {
        Transition::of(proposal, kind, executor(), self.now)
    }

    fn failed(&self, proposal: Proposal, kind: EntryKind, status: ProposalStatus, error: &str) -> Transition {
        let mut failed = self.transition(proposal, kind).status(status).note(error);
        failed.next.execution.last_error = Some(error.to_owned());
        failed
    }

    /// Commits a transition. While only other entries were added to the chain, it appends after them and tries again: a
    /// conflict must not lose the tool's answer. A change of the proposal itself ends it.
    async fn write(&self, transition: Transition, head: &mut Head) -> Result<Proposal, DatabaseError> {
        let mut refused = DatabaseError::Conflict("not tried".to_owned());
        for _ in 0..PLACES_IN_LINE {
            match transition.clone().commit(self.db, head, self.entropy).await {
                Err(conflict @ DatabaseError::Conflict(_)) => refused = conflict,
                settled => return settled,
            }
            match proposals::with_head(self.db, transition.next.id).await? {
                Some((stored, longer)) if stored.version + 1 == transition.next.version => *head = longer,
                _ => break,
            }
        }
        Err(refused)
    }
}

fn executor() -> Actor {
    Actor::system("executor")
}

fn is_due(proposal: &Proposal, now: Timestamp) -> bool {
    proposal.execution.next_attempt_at.is_none_or(|at| at <= now)
}

/// Checks that the action is the one that was approved, lacks nothing and is within its bounds.
fn intact(proposal: &Proposal, action: &Executable) -> Result<(), String> {
    if proposals::digest(proposal.id, &proposal.card) != proposal.digest {
        return Err("the proposal is not the one that was approved".to_owned());
    }
    action.complete().map_err(|error| error.to_string())
}
