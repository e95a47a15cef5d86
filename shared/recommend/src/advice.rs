use nerve_model::{Action, EventId, ProposalId, RecommenderId, Timestamp};
use nerve_situation::Situation;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// No recommendation could be had: try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no recommendation: {0}")]
pub struct RecommendError(pub String);

/// The playbook, or a language model.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait Recommender {
    /// By which name autonomy is granted to it.
    fn id(&self) -> RecommenderId;

    /// Advises on a situation. Asked again about the same situation, it may answer otherwise; its callers ask once.
    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError>;
}

/// Everything a recommender says about a situation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Actions to propose.
    pub recommendations: Vec<Recommendation>,
    /// Open proposals to withdraw.
    pub withdrawals: Vec<Withdrawal>,
}

/// An action that is recommended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The id its proposal gets.
    pub id: ProposalId,
    /// The event it answers.
    pub event: EventId,
    /// The action.
    pub action: Action,
    /// Its effect, in a sentence.
    pub effect: String,
    /// Why.
    pub reason: String,
    /// Questions about what is missing.
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
