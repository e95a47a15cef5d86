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

impl Asked {
    /// The records, and which part of them.
    pub(crate) fn wanted(self) -> (RecordFilter, PageRequest) {
        let Self { q, record_type, owner, stage, cursor, .. } = self;
        (RecordFilter { search: q, record_type, owner, stage }, PageRequest::of_a_file(cursor))
    }
}

/// `GET /api/records/export`: what follows is at the address in the `Link` header (RFC 8288).
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let asked: Asked = call.query()?;
    let (format, (filter, part)) = (asked.format, asked.wanted());
    let page = records::export(call.services.db(), &filter, &part).await?;
    let answer = match format {
        Format::Json => json(&page)?,
        Format::Csv => Response::new(200, "text/csv; charset=utf-8", nerve_csv::write(&page.items))
            .with("content-disposition", "attachment; filename=\"records.csv\""),
    };
    Ok(match &page.next {
        Some(cursor) => {
            let query = of_cursor(&call.request.query, cursor);
            answer.with("link", format!("</api/records/export?{query}>; rel=\"next\""))
        }
        None => answer,
    })
}

/// The same query, for what follows the cursor.
pub(crate) fn of_cursor(query: &str, cursor: &str) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("cursor", cursor).finish()
}
