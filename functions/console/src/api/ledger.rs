//! The ledger: its entries and their verification.

use super::list::{Limit, page};
use crate::{
    http::Method::Get,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page, Verification,
    chain::{self, ChainId, EntryFilter, StoredEntry},
};
use nerve_model::{ProposalId, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;

/// A page of the ledger, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerQuery {
    /// Only entries about this record.
    record: Option<RecordId>,
    /// Only entries about this proposal.
    proposal: Option<ProposalId>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/ledger", "Ledger entries, newest first", handler!(list))
            .query::<LedgerQuery>()
            .answers::<Page<StoredEntry>>(),
        Route::api(Get, "/api/ledger/verify", "Verify every chain and name the first bad entry", handler!(verify))
            .answers::<Verification>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let LedgerQuery { record, proposal, limit, cursor } = call.query()?;
    let filter = EntryFilter { chain: record.map(ChainId::Record), proposal };
    json(&chain::list(call.services.db(), &filter, &page(limit, cursor)).await?)
}

async fn verify<S: Services>(call: Call<'_, S>) -> Answer {
    json(&nerve_ledger::verify(call.services.db()).await?)
}
