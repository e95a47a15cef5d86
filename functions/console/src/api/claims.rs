//! Claims: the identifiers a record is recognized by.

use super::records::{RecordDocument, document, find};
use crate::{
    http::Method::{Delete, Post},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_model::ClaimKind;
use schemars::JsonSchema;
use serde::Deserialize;

/// A claim as a person enters it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimBody {
    /// `email`, `phone`, `external` or `serial`: the kinds that identify a record by themselves.
    pub(super) kind: ClaimKind,
    /// For example `+49 30 901820`; stored in normal form.
    pub(super) value: String,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Post, "/api/records/{id}/claims", "Add a claim to a record", handler!(add))
            .body::<ClaimBody>()
            .answers::<RecordDocument>(),
        Route::api(Delete, "/api/records/{id}/claims", "Remove a claim from a record", handler!(remove))
            .query::<ClaimBody>()
            .answers::<RecordDocument>(),
    ]
}

async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let ClaimBody { kind, value } = call.json()?;
    call.editor()?.add_claim(call.id("record")?, &call.claim(kind, &value)?).await?;
    json(&document(&call, find(&call).await?).await?)
}

async fn remove<S: Services>(call: Call<'_, S>) -> Answer {
    let ClaimBody { kind, value } = call.query()?;
    call.editor()?.remove_claim(call.id("record")?, kind, &value).await?;
    json(&document(&call, find(&call).await?).await?)
}
