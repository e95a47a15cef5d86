//! Records as files.

use crate::{
    http::{Method::Get, Response},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_csv::Exported;
use nerve_ledger::{
    Page, PageRequest,
    records::{self, RecordFilter},
};
use nerve_model::{RecordType, Region};
use schemars::JsonSchema;
use serde::Deserialize;

/// The format of a file.
#[derive(Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// For spreadsheets; can be imported again.
    #[default]
    Csv,
    /// For programs.
    Json,
}

/// One file of an export, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// The format; CSV by default.
    #[serde(default)]
    format: Format,
    /// The beginnings of words of the name, or the beginning of a mail address or another claim.
    q: Option<String>,
    /// Only this type.
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    /// Only records of this owner.
    owner: Option<String>,
    /// Only records at this stage.
    stage: Option<String>,
    /// The end of the file before.
    cursor: Option<String>,
}

impl ExportQuery {
    /// The filter, and the page of one file.
    pub(crate) fn parts(self, home: Option<Region>) -> (RecordFilter, PageRequest) {
        let Self { q, record_type, owner, stage, cursor, .. } = self;
        (RecordFilter { search: q, record_type, owner, stage, home }, PageRequest::of_a_file(cursor))
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/records/export",
            "Records as CSV or JSON, newest first: 10,000 per file, with a link to the next",
            handler!(show),
        )
        .query::<ExportQuery>()
        .answers::<Page<Exported>>(),
    ]
}

/// The `Link` header (RFC 8288) names the next file.
async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let query: ExportQuery = call.query()?;
    let (format, (filter, part)) = (query.format, query.parts(call.services.people().home()));
    let page = records::export(call.services.db(), &filter, &part).await?;
    let answer = match format {
        Format::Json => json(&page)?,
        Format::Csv => Response::new(200, "text/csv; charset=utf-8", nerve_csv::write(&page.items))
            .with("content-disposition", "attachment; filename=\"records.csv\""),
    };
    Ok(match &page.next {
        Some(cursor) => {
            let query = with_cursor(&call.request.query, cursor);
            answer.with("link", format!("</api/records/export?{query}>; rel=\"next\""))
        }
        None => answer,
    })
}

/// The query string with this cursor in place of its own.
pub(crate) fn with_cursor(query: &str, cursor: &str) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("cursor", cursor).finish()
}
