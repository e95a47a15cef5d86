//! Records as files.

use super::json;
use crate::{
    http::Response,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{
    PageRequest,
    records::{self, RecordFilter},
};
use nerve_model::RecordType;
use schemars::JsonSchema;
use serde::Deserialize;

/// What sort of file.
#[derive(Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// For spreadsheets, and to be imported again.
    #[default]
    Csv,
    /// For programs.
    Json,
}

/// Which records.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// What sort of file; CSV when nobody says.
    #[serde(default)]
    format: Format,
    /// Part of the name, or all of a mail address or another claim.
    q: Option<String>,
    /// Only records of this type.
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    /// Only what this person looks after.
    owner: Option<String>,
    /// Only what stands here.
    stage: Option<String>,
    /// Where the file before ended.
    cursor: Option<String>,
}

/// `GET /api/records/export`: what follows is at the address in the `Link` header (RFC 8288).
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { format, q, record_type, owner, stage, cursor } = call.query()?;
    let filter = RecordFilter { search: q, record_type, owner, stage };
    let page = records::export(call.services.db(), &filter, &PageRequest::of_a_file(cursor)).await?;
    let answer = match format {
        Format::Json => json(&page)?,
        Format::Csv => Response::new(200, "text/csv; charset=utf-8", nerve_exchange::write(&page.items))
            .with("content-disposition", "attachment; filename=\"records.csv\""),
    };
    Ok(match &page.next {
        Some(cursor) => answer.with("link", next(&call.request.query, cursor)),
        None => answer,
    })
}

fn next(query: &str, cursor: &str) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("cursor", cursor).finish();
    format!("</api/records/export?{query}>; rel=\"next\"")
}
