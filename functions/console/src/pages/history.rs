//! Who changed what in a record, from what to what.

use super::{
    clock,
    frame::{Frame, Place},
    more, words,
};
use crate::{
    api::records::find,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::chain::{self, StoredEntry};
use nerve_model::{FieldChange, RecordId, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

/// `GET /records/{id}/history`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { cursor } = call.query()?;
    let record = find(&call).await?;
    let found = chain::history(call.services.db(), record.id, &more(cursor)).await?;
    let now = call.services.now();
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                div { h1 { "History" } p.muted { a href={ "/records/" (record.id) } { bdi { (record.name) } } } }
                a.button href={ "/ledger?record=" (record.id) } { "Ledger" }
            }
            @if found.items.is_empty() { p.muted { "Nobody has changed anything." } }
            @else { ol.panel.things { @for entry in &found.items { li { (line(entry, record.id, now)) } } } }
            @if let Some(cursor) = &found.next { a.more href={ "/records/" (record.id) "/history?cursor=" (cursor) } { "Show older" } }
        }
    };
    let frame =
        Frame { title: &record.name, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn line(entry: &StoredEntry, record: RecordId, now: Timestamp) -> Markup {
    html! {
        div.line {
            strong { (words::entry(&entry.kind)) }
            span.muted { "by " bdi { (entry.actor) } }
            (clock::ago(entry.at, now))
        }
        @match &entry.body {
            None => p.small.muted { "What it said was erased." },
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

/// Each field with what it said and what it says.
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
    field.strip_prefix("attributes.").map_or_else(|| words::capitalized(&field.replace('_', " ")), str::to_owned)
}
