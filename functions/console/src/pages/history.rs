//! The changes of a record, each field before and after.

use super::{
    clock,
    frame::{Frame, Place},
    labels,
    paging::PageQuery,
};
use crate::{
    api::records::find,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page,
    chain::{self, StoredEntry},
    records::StoredRecord,
};
use nerve_model::{FieldChange, RecordId, Timestamp};

/// `GET /records/{id}/history`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let page = call.query::<PageQuery>()?.page();
    let record = find(&call).await?;
    let found = chain::history(call.services.db(), record.id, &page).await?;
    let content = content(&record, &found, call.services.now());
    Ok(Frame::new(Place::Records, &record.name, call.caller.as_ref()).single(200, &content))
}

fn content(record: &StoredRecord, found: &Page<StoredEntry>, now: Timestamp) -> Markup {
    html! {
        header {
            div { h1 { "History" } p.muted { a href={ "/records/" (record.id) } { bdi { (record.name) } } } }
            a.button href={ "/ledger?record=" (record.id) } { "Ledger" }
        }
        @if found.items.is_empty() { p.muted { "No changes yet." } }
        @else { ol.panel.things { @for entry in &found.items { li { (line(entry, record.id, now)) } } } }
        @if let Some(cursor) = &found.next { a.more href={ "/records/" (record.id) "/history?cursor=" (cursor) } { "Show older" } }
    }
}

fn line(entry: &StoredEntry, record: RecordId, now: Timestamp) -> Markup {
    html! {
        div.line {
            strong { (labels::entry(&entry.kind)) }
            span.muted { "by " bdi { (entry.actor) } }
            (clock::ago(entry.at, now))
        }
        @match &entry.body {
            None => p.small.muted { "The content was erased." },
            Some(body) => {
                @if let Some(note) = &body.note { p { bdi { (note) } } }
                (changes(&body.changes))
                @if let Some(other) = body.other_record.as_ref().filter(|other| other.id != record) {
                    p.small { a href={ "/records/" (other.id) } { bdi { (other.name) } } }
                }
            }
        }
    }
}

/// Each field before and after a change.
pub(crate) fn changes(changes: &[FieldChange]) -> Markup {
    html! {
        @if !changes.is_empty() {
            dl.changes {
                @for FieldChange { field, before, after } in changes {
                    dt { bdi { (field_name(field)) } }
                    dd {
                        @if let Some(before) = before { del { bdi { (before) } } }
                        @if before.is_some() && after.is_some() { span aria-hidden="true" { " → " } }
                        @if let Some(after) = after { ins { bdi { (after) } } }
                    }
                }
            }
        }
    }
}

fn field_name(field: &str) -> String {
    field.strip_prefix("attributes.").map_or_else(|| labels::capitalized(&field.replace('_', " ")), str::to_owned)
}
