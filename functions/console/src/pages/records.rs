//! The records: looked for by name, narrowed by what they are, who looks after them and where they stand.

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
use nerve_model::{RecordType, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    owner: Option<String>,
    stage: Option<String>,
    cursor: Option<String>,
}

/// `GET /records`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { q, record_type, owner, stage, cursor } = call.query()?;
    let filter = RecordFilter { search: q, record_type, owner, stage };
    let found = records::list(call.services.db(), &filter, &more(cursor)).await?;
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                h1 { "Records" }
                a.button.primary href="/records/new" data-key="c" { "New record" kbd aria-hidden="true" { "c" } }
                a.button href="/records/import" { "Import" }
                a.button href=(address("/records/export", &filter, None)) { "Export" }
            }
            (narrowing(&filter))
            @if found.items.is_empty() { (empty(&filter)) }
            @else { (list(&found, call.services.now())) }
            @if let Some(cursor) = &found.next { a.more href=(address("/records", &filter, Some(cursor))) { "Show more" } }
        }
    };
    let frame = Frame { title: "Records", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn address(path: &str, filter: &RecordFilter, cursor: Option<&str>) -> String {
    let RecordFilter { search, record_type, owner, stage } = filter;
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

fn narrowing(RecordFilter { search, record_type, owner, stage }: &RecordFilter) -> Markup {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        form.filters method="get" action="/records" role="search" {
            input type="search" name="q" value=(text(search)) placeholder="Name, mail address or number" aria-label="Name, mail address or number";
            select name="type" aria-label="What it is" {
                option value="" { "All types" }
                @for kind in RecordType::ALL {
                    option value=(kind) selected[*record_type == Some(*kind)] { (words::record_type(*kind)) }
                }
            }
            input name="owner" value=(text(owner)) placeholder="Owner" aria-label="Owner, as written";
            input name="stage" value=(text(stage)) placeholder="Stage" aria-label="Stage, as written";
            button { "Search" }
        }
    }
}

fn list(found: &Page<StoredRecord>, now: Timestamp) -> Markup {
    html! {
        ul.panel.things {
            @for record in &found.items { li { (line(record, &format!("/records/{}", record.id), now)) } }
        }
    }
}

/// A record in a list, as a link.
pub(super) fn line(record: &StoredRecord, href: &str, now: Timestamp) -> Markup {
    html! {
        a.wide href=(href) {
            strong.name { bdi { (record.name) } }
            span.muted { (words::record_type(record.record_type)) }
            @if record.provisional { span.pill { "Provisional" } }
            @if let Some(stage) = &record.stage { span.pill.calm { bdi { (stage) } } }
            @if let Some(owner) = &record.owner { span.small.muted { "Owner: " bdi { (owner) } } }
            (clock::ago(record.updated_at, now))
        }
    }
}

fn empty(filter: &RecordFilter) -> Markup {
    html! {
        div.empty {
            (Icon::RECORDS.draw())
            @if *filter == RecordFilter::default() {
                h2 { "No records yet" }
                p { "The first event about somebody creates their record. Point your tools’ webhooks at " code { "/hooks/<source>" } " of this site, import a file, or create one." }
            } @else {
                h2 { "Nothing like that" }
                p { "Words are found by how they begin; owner and stage as they are written." }
                a href="/records" { "Show all records" }
            }
        }
    }
}
