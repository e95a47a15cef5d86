use super::json;
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::Merger;
use nerve_ledger::{
    Page,
    merges::{self, Merge},
};
use nerve_model::{MergeId, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;

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

impl<S: Services> Call<'_, S> {
    fn merger(&self) -> Result<Merger<'_, S::Db, S, S>, Problem> {
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
