//! Imports of records from files: received, mapped, and run step by step.

use super::list::ListQuery;
use crate::{
    http::{
        Method::{Get, Post},
        Response,
    },
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_csv::{Encoding, Line, Mapping, NotAnEncoding};
use nerve_ledger::{
    Page,
    imports::{self, Chunk, Import, ImportState},
};
use nerve_model::ImportId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rows of a draft that are previewed.
const PREVIEW: usize = 10;

/// The refused rows that an import shows, and those with remarks; the file of refused rows has all of them.
const SHOWN: usize = 50;

/// The name of an uploaded file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    /// The file name; the ledger names it as the origin of imported records.
    name: Option<String>,
    /// The encoding of the file, for example `windows-1250` or `Shift_JIS`; it is detected if none is named.
    encoding: Option<String>,
}

/// The encoding in which a draft is read again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EncodingBody {
    /// Its name, for example `windows-1250` or `Shift_JIS`.
    encoding: String,
}

/// An import with some of its rows.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ImportDocument {
    #[serde(flatten)]
    pub(crate) import: Import,
    /// The first rows of a draft; those that another encoding would change come first.
    pub(crate) preview: Vec<Line>,
    /// Refused rows with their reasons, at most 50.
    pub(crate) refused: Vec<Line>,
    /// Imported rows with cells that are kept as written, and why, at most 50.
    pub(crate) remarked: Vec<Line>,
    /// The encodings that can be chosen; none if the file says its own.
    pub(crate) encodings: Vec<&'static str>,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/imports", "Imports, newest first", handler!(list))
            .query::<ListQuery>()
            .answers::<Page<Import>>(),
        Route::api(
            Post,
            "/api/imports",
            "Upload a CSV file of at most 10 MB, as the body, into a draft; no row is imported yet",
            handler!(receive),
        )
        .query::<UploadQuery>()
        .answers::<ImportDocument>(),
        Route::api(Get, "/api/imports/{id}", "One import with its first rows and its refused rows", handler!(show))
            .answers::<ImportDocument>(),
        Route::api(
            Post,
            "/api/imports/{id}/mapping",
            "Map the columns of a draft; its rows are checked again",
            handler!(map),
        )
        .body::<Mapping>()
        .answers::<ImportDocument>(),
        Route::api(
            Post,
            "/api/imports/{id}/encoding",
            "Read a draft again in another encoding; its rows are checked again",
            handler!(encoding),
        )
        .body::<EncodingBody>()
        .answers::<ImportDocument>(),
        Route::api(
            Post,
            "/api/imports/{id}/run",
            "Import up to 500 more rows; repeat until the import is done",
            handler!(run),
        )
        .answers::<Import>(),
        Route::api(
            Post,
            "/api/imports/{id}/discard",
            "Delete the rest of the file; imported records stay",
            handler!(discard),
        )
        .answers::<Import>(),
        Route::api(
            Get,
            "/api/imports/{id}/refused",
            "Refused rows with their reasons, as a CSV file to correct and import",
            handler!(refused),
        ),
    ]
}

async fn receive<S: Services>(call: Call<'_, S>) -> Answer {
    let UploadQuery { name, encoding } = call.query()?;
    let encoding = encoding.as_deref().map(named).transpose()?;
    let importer = call.importer();
    let import = importer.receive_in(&name.unwrap_or_default(), &call.request.body, encoding, call.actor()?).await?;
    json(&document(&call, import).await?)
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let page = call.query::<ListQuery>()?.page();
    json(&imports::list(call.services.db(), &page).await?)
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    json(&document(&call, import).await?)
}

async fn map<S: Services>(call: Call<'_, S>) -> Answer {
    let mapping: Mapping = call.json()?;
    let import = call.importer().map(call.id("import")?, mapping).await?;
    json(&document(&call, import).await?)
}

async fn encoding<S: Services>(call: Call<'_, S>) -> Answer {
    let EncodingBody { encoding } = call.json()?;
    let import = call.importer().reread(call.id("import")?, named(&encoding)?).await?;
    json(&document(&call, import).await?)
}

/// The encoding of that name.
pub(crate) fn named(encoding: &str) -> Result<Encoding, Problem> {
    encoding.parse().map_err(|error: NotAnEncoding| Problem::Invalid(format!("{error}.")))
}

/// One step. Where the caller stops before the import is done, the sweeper goes on.
async fn run<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.importer().step(call.id("import")?).await?)
}

async fn discard<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.importer().discard(call.id("import")?).await?)
}

/// All refused rows as a file that can be corrected and imported.
async fn refused<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    let chunks = imports::refused(call.services.db(), import.id, 0, import.chunks).await?;
    let file = nerve_csv::refused(&import.header, chunks.iter().flat_map(|chunk| &chunk.lines));
    let answer = Response::new(200, "text/csv; charset=utf-8", file);
    Ok(answer.with("content-disposition", "attachment; filename=\"refused.csv\""))
}

/// The import that the path names.
pub(crate) async fn find<S: Services>(call: &Call<'_, S>) -> Result<Import, Problem> {
    imports::get(call.services.db(), call.id::<ImportId>("import")?).await?.ok_or(Problem::NotFound("import"))
}

/// The import with its first rows, its refused rows, and those with remarks.
pub(crate) async fn document<S: Services>(call: &Call<'_, S>, import: Import) -> Result<ImportDocument, Problem> {
    let db = call.services.db();
    let draft = import.state == ImportState::Draft;
    let first = if draft { imports::chunk(db, import.id, 0).await? } else { None };
    let preview = preview(first.into_iter().flat_map(|chunk| chunk.lines).collect());
    let shown =
        |chunks: Vec<Chunk>| chunks.into_iter().flat_map(|chunk| chunk.lines).take(SHOWN).map(without_bytes).collect();
    let refused = shown(imports::refused(db, import.id, 0, 3).await?);
    let remarked = shown(imports::remarked(db, import.id, 0, 3).await?);
    let can_choose = draft && !import.raw_header.is_empty();
    let encodings = Encoding::choices().map(|(name, _)| name).filter(|_| can_choose).collect();
    Ok(ImportDocument { import, preview, refused, remarked, encodings })
}

/// The first rows. If the encoding can be chosen, rows that it changes come first.
fn preview(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| line.raw.is_empty());
    lines.truncate(PREVIEW);
    lines.into_iter().map(without_bytes).collect()
}

fn without_bytes(line: Line) -> Line {
    Line { raw: Vec::new(), ..line }
}
