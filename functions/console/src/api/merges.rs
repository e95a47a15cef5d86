use super::json;
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::{Merger, joinable};
use nerve_ledger::{
    Page,
    merges::{self, Extent, Merge},
    records::{self, StoredRecord},
};
use nerve_model::{Claim, MergeId, RecordId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a record becomes part of.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Into {
    /// The record that stays.
    into: RecordId,
}

/// Whose merges are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Only of this record, or what it is part of.
    record: Option<RecordId>,
}

/// A record with what belongs to it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Side {
    /// The record.
    pub(crate) record: StoredRecord,
    /// By what it is recognized.
    pub(crate) claims: Vec<Claim>,
    /// How much there is of it, counted to a thousand each.
    pub(crate) has: Extent,
}

/// What a merge would make one. Nothing of it moves.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Preview {
    /// What would become part of the other.
    pub(crate) part: Side,
    /// What it would become part of.
    pub(crate) into: Side,
}

/// A merge, with what goes with the part when it is taken back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MergeDocument {
    /// The merge.
    pub(crate) merge: Merge,
    /// What stands for itself again when it is taken back.
    pub(crate) part: StoredRecord,
    /// How much is its own, counted to a thousand each.
    pub(crate) has: Extent,
    /// Of that, what came since the merge.
    pub(crate) since: Extent,
    /// What keeps all the rest.
    pub(crate) whole: StoredRecord,
}

/// What a merge would make one, or why it is refused.
pub(crate) async fn compared<S: Services>(call: &Call<'_, S>, into: RecordId) -> Result<Preview, Problem> {
    let (part, into) = joinable(call.services.db(), call.id("record")?, into).await?;
    Ok(Preview { part: side(call, part.id).await?, into: side(call, into.id).await? })
}

async fn side<S: Services>(call: &Call<'_, S>, id: RecordId) -> Result<Side, Problem> {
    let db = call.services.db();
    let record = records::get(db, id).await?.ok_or(Problem::NotFound("record"))?;
    let has = merges::extent(db, id, Timestamp::from_millis(0)).await?;
    Ok(Side { record, claims: records::claims(db, id).await?, has })
}

/// A merge with what its undoing gives back.
pub(crate) async fn opened<S: Services>(call: &Call<'_, S>) -> Result<MergeDocument, Problem> {
    let db = call.services.db();
    let merge = merges::get(db, call.id("merge")?).await?.ok_or(Problem::NotFound("merge"))?;
    let part = records::get(db, merge.part).await?.ok_or(Problem::NotFound("record"))?;
    let whole = records::get(db, part.root.unwrap_or(merge.record)).await?.ok_or(Problem::NotFound("record"))?;
    let has = merges::extent(db, part.id, Timestamp::from_millis(0)).await?;
    Ok(MergeDocument { since: merges::extent(db, part.id, merge.at).await?, merge, part, has, whole })
}

pub(crate) async fn preview<S: Services>(call: Call<'_, S>) -> Answer {
    let Into { into } = call.query()?;
    json(&compared(&call, into).await?)
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&opened(&call).await?)
}

impl<S: Services> Call<'_, S> {
    /// Where the caller merges records.
    pub(crate) fn merger(&self) -> Result<Merger<'_, S::Db, S, S>, Problem> {
        let actor = self.caller.as_ref().ok_or(Problem::Unauthorized)?.actor();
        let services = self.services;
        Ok(Merger { db: services.db(), situations: services, entropy: services, now: services.now(), actor })
    }
}

pub(crate) async fn merge<S: Services>(call: Call<'_, S>) -> Answer {
    let Into { into } = call.json()?;
    json(&call.merger()?.merge(call.id("record")?, into).await?)
}

pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.merger()?.undo(call.id::<MergeId>("merge")?).await?)
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { record } = call.query()?;
    json(&Page::<Merge> { items: merges::list(call.services.db(), record).await?, next: None })
}
