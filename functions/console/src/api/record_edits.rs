//! Records as people create and edit them.

use super::{
    claims::ClaimBody,
    records::{RecordDocument, document, find},
};
use crate::{
    http::Method::{Patch, Post},
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::records::StoredRecord;
use nerve_model::{Attributes, RecordFields, RecordType};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A record to be created.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRecord {
    /// The type of record.
    #[serde(rename = "type")]
    record_type: RecordType,
    /// At most 200 characters on one line.
    name: String,
    /// The person responsible for it.
    #[serde(default)]
    owner: Option<String>,
    /// Its stage, in the words of the business.
    #[serde(default)]
    stage: Option<String>,
    /// At most 50 further names and values.
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    /// The claims it is recognized by.
    #[serde(default)]
    claims: Vec<ClaimBody>,
}

/// New values for fields of a record. A field that is left out keeps its value.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordEdit {
    /// The version the edit rests on.
    version: u32,
    /// The type of record; a record with parts, or with a link that the type does not allow, keeps its type.
    #[serde(default, rename = "type")]
    record_type: Option<RecordType>,
    /// The display name.
    #[serde(default)]
    name: Option<String>,
    /// The person responsible for it; null for nobody.
    #[serde(default, deserialize_with = "null_is_a_value")]
    owner: Option<Option<String>>,
    /// The stage; null for none.
    #[serde(default, deserialize_with = "null_is_a_value")]
    stage: Option<Option<String>>,
    /// Attributes by name; null removes one, and a name that is left out keeps its value.
    #[serde(default)]
    attributes: BTreeMap<String, Option<String>>,
}

/// Null is `Some(None)`; a field that is left out is `None`.
fn null_is_a_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl RecordEdit {
    /// The record's fields after the edit.
    fn apply(self, stored: &StoredRecord) -> Result<RecordFields, Problem> {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut attributes: BTreeMap<String, String> = stored.attributes.iter().map(pair).collect();
        for (name, value) in self.attributes {
            match value {
                Some(value) => attributes.insert(name, value),
                None => attributes.remove(&name),
            };
        }
        let name = self.name.unwrap_or_else(|| stored.name.clone());
        let owner = self.owner.unwrap_or_else(|| stored.owner.clone());
        let stage = self.stage.unwrap_or_else(|| stored.stage.clone());
        Ok(RecordFields::new(&name, owner.as_deref(), stage.as_deref(), Attributes::new(attributes)?)?)
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Post, "/api/records", "Create a record", handler!(create))
            .body::<NewRecord>()
            .answers::<RecordDocument>(),
        Route::api(Patch, "/api/records/{id}", "Update a record; 409 if `version` is not current", handler!(edit))
            .body::<RecordEdit>()
            .answers::<RecordDocument>(),
    ]
}

async fn create<S: Services>(call: Call<'_, S>) -> Answer {
    let NewRecord { record_type, name, owner, stage, attributes, claims } = call.json()?;
    let fields = RecordFields::new(&name, owner.as_deref(), stage.as_deref(), Attributes::new(attributes)?)?;
    let claims = claims.iter().map(|claim| call.claim(claim.kind, &claim.value)).collect::<Result<Vec<_>, _>>()?;
    json(&document(&call, call.editor()?.create(record_type, &fields, &claims).await?).await?)
}

async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let edit: RecordEdit = call.json()?;
    let stored = find(&call).await?;
    let (version, record_type) = (edit.version, edit.record_type);
    let fields = edit.apply(&stored)?;
    json(&document(&call, call.editor()?.edit_as(stored.id, version, record_type, &fields).await?).await?)
}
