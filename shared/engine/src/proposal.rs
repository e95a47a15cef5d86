//! Transitions of proposals: the one place where a change of a proposal becomes a statement and its ledger entry.
//!
//! Agent, review, executor and sweeper say what changes and why; none of them writes a proposal in another way.

use nerve_ledger::{
    chain::{Body, ChainId, Entry, EntryKind, Head},
    proposals,
};
use nerve_model::{Actor, Decision, Proposal, ProposalStatus, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};

/// A proposal as it stands after a change, and what the ledger says about the change.
#[derive(Debug, Clone)]
pub(crate) struct Transition {
    /// The proposal afterwards.
    pub(crate) next: Proposal,
    kind: EntryKind,
    actor: Actor,
    row: Row,
    note: Option<String>,
    human_override: Option<String>,
    situation: Option<(String, Vec<RecordId>)>,
    effects: Vec<Statement>,
}

/// The row of the proposal that goes with the entry.
#[derive(Debug, Clone, Copy)]
enum Row {
    Inserted,
    Updated,
    /// A recommendation that was dropped becomes no proposal.
    Absent,
}

impl Transition {
    /// A new proposal.
    pub(crate) fn proposed(proposal: Proposal, actor: Actor) -> Self {
        Self::new(proposal, EntryKind::Proposed, actor, Row::Inserted)
    }

    /// A recommendation that a gate blocked. The entry keeps its verdicts.
    pub(crate) fn dropped(proposal: Proposal, actor: Actor) -> Self {
        Self::new(proposal, EntryKind::Dropped, actor, Row::Absent)
    }

    /// A change of a proposal: its next version.
    pub(crate) fn of(proposal: Proposal, kind: EntryKind, actor: Actor, now: Timestamp) -> Self {
        let next = Proposal { version: proposal.version + 1, updated_at: now, ..proposal };
        Self::new(next, kind, actor, Row::Updated)
    }

    /// A proposal that became pointless.
    pub(crate) fn withdrawn(proposal: Proposal, reason: &str, actor: Actor, now: Timestamp) -> Self {
        Self::of(proposal, EntryKind::Withdrawn, actor, now)
            .decided(ProposalStatus::Withdrawn, Some(reason.to_owned()))
            .note(reason)
    }

    fn new(next: Proposal, kind: EntryKind, actor: Actor, row: Row) -> Self {
        let (note, human_override) = (None, None);
        Self { next, kind, actor, row, note, human_override, situation: None, effects: Vec::new() }
    }

    /// The actor decides where the proposal stands.
    pub(crate) fn decided(mut self, status: ProposalStatus, reason: Option<String>) -> Self {
        self.next.decision = Some(Decision { by: self.actor.clone(), at: self.next.updated_at, reason });
        self.status(status)
    }

    /// The state afterwards.
    pub(crate) fn status(mut self, status: ProposalStatus) -> Self {
        self.next.status = status;
        self
    }

    /// Reason, rule or remark.
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// How a person departed from the recommendation.
    pub(crate) fn overriding(self, how: impl Into<String>) -> Self {
        Self { human_override: Some(how.into()), ..self }
    }

    /// The entry keeps the text of the situation, with the records that it names.
    pub(crate) fn with_situation(self, text: String, named: Vec<RecordId>) -> Self {
        Self { situation: Some((text, named)), ..self }
    }

    /// Writes that belong into the same batch.
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

    /// Writes the change where the chain ends. Refused as a conflict when proposal or chain changed in between.
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
