//! Links between records.

use super::records::{RecordDocument, document, find};
use crate::{
    http::Method::{Delete, Post},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_model::{RecordId, Relation};
use schemars::JsonSchema;
use serde::Deserialize;

/// A link from the record of the path to another.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// The role of the other record.
    relation: Relation,
    /// The other record.
    other: RecordId,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Post, "/api/records/{id}/links", "Link a record to another", handler!(link))
            .body::<LinkBody>()
            .answers::<RecordDocument>(),
        Route::api(Delete, "/api/records/{id}/links", "Remove a link", handler!(unlink))
            .query::<LinkBody>()
            .answers::<RecordDocument>(),
    ]
}

async fn link<S: Services>(call: Call<'_, S>) -> Answer {
    let LinkBody { relation, other } = call.json()?;
    call.editor()?.link(call.id("record")?, relation, other).await?;
    json(&document(&call, find(&call).await?).await?)
}

async fn unlink<S: Services>(call: Call<'_, S>) -> Answer {
    let LinkBody { relation, other } = call.query()?;
    call.editor()?.unlink(call.id("record")?, relation, other).await?;
    json(&document(&call, find(&call).await?).await?)
}
