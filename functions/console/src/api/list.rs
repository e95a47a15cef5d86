//! What all lists have in common, and the lists of what actions created.

use super::json;
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{PageError, PageRequest, drafts, notes, notifications, tasks};
use nerve_model::RecordId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// How many items a list returns at most: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Limit(u32);

impl Limit {
    /// The number; what a caller gets who does not say.
    pub(crate) fn or_default(limit: Option<Self>) -> u32 {
        limit.map_or(PageRequest::DEFAULT_LIMIT, |Self(limit)| limit)
    }
}

impl TryFrom<u32> for Limit {
    type Error = PageError;

    fn try_from(limit: u32) -> Result<Self, PageError> {
        PageRequest::new(limit, None).map(|_| Self(limit))
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 1, "maximum": 100, "default": PageRequest::DEFAULT_LIMIT})
    }
}

/// Which page of a list is asked for.
pub(crate) fn page(limit: Option<Limit>, cursor: Option<String>) -> PageRequest {
    PageRequest::new(Limit::or_default(limit), cursor).unwrap_or_default()
}

/// Narrows a list to one record.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfRecord {
    /// Only what belongs to this record.
    record: Option<RecordId>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

pub(crate) async fn tasks<S: Services>(call: Call<'_, S>) -> Answer {
    let OfRecord { record, limit, cursor } = call.query()?;
    json(&tasks::list(call.services.db(), record, &page(limit, cursor)).await?)
}

pub(crate) async fn notes<S: Services>(call: Call<'_, S>) -> Answer {
    let OfRecord { record, limit, cursor } = call.query()?;
    json(&notes::list(call.services.db(), record, &page(limit, cursor)).await?)
}

pub(crate) async fn drafts<S: Services>(call: Call<'_, S>) -> Answer {
    let OfRecord { record, limit, cursor } = call.query()?;
    json(&drafts::list(call.services.db(), record, &page(limit, cursor)).await?)
}

pub(crate) async fn notifications<S: Services>(call: Call<'_, S>) -> Answer {
    let OfRecord { record, limit, cursor } = call.query()?;
    json(&notifications::list(call.services.db(), record, &page(limit, cursor)).await?)
}
