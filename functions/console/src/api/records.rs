//! Records: found, read, and the history of one.

use super::list::{Limit, ListQuery, page};
use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    chain::{self, StoredEntry},
    links::{self, Link},
    records::{self, RecordFilter, StoredRecord},
};
use nerve_model::{Claim, RecordId, RecordType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of the records, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordQuery {
    /// The beginnings of words of the name, or the beginning of a mail address or another claim.
    q: Option<String>,
    /// Only this type.
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    /// Only records of this owner.
    owner: Option<String>,
    /// Only records at this stage.
    stage: Option<String>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A record with its claims and links.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RecordDocument {
    #[serde(flatten)]
    record: StoredRecord,
    /// The claims it is recognized by.
    claims: Vec<Claim>,
    /// Mail addresses and telephone numbers it shares with other records; they identify nobody.
    shared: Vec<Claim>,
    /// Its links to other records.
    links: Vec<Link>,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/records", "Records, newest first", handler!(search))
            .query::<RecordQuery>()
            .answers::<Page<StoredRecord>>(),
        Route::api(Get, "/api/records/{id}", "One record with its claims and links", handler!(show))
            .answers::<RecordDocument>(),
        Route::api(
            Get,
            "/api/records/{id}/history",
            "Changes of a record, newest first, each field before and after",
            handler!(history),
        )
        .query::<ListQuery>()
        .answers::<Page<StoredEntry>>(),
    ]
}

async fn search<S: Services>(call: Call<'_, S>) -> Answer {
    let RecordQuery { q, record_type, owner, stage, limit, cursor } = call.query()?;
    let filter = RecordFilter { search: q, record_type, owner, stage, home: call.services.people().home() };
    json(&records::list(call.services.db(), &filter, &page(limit, cursor)).await?)
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&document(&call, find(&call).await?).await?)
}

async fn history<S: Services>(call: Call<'_, S>) -> Answer {
    let page = call.query::<ListQuery>()?.page();
    let record = find(&call).await?;
    json(&chain::history(call.services.db(), record.id, &page).await?)
}

/// The record with its claims and links.
pub(crate) async fn document<S: Services>(call: &Call<'_, S>, record: StoredRecord) -> Result<RecordDocument, Problem> {
    let db = call.services.db();
    let (claims, shared) = (records::claims(db, record.id).await?, records::shared(db, record.id).await?);
    let links = links::of(db, record.id).await?;
    Ok(RecordDocument { record, claims, shared, links })
}

/// The record that the path names.
pub(crate) async fn find<S: Services>(call: &Call<'_, S>) -> Result<StoredRecord, Problem> {
    records::get(call.services.db(), call.id::<RecordId>("record")?).await?.ok_or(Problem::NotFound("record"))
}
