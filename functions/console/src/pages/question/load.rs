//! The contents of a question's page.

use crate::{problem::Problem, routes::Call, services::Services};
use nerve_engine::offered;
use nerve_ledger::{
    events,
    questions::{self, Question},
    records,
};
use nerve_model::{Candidate, Claim, Event};

/// A question with its event and candidates.
pub(super) struct QuestionDetails {
    pub(super) question: Question,
    /// The event that raised it, until it is erased.
    pub(super) event: Option<Event>,
    /// The claims of the event.
    pub(super) claims: Vec<Claim>,
    /// The candidates with their claims.
    pub(super) candidates: Vec<(Candidate, Vec<Claim>)>,
}

impl QuestionDetails {
    pub(super) async fn load<S: Services>(call: &Call<'_, S>) -> Result<Self, Problem> {
        let db = call.services.db();
        let mut question = questions::get(db, call.id("question")?).await?.ok_or(Problem::NotFound("question"))?;
        offered(db, std::slice::from_mut(&mut question)).await?;
        let event = events::get(db, question.event).await?.map(|stored| stored.event);
        let claims = match &event {
            Some(event) => event.outside_claims().cloned().collect(),
            None => records::claims(db, question.record).await?,
        };
        let mut candidates = Vec::with_capacity(question.candidates.len());
        for candidate in &question.candidates {
            candidates.push((candidate.clone(), records::claims(db, candidate.record.id).await?));
        }
        Ok(Self { question, event, claims, candidates })
    }
}
