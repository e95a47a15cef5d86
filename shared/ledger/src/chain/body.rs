use super::kind::EntryKind;
use nerve_model::{
    Action, Actor, EventId, EventRef, FieldChange, GateResult, Proposal, ProposalId, ProposalStatus, QuestionId,
    RecordId, RecordRef, Risk, SituationRef, Timestamp,
};
use serde::{Deserialize, Serialize};

/// The body of a ledger entry: the answers to the ledger's ten questions, as far as they exist at that moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Body {
    /// The event that led to the entry.
    pub source_event: Option<EventRef>,
    /// The record that the entry is about.
    pub related_record: Option<RecordRef>,
    /// The situation that the proposal rests on.
    pub context_used: Option<SituationRef>,
    /// The proposed action.
    pub recommended_action: Option<Action>,
    /// The risk of the action.
    pub risk_level: Option<Risk>,
    /// The status of the proposal after this entry.
    pub approval_status: Option<ProposalStatus>,
    /// The connector that performs the action.
    pub execution_channel: Option<String>,
    /// The result of the execution: the id of the created row, or the last error.
    pub execution_result: Option<String>,
    /// The person's change to the recommendation.
    pub human_override: Option<String>,
    /// The outcome.
    pub final_outcome: Option<String>,
    /// The eight gate results.
    pub gates: Vec<GateResult>,
    /// The reason, rule or remark.
    pub note: Option<String>,
    /// The text of the situation, if this entry is the one that keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<String>,
    /// The question that the entry is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionId>,
    /// Further records that the text names, so that their erasures find this entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<RecordId>,
    /// The changes of the record's fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// The record at the other end of a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_record: Option<RecordRef>,
}

impl Body {
    /// The records that the text names.
    pub fn names(&self) -> impl Iterator<Item = RecordId> {
        let records = self.related_record.iter().chain(&self.other_record).map(|record| record.id);
        records.chain(self.named.iter().copied())
    }

    /// A body with only the record.
    pub fn about(record: &RecordRef) -> Self {
        Self { related_record: Some(record.clone()), ..Self::default() }
    }

    /// The body that describes the present state of a proposal.
    pub fn of(proposal: &Proposal) -> Self {
        let card = &proposal.card;
        let execution = &proposal.execution;
        Self {
            source_event: Some(card.event.clone()),
            related_record: Some(card.record.clone()),
            context_used: Some(card.situation.clone()),
            recommended_action: Some(card.action.clone()),
            risk_level: Some(card.risk),
            approval_status: Some(proposal.status),
            execution_channel: card.action.executable().map(|action| action.kind().as_str().to_owned()),
            execution_result: execution.result.clone().or_else(|| execution.last_error.clone()),
            final_outcome: proposal.outcome.clone(),
            gates: card.gates.clone(),
            ..Self::default()
        }
    }
}

/// An entry before it is placed in its chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The kind of entry.
    pub kind: EntryKind,
    /// The time.
    pub at: Timestamp,
    /// The actor.
    pub actor: Actor,
    /// The proposal that the entry is about.
    pub proposal: Option<ProposalId>,
    /// The event that the entry is about.
    pub event: Option<EventId>,
    /// The body.
    pub body: Body,
}
