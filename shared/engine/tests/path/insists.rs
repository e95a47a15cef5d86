//! A recommender that always recommends the same action.

use nerve_engine::Considered;
use nerve_model::{Action, ProposalId, RecommenderId, Timestamp};
use nerve_recommend::{Advice, RecommendError, Recommendation, Recommender};
use nerve_situation::Situation;
use nerve_testkit::{World, block_on};

/// Recommends one action for every event.
pub(crate) struct Insists(pub(crate) Action);

impl Recommender for Insists {
    fn id(&self) -> RecommenderId {
        RecommenderId::PLAYBOOK
    }

    async fn recommend(&self, situation: &Situation, _now: Timestamp) -> Result<Advice, RecommendError> {
        let event = situation.pending[0].event.id;
        let recommendation = Recommendation {
            id: ProposalId::from_u128(event.as_u128()),
            event,
            action: self.0.clone(),
            effect: "e".to_owned(),
            reason: "r".to_owned(),
            questions: Vec::new(),
            proposed_by: "test".to_owned(),
        };
        Ok(Advice { recommendations: vec![recommendation], withdrawals: Vec::new() })
    }
}

/// Lets the agent consider the only record with this recommender.
pub(crate) fn consider_with(world: &World, recommender: &Insists) -> Considered {
    block_on(world.agent(&world.db, recommender).consider(world.record())).unwrap()
}
