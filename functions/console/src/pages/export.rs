//! Records as files, one after the other: no browser follows the link from one file to the next.

use super::{
    frame::{Frame, Place},
    words,
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
    let query: ExportQuery = call.query()?;
    let (filter, part) = query.parts();
    let next = records::next_file(call.services.db(), &filter, &part).await?;
    let later = part.cursor().is_some();
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Export records" } a.button href="/records" { "Back to the records" } }
            (narrowed(&filter))
            (files(&call.request.query, later, next.as_deref()))
        }
    };
    let frame = Frame { title: "Export", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

/// Which of them.
fn narrowed(RecordFilter { search, record_type, owner, stage }: &RecordFilter) -> Markup {
    let given = [
        ("Found by", search.clone()),
        ("Of type", record_type.map(|of| words::record_type(of).to_owned())),
        ("Looked after by", owner.clone()),
        ("At stage", stage.clone()),
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
                    @if later { "The next 10,000, newest first." }
                    @else if next.is_some() { "The newest 10,000. There are more: they are in files of their own." }
                    @else { "All in one file. CSV can be imported again, and nothing changes." }
                }
                div.end {
                    a.button.primary href=(file("csv")) download { "CSV, for spreadsheets" }
                    a.button href=(file("json")) download { "JSON, for programs" }
                    @if let Some(cursor) = next { a href={ "/records/export?" (with_cursor(query, cursor)) } { "To the next file" } }
                }
            }
        }
    }
}
