//! The JSON API. Each resource exports its routes; together they dispatch requests and make the OpenAPI document.

pub(crate) mod activity;
mod autonomy;
mod claims;
mod drafts;
mod erasures;
mod events;
pub(crate) mod export;
pub(crate) mod imports;
pub(crate) mod kept_situation;
mod ledger;
mod links;
mod list;
mod liveness;
pub(crate) mod merges;
mod notes;
mod notifications;
mod personal_data;
mod proposals;
mod questions;
mod record_edits;
pub(crate) mod records;
pub(crate) mod situation;
pub(crate) mod sources;
mod tasks;

use crate::{
    http::Method::Get,
    openapi::document,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use serde_json::Value;

/// Every operation of the API. Of two patterns that fit a path, the first answers: `export` stands before `{id}`.
pub(crate) fn routes<S: Services>() -> Vec<Route<S>> {
    let openapi = Route::api(Get, "/api/openapi.json", "This document", handler!(openapi)).answers::<Value>();
    [
        liveness::routes(),
        vec![openapi],
        proposals::routes(),
        kept_situation::routes(),
        events::routes(),
        export::routes(),
        records::routes(),
        record_edits::routes(),
        claims::routes(),
        links::routes(),
        activity::routes(),
        situation::routes(),
        merges::routes(),
        questions::routes(),
        imports::routes(),
        personal_data::routes(),
        erasures::routes(),
        tasks::routes(),
        notes::routes(),
        drafts::routes(),
        notifications::routes(),
        ledger::routes(),
        sources::routes(),
        autonomy::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `GET /api/openapi.json`.
async fn openapi<S: Services>(_call: Call<'_, S>) -> Answer {
    json(&document(&routes::<S>()))
}
