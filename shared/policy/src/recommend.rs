use nerve_model::{Action, EventId, ProposalId, Timestamp};
use nerve_situation::Situation;
use sha2::{Digest as _, Sha256};

/// No recommendation could be had: try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no recommendation: {0}")]
pub struct RecommendError(pub String);

/// Who recommends: the playbook, or a language model.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Recommender {
    /// What should follow from a situation. The same situation gets the same advice.
    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError>;
}

/// What should follow from a situation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Advice {
    /// What to propose.
    pub recommendations: Vec<Recommendation>,
    /// Which open proposals are moot.
    pub withdrawals: Vec<Withdrawal>,
}

/// An action that is recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// The id its proposal gets.
    pub id: ProposalId,
    /// The event it answers.
    pub event: EventId,
    /// What to do.
    pub action: Action,
    /// What that would do, in a sentence.
    pub effect: String,
    /// Why.
    pub reason: String,
    /// What is missing to be sure.
    pub questions: Vec<String>,
    /// Who recommends it, for example `playbook: payment-failed`.
    pub proposed_by: String,
}

/// An open proposal that is moot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The proposal.
    pub proposal: ProposalId,
    /// The event that made it moot.
    pub event: EventId,
    /// Why.
    pub reason: String,
}

/// The id of a proposal: its time is the event's, the rest derives from event, rule and place, so that recommending
/// twice proposes once.
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
