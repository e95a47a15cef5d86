//! The records, and a search by name.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    more, words,
};
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page,
    records::{self, RecordFilter, StoredRecord},
};
use nerve_model::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    cursor: Option<String>,
}

/// `GET /records`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { q, cursor } = call.query()?;
    let filter = RecordFilter { search: q, ..RecordFilter::default() };
    let found = records::list(call.services.db(), &filter, &more(cursor)).await?;
    let q = filter.search.unwrap_or_default();
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                h1 { "Records" }
                a.button href="/records/import" { "Import" }
                a.button href=(export(&q)) { "Export" }
                form.search method="get" action="/records" role="search" {
                    input type="search" name="q" value=(q) placeholder="Search by name" aria-label="Search by name";
                    button { "Search" }
                }
            }
            @if found.items.is_empty() { (empty(&q)) }
            @else { (list(&found, call.services.now())) }
            @if let Some(cursor) = &found.next { a.more href=(older(&q, cursor)) { "Show more" } }
        }
    };
    let frame = Frame { title: "Records", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn export(q: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
    format!("/records/export?{query}")
}

fn older(q: &str, cursor: &str) -> String {
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("q", q).append_pair("cursor", cursor).finish();
    format!("/records?{query}")
}

fn list(found: &Page<StoredRecord>, now: Timestamp) -> Markup {
    html! {
        ul.panel.things {
            @for record in &found.items {
                li {
                    a.wide href={ "/records/" (record.id) } {
                        strong.name { bdi { (record.name) } }
                        span.muted { (words::record_type(record.record_type)) }
                        @if record.provisional { span.pill { "Provisional" } }
                        @if let Some(owner) = &record.owner { span.small.muted { "Owner: " bdi { (owner) } } }
                        (clock::ago(record.updated_at, now))
                    }
                }
            }
        }
    }
}

fn empty(q: &str) -> Markup {
    html! {
        div.empty {
            (Icon::RECORDS.draw())
            @if q.is_empty() {
                h2 { "No records yet" }
                p { "The first event about somebody creates their record. Point your tools’ webhooks at " code { "/hooks/<source>" } " of this site." }
            } @else {
                h2 { "Nobody by that name" }
                p { "Names are searched as they are written in the tools." }
                a href="/records" { "Show all records" }
            }
        }
    }
}
