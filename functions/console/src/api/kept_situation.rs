//! The situation a proposal rests on, as the ledger keeps it.

use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    chain::{self, StoredEntry},
    proposals,
};
use nerve_model::{Digest, Proposal, ProposalId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The situation a proposal rests on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct KeptSituation {
    /// The proposal.
    pub(crate) proposal: ProposalId,
    /// SHA-256 of the text, as the proposal names it; an approval is bound to it.
    pub(crate) digest: Digest,
    /// The last timeline entry in it.
    pub(crate) up_to: u64,
    /// The text; null where it was not kept or was erased.
    pub(crate) text: Option<String>,
    /// True if the text has the digest that the proposal names.
    pub(crate) agrees: bool,
    /// The time of the ledger entry.
    pub(crate) kept_at: Option<Timestamp>,
    /// The time of the erasure.
    pub(crate) erased_at: Option<Timestamp>,
    /// The chain of the ledger entry.
    pub(crate) chain: Option<String>,
    /// The place of the entry in its chain.
    pub(crate) n: Option<u64>,
}

impl KeptSituation {
    /// Reads it from the ledger.
    pub(crate) async fn load<S: Services>(call: &Call<'_, S>, proposal: &Proposal) -> Result<Self, Problem> {
        let situation = &proposal.card.situation;
        let entry = chain::kept_situation(call.services.db(), proposal.id, situation).await?;
        let text = entry.as_ref().and_then(|entry| entry.body.as_ref()?.situation.clone());
        let place = |entry: &StoredEntry| (entry.chain.clone(), entry.n);
        let (chain, n) = entry.as_ref().map(place).unzip();
        Ok(Self {
            proposal: proposal.id,
            digest: situation.digest.clone(),
            up_to: situation.up_to,
            agrees: text.as_ref().is_some_and(|text| nerve_situation::digest(text) == situation.digest),
            text,
            kept_at: entry.as_ref().map(|entry| entry.at),
            erased_at: entry.as_ref().and_then(|entry| entry.erased_at),
            chain,
            n,
        })
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/proposals/{id}/situation",
            "The situation a proposal rests on, as the ledger keeps it",
            handler!(show),
        )
        .answers::<KeptSituation>(),
    ]
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = proposals::get(call.services.db(), call.id("proposal")?).await?;
    json(&KeptSituation::load(&call, &found.ok_or(Problem::NotFound("proposal"))?).await?)
}
