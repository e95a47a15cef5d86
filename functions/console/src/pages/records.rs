//! The records: searched by name or claim, filtered by type, owner and stage.

use super::{
    frame::{Frame, Place},
    icon::Icon,
    labels, paging, record_line,
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
use nerve_model::{RecordType, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct RecordsPageQuery {
    q: Option<String>,
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    owner: Option<String>,
    stage: Option<String>,
    cursor: Option<String>,
}

/// `GET /records`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let RecordsPageQuery { q, record_type, owner, stage, cursor } = call.query()?;
    let filter = RecordFilter { search: q, record_type, owner, stage, home: call.services.people().home() };
    let found = records::list(call.services.db(), &filter, &paging::page(cursor)).await?;
    let content = content(&filter, &found, call.services.now());
    Ok(Frame::new(Place::Records, "Records", call.caller.as_ref()).single(200, &content))
}

fn content(filter: &RecordFilter, found: &Page<StoredRecord>, now: Timestamp) -> Markup {
    html! {
        header {
            h1 { "Records" }
            a.button.primary href="/records/new" data-key="c" { "New record" kbd aria-hidden="true" { "c" } }
            a.button href="/records/import" { "Import" }
            a.button href=(address("/records/export", filter, None)) { "Export" }
        }
        (filters(filter))
        @if found.items.is_empty() { (empty(filter)) }
        @else {
            ul.panel.things {
                @for record in &found.items { li { (record_line::link(record, &format!("/records/{}", record.id), now)) } }
            }
        }
        @if let Some(cursor) = &found.next { a.more href=(address("/records", filter, Some(cursor))) { "Show more" } }
    }
}

fn address(path: &str, filter: &RecordFilter, cursor: Option<&str>) -> String {
    let RecordFilter { search, record_type, owner, stage, .. } = filter;
    let given = [
        ("q", search.as_deref()),
        ("type", record_type.map(RecordType::as_str)),
        ("owner", owner.as_deref()),
        ("stage", stage.as_deref()),
        ("cursor", cursor),
    ];
    let given = given.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish())
}

fn filters(RecordFilter { search, record_type, owner, stage, .. }: &RecordFilter) -> Markup {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        form.filters method="get" action="/records" role="search" {
            input type="search" name="q" value=(text(search)) placeholder="Name, mail address or number" aria-label="Name, mail address or number";
            select name="type" aria-label="Type" {
                option value="" { "All types" }
                @for kind in RecordType::ALL {
                    option value=(kind) selected[*record_type == Some(*kind)] { (labels::record_type(*kind)) }
                }
            }
            input name="owner" value=(text(owner)) placeholder="Owner" aria-label="Owner, exactly";
            input name="stage" value=(text(stage)) placeholder="Stage" aria-label="Stage, exactly";
            button { "Search" }
        }
    }
}

fn empty(filter: &RecordFilter) -> Markup {
    html! {
        div.empty {
            (Icon::RECORDS.draw())
            @if *filter == (RecordFilter { home: filter.home, ..RecordFilter::default() }) {
                h2 { "No records yet" }
                p { "Nerve creates a record at the first event about a person. Point your tools’ webhooks at " code { "/hooks/<source>" } " of this site, import a file, or create a record." }
            } @else {
                h2 { "No matching records" }
                p { "Search matches beginnings of words; owner and stage must match exactly." }
                a href="/records" { "Show all records" }
            }
        }
    }
}
