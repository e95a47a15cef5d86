//! Merges of records, and their undoing.

use crate::{
    http::Method::{Get, Post},
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_engine::joinable;
use nerve_ledger::{
    Page,
    merges::{self, Extent, Merge},
    records::{self, StoredRecord},
};
use nerve_model::{Claim, MergeId, RecordId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The record that another is merged into.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeTarget {
    /// The record that stays.
    into: RecordId,
}

/// The merges of one record or of all.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeQuery {
    /// Only merges of this record, or of the record it is part of.
    record: Option<RecordId>,
}

/// One of two records before a merge.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MergeSide {
    /// The record.
    pub(crate) record: StoredRecord,
    /// The claims it is recognized by.
    pub(crate) claims: Vec<Claim>,
    /// The number of its rows, each counted up to 1,000.
    pub(crate) has: Extent,
}

/// The two records of a merge. A merge moves no row.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MergePreview {
    /// The record that would become part of the other.
    pub(crate) part: MergeSide,
    /// The record that would stay.
    pub(crate) into: MergeSide,
}

/// A merge with the rows that an undo separates.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MergeDocument {
    /// The merge.
    pub(crate) merge: Merge,
    /// The record that was merged; an undo makes it independent again.
    pub(crate) part: StoredRecord,
    /// The number of its own rows, each counted up to 1,000.
    pub(crate) has: Extent,
    /// The number of those that are newer than the merge.
    pub(crate) since: Extent,
    /// The record that keeps all other rows.
    pub(crate) whole: StoredRecord,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Post,
            "/api/records/{id}/merge",
            "Merge a record into another; no row moves, and the merge can be undone",
            handler!(merge),
        )
        .body::<MergeTarget>()
        .answers::<Merge>(),
        Route::api(Get, "/api/records/{id}/merge", "Both records of a merge, with their counts", handler!(preview))
            .query::<MergeTarget>()
            .answers::<MergePreview>(),
        Route::api(Get, "/api/merges", "Merges, newest first", handler!(list))
            .query::<MergeQuery>()
            .answers::<Page<Merge>>(),
        Route::api(Get, "/api/merges/{id}", "One merge with the rows that an undo separates", handler!(show))
            .answers::<MergeDocument>(),
        Route::api(
            Post,
            "/api/merges/{id}/undo",
            "Undo a merge; each record keeps its own rows, newer ones included",
            handler!(undo),
        )
        .answers::<Merge>(),
    ]
}

/// Both records of a merge; an error names the reason that forbids it.
pub(crate) async fn load_preview<S: Services>(call: &Call<'_, S>, into: RecordId) -> Result<MergePreview, Problem> {
    let (part, into) = joinable(call.services.db(), call.id("record")?, into).await?;
    Ok(MergePreview { part: side(call, part.id).await?, into: side(call, into.id).await? })
}

async fn side<S: Services>(call: &Call<'_, S>, id: RecordId) -> Result<MergeSide, Problem> {
    let db = call.services.db();
    let record = records::get(db, id).await?.ok_or(Problem::NotFound("record"))?;
    let has = merges::extent(db, id, Timestamp::from_millis(0)).await?;
    Ok(MergeSide { record, claims: records::claims(db, id).await?, has })
}

/// The merge that the path names.
pub(crate) async fn load<S: Services>(call: &Call<'_, S>) -> Result<MergeDocument, Problem> {
    let db = call.services.db();
    let merge = merges::get(db, call.id("merge")?).await?.ok_or(Problem::NotFound("merge"))?;
    let part = records::get(db, merge.part).await?.ok_or(Problem::NotFound("record"))?;
    let whole = records::get(db, part.root.unwrap_or(merge.record)).await?.ok_or(Problem::NotFound("record"))?;
    let has = merges::extent(db, part.id, Timestamp::from_millis(0)).await?;
    Ok(MergeDocument { since: merges::extent(db, part.id, merge.at).await?, merge, part, has, whole })
}

async fn preview<S: Services>(call: Call<'_, S>) -> Answer {
    let MergeTarget { into } = call.query()?;
    json(&load_preview(&call, into).await?)
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&load(&call).await?)
}

async fn merge<S: Services>(call: Call<'_, S>) -> Answer {
    let MergeTarget { into } = call.json()?;
    json(&call.merger()?.merge(call.id("record")?, into).await?)
}

async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.merger()?.undo(call.id::<MergeId>("merge")?).await?)
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let MergeQuery { record } = call.query()?;
    json(&Page::<Merge> { items: merges::list(call.services.db(), record).await?, next: None })
}
