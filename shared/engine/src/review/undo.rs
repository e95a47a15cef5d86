//! Taking a decision back.

use super::{Review, ReviewError, decided};
use crate::{agent::made_moot, proposal::Transition};
use nerve_ledger::{
    PageRequest,
    chain::{self, EntryFilter, EntryKind, StoredEntry},
};
use nerve_model::{Executable, Operation, Proposal, ProposalId, ProposalStatus, Undo};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Operations, Timelines, Unreachable};

impl<D, R, A, E, O> Review<'_, D, R, A, E, O>
where
    D: Database,
    R: Timelines,
    A: Actions,
    E: Entropy,
    O: Operations,
{
    /// Takes the last decision back. What was done is undone, as long as its operation allows it. Where nothing was done
    /// yet, the proposal is what it was before the decision, and waits again.
    pub async fn undo(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        let operations = self.operations.operations().await;
        self.change(id, async |proposal| match proposal.status {
            ProposalStatus::Done => self.undone(proposal, &operations).await,
            ProposalStatus::Approved => self.not_approved(proposal).await,
            ProposalStatus::Executing => Err(ReviewError::UnderWay(
                "Nerve carries the action out at this moment; it can be undone once it is done",
            )),
            ProposalStatus::Rejected => self.not_rejected(proposal).await,
            _ => Err(decided(&proposal)),
        })
        .await
    }

    async fn undone(
        &self,
        proposal: Proposal,
        operations: &Result<Vec<Operation>, Unreachable>,
    ) -> Result<Transition, ReviewError> {
        let Some(action) = proposal.card.action.executable() else { return Err(ReviewError::HumanOwned) };
        self.in_time(&proposal, action, operations.as_ref().map_err(Clone::clone)?).await?;
        let effects = nerve_connectors::undo(&proposal, action, self.now)
            .map_err(|error| ReviewError::Invalid(error.to_string()))?;
        let undone = self.transition(proposal, EntryKind::Undone).status(ProposalStatus::Undone);
        Ok(undone.overriding("taken back").with(effects))
    }

    async fn in_time(
        &self,
        proposal: &Proposal,
        action: &Executable,
        operations: &[Operation],
    ) -> Result<(), ReviewError> {
        let operation = operations.iter().find(|operation| operation.action == action.kind());
        let Some(undo @ Undo::Within(limit)) = operation.map(|operation| operation.undo) else { return Ok(()) };
        // The ledger has the time of the effect; the proposal itself may have changed since.
        let entries = self.entries(proposal.id).await?;
        let executed = entries.iter().find(|entry| entry.kind == EntryKind::Executed.as_str()).map(|entry| entry.at);
        match executed {
            Some(done) if undo.is_open(done, self.now) => Ok(()),
            Some(done) => {
                let over = format!(
                    "the time in which it could be undone is over: it was done at {done}, and could be undone until {}",
                    done + limit
                );
                Err(ReviewError::Invalid(over))
            }
            None => Err(ReviewError::Invalid("the time in which it could be undone is over".to_owned())),
        }
    }

    /// The executor claims a proposal by an intent, as a new version: one of the two comes first, and the other sees it.
    async fn not_approved(&self, proposal: Proposal) -> Result<Transition, ReviewError> {
        let tried = self.entries(proposal.id).await?.iter().any(|entry| entry.kind == EntryKind::Intent.as_str());
        if tried {
            return Err(ReviewError::UnderWay(
                "Nerve has tried the action and tries it again; it can be undone once it is done",
            ));
        }
        Ok(self.reconsidered(proposal, ProposalStatus::Pending, "took the approval back"))
    }

    async fn not_rejected(&self, proposal: Proposal) -> Result<Transition, ReviewError> {
        // A failed proposal can be rejected too.
        if proposal.execution.last_error.is_some() {
            return Ok(self.reconsidered(proposal, ProposalStatus::Failed, "took the rejection back"));
        }
        if proposal.expires_at <= self.now {
            return Err(ReviewError::Invalid(format!("the proposal expired at {}", proposal.expires_at)));
        }
        if let Some((_, reason)) = made_moot(self.db, &proposal).await? {
            return Err(ReviewError::Invalid(format!("the proposal is no longer needed: {reason}")));
        }
        Ok(self.reconsidered(proposal, ProposalStatus::Pending, "took the rejection back"))
    }

    fn reconsidered(&self, proposal: Proposal, status: ProposalStatus, how: &str) -> Transition {
        let undecided = Proposal { decision: None, ..proposal };
        self.transition(undecided, EntryKind::Reconsidered).status(status).overriding(how)
    }

    /// The newest entries of a proposal.
    async fn entries(&self, id: ProposalId) -> Result<Vec<StoredEntry>, DatabaseError> {
        let filter = EntryFilter { chain: None, proposal: Some(id) };
        Ok(chain::list(self.db, &filter, &PageRequest::default()).await?.items)
    }
}
