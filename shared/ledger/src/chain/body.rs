use super::kind::EntryKind;
use nerve_model::{
    Action, Actor, EventId, EventRef, FieldChange, GateResult, Proposal, ProposalId, ProposalStatus, QuestionId,
    RecordId, RecordRef, Risk, SituationRef, Timestamp,
};
use serde::{Deserialize, Serialize};

/// What an entry says: the ten questions of the ledger, as far as they can be answered at that moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Body {
    /// The event it began with.
    pub source_event: Option<EventRef>,
    /// Whom it concerns.
    pub related_record: Option<RecordRef>,
    /// The situation it rests on.
    pub context_used: Option<SituationRef>,
    /// What is proposed.
    pub recommended_action: Option<Action>,
    /// Its risk.
    pub risk_level: Option<Risk>,
    /// Where the proposal stands after this entry.
    pub approval_status: Option<ProposalStatus>,
    /// By which connector it is carried out.
    pub execution_channel: Option<String>,
    /// What came of carrying it out: the id of what was created, or the last error.
    pub execution_result: Option<String>,
    /// How a person departed from the recommendation.
    pub human_override: Option<String>,
    /// How it ended.
    pub final_outcome: Option<String>,
    /// The eight verdicts.
    pub gates: Vec<GateResult>,
    /// Reason, rule or remark.
    pub note: Option<String>,
    /// What was known, as text; with a proposal that is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<String>,
    /// The question, where the entry is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionId>,
    /// Further records that its text names, so that each of them can be forgotten here, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<RecordId>,
    /// What changed in the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// The record at the other end of a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_record: Option<RecordRef>,
}

impl Body {
    /// The records that its text names.
    pub fn names(&self) -> impl Iterator<Item = RecordId> {
        let records = self.related_record.iter().chain(&self.other_record).map(|record| record.id);
        records.chain(self.named.iter().copied())
    }

    /// Only whom it concerns.
    pub fn about(record: &RecordRef) -> Self {
        Self { related_record: Some(record.clone()), ..Self::default() }
    }

    /// What a proposal knows about itself.
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

/// An entry before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is about.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The proposal, where there is one.
    pub proposal: Option<ProposalId>,
    /// The event, where there is one.
    pub event: Option<EventId>,
    /// What it says.
    pub body: Body,
}
