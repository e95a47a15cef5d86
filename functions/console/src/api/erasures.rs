//! Erasures of people.

use super::list::ListQuery;
use crate::{
    http::Method::{Get, Post},
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    privacy::{self, Erasure},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// An order to erase a person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasureBody {
    /// The reason. It is kept, so it must not identify the person.
    reason: String,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Post,
            "/api/records/{id}/erase",
            "Erase a person for good, with every record merged into theirs",
            handler!(erase),
        )
        .body::<ErasureBody>()
        .answers::<Erasure>(),
        Route::api(Get, "/api/erasures", "Erasures, newest first", handler!(list))
            .query::<ListQuery>()
            .answers::<Page<Erasure>>(),
        Route::api(
            Get,
            "/api/erasures/{id}",
            "One erasure with its progress and its suppressed deliveries",
            handler!(show),
        )
        .answers::<Erasure>(),
        Route::api(
            Post,
            "/api/erasures/{id}/let-back-in",
            "End the suppression of an erased person's data",
            handler!(end_suppression),
        )
        .answers::<Erasure>(),
    ]
}

async fn erase<S: Services>(call: Call<'_, S>) -> Answer {
    let ErasureBody { reason } = call.json()?;
    json(&call.erase(call.id("record")?, &reason).await?)
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let page = call.query::<ListQuery>()?.page();
    json(&privacy::list(call.services.db(), &page).await?)
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let erasure = privacy::get(call.services.db(), call.id("erasure")?).await?;
    json(&erasure.ok_or(Problem::NotFound("erasure"))?)
}

async fn end_suppression<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.end_suppression(call.id("erasure")?).await?)
}
