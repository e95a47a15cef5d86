use super::{
    json,
    list::{Limit, page},
};
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::chain::{self, ChainId, EntryFilter};
use nerve_model::{ProposalId, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;

/// Narrows the list of entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Whom they concern.
    record: Option<RecordId>,
    /// What happened to this proposal.
    proposal: Option<ProposalId>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { record, proposal, limit, cursor } = call.query()?;
    json(
        &chain::list(
            call.services.db(),
            &EntryFilter { chain: record.map(ChainId::Record), proposal },
            &page(limit, cursor),
        )
        .await?,
    )
}

pub(crate) async fn verify<S: Services>(call: Call<'_, S>) -> Answer {
    json(&nerve_ledger::verify(call.services.db()).await?)
}
