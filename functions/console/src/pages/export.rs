//! The page that exports records, file by file: no browser follows the link from one file to the next.

use super::{
    frame::{Frame, Place},
    labels,
};
use crate::{
    api::export::{ExportQuery, with_cursor},
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::records::{self, RecordFilter};

/// `GET /records/export`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let (filter, part) = call.query::<ExportQuery>()?.parts(call.services.people().home());
    let next = records::next_file(call.services.db(), &filter, &part).await?;
    let content = html! {
        header { h1 { "Export records" } a.button href="/records" { "Back to the records" } }
        (filters(&filter))
        (files(&call.request.query, part.cursor().is_some(), next.as_deref()))
    };
    Ok(Frame::new(Place::Records, "Export", call.caller.as_ref()).single(200, &content))
}

fn filters(RecordFilter { search, record_type, owner, stage, .. }: &RecordFilter) -> Markup {
    let given = [
        ("Search", search.clone()),
        ("Type", record_type.map(|of| labels::record_type(of).to_owned())),
        ("Owner", owner.clone()),
        ("Stage", stage.clone()),
    ];
    html! {
        @if given.iter().any(|(_, value)| value.is_some()) {
            dl.facts {
                @for (name, value) in &given {
                    @if let Some(value) = value { div { dt { (name) } dd { bdi { (value) } } } }
                }
            }
        }
    }
}

fn files(query: &str, later: bool, next: Option<&str>) -> Markup {
    let file = |format: &str| format!("/api/records/export?format={format}&{query}");
    html! {
        section.panel {
            div.pad.fields {
                p.muted {
                    @if later { "The next records, newest first, at most 10,000." }
                    @else if next.is_some() { "The newest 10,000 records. Further files hold the others." }
                    @else { "All records in one file. Importing an unchanged CSV file changes no record." }
                }
                div.end {
                    a.button.primary href=(file("csv")) download { "CSV, for spreadsheets" }
                    a.button href=(file("json")) download { "JSON, for programs" }
                    @if let Some(cursor) = next { a href={ "/records/export?" (with_cursor(query, cursor)) } { "Next file" } }
                }
            }
        }
    }
}
