//! What was known when something was proposed, as the ledger kept it.

use super::json;
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{
    chain::{self, StoredEntry},
    proposals,
};
use nerve_model::{Digest, Proposal, ProposalId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The situation that a proposal rests on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct KeptSituation {
    /// The proposal.
    pub(crate) proposal: ProposalId,
    /// What the proposal names, and an approval is bound to: SHA-256 over the text.
    pub(crate) digest: Digest,
    /// The last timeline entry that was known.
    pub(crate) up_to: u64,
    /// What was known; null where it was not kept or was erased.
    pub(crate) text: Option<String>,
    /// Whether the text is the one that the proposal names.
    pub(crate) agrees: bool,
    /// When it was written down.
    pub(crate) kept_at: Option<Timestamp>,
    /// When it was erased.
    pub(crate) erased_at: Option<Timestamp>,
    /// The ledger's chain that keeps it.
    pub(crate) chain: Option<String>,
    /// Its place there.
    pub(crate) n: Option<u64>,
}

impl KeptSituation {
    /// Reads the ground of a proposal from the ledger.
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

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = proposals::get(call.services.db(), call.id("proposal")?).await?;
    json(&KeptSituation::load(&call, &found.ok_or(Problem::NotFound("proposal"))?).await?)
}
