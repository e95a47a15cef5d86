//! The parameters that lists share.

use nerve_ledger::{PageError, PageRequest};
use nerve_model::RecordId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// The number of items on a page of a list: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Limit(u32);

impl Limit {
    /// The number; the default where none is given.
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

/// A page of a list, from its parameters.
pub(crate) fn page(limit: Option<Limit>, cursor: Option<String>) -> PageRequest {
    PageRequest::new(Limit::or_default(limit), cursor).unwrap_or_default()
}

/// A page of a list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl ListQuery {
    /// The page that is asked for.
    pub(crate) fn page(self) -> PageRequest {
        page(self.limit, self.cursor)
    }
}

/// A page of a list, of all records or of one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordListQuery {
    /// Only items of this record.
    record: Option<RecordId>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl RecordListQuery {
    /// The record, and the page that is asked for.
    pub(crate) fn parts(self) -> (Option<RecordId>, PageRequest) {
        (self.record, page(self.limit, self.cursor))
    }
}
