//! Transitions of proposals: only here a change of a proposal becomes its statement and ledger entry.
//!
//! Agent, review, executor and sweeper name the change and its reason; none of them writes a proposal in another way.

use nerve_ledger::{
    chain::{Body, ChainId, Entry, EntryKind, Head},
    proposals,
};
use nerve_model::{Actor, Decision, Proposal, ProposalStatus, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};

/// A proposal after a change, with the content of the ledger entry.
#[derive(Debug, Clone)]
pub(crate) struct Transition {
    /// The proposal after the change.
    pub(crate) next: Proposal,
    kind: EntryKind,
    actor: Actor,
    row: Row,
    note: Option<String>,
    human_override: Option<String>,
    situation: Option<(String, Vec<RecordId>)>,
    effects: Vec<Statement>,
}

/// The write of the proposal's row in the same batch.
#[derive(Debug, Clone, Copy)]
enum Row {
    Inserted,
    Updated,
    /// A dropped recommendation has no row.
    Absent,
}

impl Transition {
    /// The creation of a proposal.
    pub(crate) fn proposed(proposal: Proposal, actor: Actor) -> Self {
        Self::new(proposal, EntryKind::Proposed, actor, Row::Inserted)
    }

    /// The drop of a recommendation that a gate blocked. The entry keeps the gate results.
    pub(crate) fn dropped(proposal: Proposal, actor: Actor) -> Self {
        Self::new(proposal, EntryKind::Dropped, actor, Row::Absent)
    }

    /// A change of a proposal, which creates its next version.
    pub(crate) fn of(proposal: Proposal, kind: EntryKind, actor: Actor, now: Timestamp) -> Self {
        let next = Proposal { version: proposal.version + 1, updated_at: now, ..proposal };
        Self::new(next, kind, actor, Row::Updated)
    }

    /// The withdrawal of a moot proposal.
    pub(crate) fn withdrawn(proposal: Proposal, reason: &str, actor: Actor, now: Timestamp) -> Self {
        Self::of(proposal, EntryKind::Withdrawn, actor, now)
            .decided(ProposalStatus::Withdrawn, Some(reason.to_owned()))
            .note(reason)
    }

    fn new(next: Proposal, kind: EntryKind, actor: Actor, row: Row) -> Self {
        let (note, human_override) = (None, None);
        Self { next, kind, actor, row, note, human_override, situation: None, effects: Vec::new() }
    }

    /// Sets the actor's decision and the status.
    pub(crate) fn decided(mut self, status: ProposalStatus, reason: Option<String>) -> Self {
        self.next.decision = Some(Decision { by: self.actor.clone(), at: self.next.updated_at, reason });
        self.status(status)
    }

    /// Sets the status.
    pub(crate) fn status(mut self, status: ProposalStatus) -> Self {
        self.next.status = status;
        self
    }

    /// Sets the reason, rule or remark of the entry.
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// Sets the person's change to the recommendation.
    pub(crate) fn overriding(self, how: impl Into<String>) -> Self {
        Self { human_override: Some(how.into()), ..self }
    }

    /// Lets the entry keep the text of the situation, with the records that it names.
    pub(crate) fn with_situation(self, text: String, named: Vec<RecordId>) -> Self {
        Self { situation: Some((text, named)), ..self }
    }

    /// Adds writes to the same batch.
    pub(crate) fn with(self, effects: Vec<Statement>) -> Self {
        Self { effects, ..self }
    }

    /// The statements of the change; `append` places the entry in the chain of the record that the event came to.
    pub(crate) fn statements(&self, append: impl FnOnce(RecordId, &Entry) -> Vec<Statement>) -> Vec<Statement> {
        let row = match self.row {
            Row::Inserted => Some(proposals::insert(&self.next)),
            Row::Updated => Some(proposals::update(&self.next)),
            Row::Absent => None,
        };
        let effects = self.effects.iter().cloned();
        effects.chain(row).chain(append(self.next.card.home(), &self.entry())).collect()
    }

    /// Writes the change and its entry at the head of the chain. Refused as a conflict when the proposal or the chain
    /// changed since.
    pub(crate) async fn commit(
        self,
        db: &impl Database,
        head: &mut Head,
        entropy: &impl Entropy,
    ) -> Result<Proposal, DatabaseError> {
        let append = |home, entry: &Entry| head.append(&ChainId::Record(home), entry, entropy.random());
        db.batch(self.statements(append)).await?;
        Ok(self.next)
    }

    fn entry(&self) -> Entry {
        let Self { next, kind, actor, note, human_override, situation, .. } = self;
        let (text, named) = situation.clone().unzip();
        let body = Body {
            note: note.clone(),
            approval_status: (!matches!(self.row, Row::Absent)).then_some(next.status),
            human_override: human_override.clone(),
            situation: text,
            named: named.unwrap_or_default(),
            ..Body::of(next)
        };
        let (proposal, event) = (Some(next.id), Some(next.card.event.id));
        Entry { kind: *kind, at: next.updated_at, actor: actor.clone(), proposal, event, body }
    }
}
