//! Files of records: taken in, mapped, read in step by step.

use super::{
    json,
    list::{Limit, page},
};
use crate::{
    access::Caller,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_csv::{Line, Mapping};
use nerve_engine::Importer;
use nerve_ledger::imports::{self, Import, ImportState};
use nerve_model::ImportId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many rows are shown of a draft.
const PREVIEW: usize = 10;

/// So many refused rows are shown with an import; the file of them has all.
const REFUSED: usize = 50;

/// What a file is called.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    /// The name of the file, by which the ledger says where a record came from.
    name: Option<String>,
}

/// Which part of the list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// An import with what there is to see of its rows.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ImportDocument {
    #[serde(flatten)]
    pub(crate) import: Import,
    /// The first rows of a draft.
    pub(crate) preview: Vec<Line>,
    /// Rows that are refused, with their reasons, at most 50.
    pub(crate) refused: Vec<Line>,
}

/// `POST /api/imports`: the body is the file.
pub(crate) async fn receive<S: Services>(call: Call<'_, S>) -> Answer {
    let Named { name } = call.query()?;
    let by = call.caller.as_ref().map(Caller::actor).ok_or(Problem::Unauthorized)?;
    let import = importer(&call).receive(&name.unwrap_or_default(), &call.request.body, by).await?;
    json(&document(&call, import).await?)
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { limit, cursor } = call.query()?;
    json(&imports::list(call.services.db(), &page(limit, cursor)).await?)
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    json(&document(&call, import).await?)
}

pub(crate) async fn map<S: Services>(call: Call<'_, S>) -> Answer {
    let mapping: Mapping = call.json()?;
    let import = importer(&call).map(call.id("import")?, mapping).await?;
    json(&document(&call, import).await?)
}

/// One step. Repeated until the import is done; whoever stops leaves the rest to the sweeper.
pub(crate) async fn run<S: Services>(call: Call<'_, S>) -> Answer {
    json(&importer(&call).step(call.id("import")?).await?)
}

pub(crate) async fn discard<S: Services>(call: Call<'_, S>) -> Answer {
    json(&importer(&call).discard(call.id("import")?).await?)
}

/// All refused rows as a file that can be corrected and imported.
pub(crate) async fn refused<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    let chunks = imports::refused(call.services.db(), import.id, 0, import.chunks).await?;
    let file = nerve_csv::refused(&import.header, chunks.iter().flat_map(|chunk| &chunk.lines));
    let answer = Response::new(200, "text/csv; charset=utf-8", file);
    Ok(answer.with("content-disposition", "attachment; filename=\"refused.csv\""))
}

pub(crate) fn importer<'a, S: Services>(call: &Call<'a, S>) -> Importer<'a, S::Db, S> {
    Importer { db: call.services.db(), entropy: call.services, now: call.services.now() }
}

pub(crate) async fn find<S: Services>(call: &Call<'_, S>) -> Result<Import, Problem> {
    imports::get(call.services.db(), call.id::<ImportId>("import")?).await?.ok_or(Problem::NotFound("import"))
}

pub(crate) async fn document<S: Services>(call: &Call<'_, S>, import: Import) -> Result<ImportDocument, Problem> {
    let db = call.services.db();
    let draft = import.state == ImportState::Draft;
    let first = if draft { imports::chunk(db, import.id, 0).await? } else { None };
    let preview = first.into_iter().flat_map(|chunk| chunk.lines).take(PREVIEW).collect();
    let chunks = imports::refused(db, import.id, 0, 3).await?;
    let refused = chunks.into_iter().flat_map(|chunk| chunk.lines).take(REFUSED).collect();
    Ok(ImportDocument { import, preview, refused })
}
