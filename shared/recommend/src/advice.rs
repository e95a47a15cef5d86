use nerve_model::{Action, EventId, Proposal, ProposalId, RecommenderId, Timestamp};
use nerve_situation::Situation;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The recommender gave no advice: try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no recommendation: {0}")]
pub struct RecommendError(pub String);

/// A recommender: the playbook, or a language model.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Recommender {
    /// The name by which autonomy is granted.
    fn id(&self) -> RecommenderId;

    /// The advice on a situation. A second call may give other advice; callers store the first.
    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError>;

    /// The present text of one of its pending proposals, where the situation says more than it did, or a date has passed.
    /// `None` leaves the proposal as it is. It is not asked about what a person edited.
    fn rewritten(&self, _proposal: &Proposal, _situation: &Situation, _now: Timestamp) -> Option<Rewritten> {
        None
    }
}

/// The present text of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewritten {
    /// The action.
    pub action: Action,
    /// The effect, in a sentence.
    pub effect: String,
    /// The reason.
    pub reason: String,
}

/// A recommender's advice on a situation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// The actions to propose.
    pub recommendations: Vec<Recommendation>,
    /// The open proposals to withdraw.
    pub withdrawals: Vec<Withdrawal>,
}

/// A recommended action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The id of the proposal.
    pub id: ProposalId,
    /// The event that the action answers.
    pub event: EventId,
    /// The action.
    pub action: Action,
    /// The effect, in a sentence.
    pub effect: String,
    /// The reason.
    pub reason: String,
    /// The questions about missing information. Where the action lacks a parameter, the first asks for it.
    pub questions: Vec<String>,
    /// The recommender and its rule, for example `playbook: payment-failed`.
    pub proposed_by: String,
}

/// An open proposal that is moot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The proposal.
    pub proposal: ProposalId,
    /// The event that made it moot.
    pub event: EventId,
    /// The reason.
    pub reason: String,
}

/// The id of a proposal: its time is the event's, and the rest derives from event, rule and place, so that a second
/// recommendation has the same id.
pub(crate) fn proposal_id(event: EventId, rule: &str, place: usize) -> ProposalId {
    let digest = Sha256::new()
        .chain_update(event.to_string())
        .chain_update([0])
        .chain_update(rule)
        .chain_update([0])
        .chain_update(place.to_string())
        .finalize();
    let entropy = digest.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    ProposalId::new(event.made_at(), entropy)
}
