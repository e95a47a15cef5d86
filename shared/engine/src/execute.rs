use crate::{agent::made_moot, proposal::Transition, retry::retry_on_conflict};
use nerve_connectors::{Effect, Failure, Plan, Repeatable, Team, Verdict, classify};
use nerve_ledger::{
    chain::{EntryKind, Head},
    proposals, readiness,
};
use nerve_model::{Actor, Executable, Millis, Proposal, ProposalId, ProposalStatus, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, HttpClient, Statement};
use nerve_recommend::Playbook;
use std::fmt;

/// After this time without a result, whoever took a proposal on is taken for dead.
const LEASE: Millis = Millis::minutes(1);

/// How many others may write about the same record before a result.
const PLACES_IN_LINE: u32 = 50;

/// What became of a proposal that was to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecutionOutcome {
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
    /// It may or may not have happened; a person has to look.
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

/// Carries approved proposals out.
#[derive(Debug)]
pub struct Executor<'a, D, E, O> {
    /// The shared database.
    pub db: &'a D,
    /// For salts.
    pub entropy: &'a E,
    /// The way to tools outside.
    pub http: &'a O,
    /// Where notifications for the team go.
    pub team: &'a Team,
    /// The rules that say what makes a proposal moot.
    pub playbook: &'a Playbook,
    /// The time.
    pub now: Timestamp,
}

impl<D: Database, E: Entropy, O: HttpClient> Executor<'_, D, E, O> {
    /// Carries an approved proposal out: once, however often it is asked.
    ///
    /// The intent is written before the effect. Each step is a batch that rests on the version it read, so of two
    /// executors only one gets through. An executor that died leaves an intent without a result: where the effect is
    /// in the same batch as its result it cannot have happened, and a tool that takes keys can be asked again; both are
    /// tried again. To any other tool the request may have gone out: the proposal becomes `unknown`, and is never tried
    /// again by itself.
    pub async fn execute(&self, id: ProposalId) -> Result<ExecutionOutcome, DatabaseError> {
        // A conflict means that somebody else claimed it, which the next look shows.
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

    /// Goes on where an executor stopped.
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
        if let Some((_, reason)) = made_moot(self.db, self.playbook, &proposal).await? {
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

    /// Writes the effect with its result.
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
        // A failure may hide a success: what is stored says which it was.
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

    /// Goes on after an attempt that may have taken effect.
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

    /// Another attempt later, not before the tool asked for it, or a person when there were enough. Only with keys may
    /// one of the earlier attempts have taken effect unnoticed.
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

    /// Writes a transition. Others write about the same record: as long as the proposal itself is untouched, the entry
    /// only has to follow theirs. To give up here would mean to forget what a tool answered.
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

/// What is carried out must be what was shown, and must fit its bounds.
fn intact(proposal: &Proposal, action: &Executable) -> Result<(), String> {
    if proposals::digest(proposal.id, &proposal.card) != proposal.digest {
        return Err("the proposal is not the one that was approved".to_owned());
    }
    action.validate().map_err(|error| error.to_string())
}
