//! One timeline of everything that has to do with a record, newest first.

use super::{
    clock,
    frame::{Frame, Place},
    link, words,
};
use crate::{
    api::activity::ActivityParameters,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_engine::{Activity, ActivityQuery, Filter, Item, LoadError, activity};
use nerve_ledger::records;
use nerve_model::{Event, EventKind, Group, RecordId, Timestamp};

/// How many lines one page shows.
const LINES: u32 = 50;

/// `GET /records/{id}/timeline`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let wanted = call.query::<ActivityParameters>()?.query(LINES)?;
    let record = records::get(call.services.db(), call.id("record")?).await?.ok_or(Problem::NotFound("record"))?;
    let found = activity(call.services.db(), call.services, record.id, &wanted).await;
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                div { h1 { "Timeline" } p.muted { a href={ "/records/" (record.id) } { bdi { (record.name) } } } }
            }
            (panel(record.id, &wanted, found, call.services.now()))
        }
    };
    let frame =
        Frame { title: &record.name, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

/// The newest of everything, for the page of a record.
pub(crate) async fn newest<S: Services>(call: &Call<'_, S>, record: RecordId) -> Markup {
    let wanted = ActivityQuery { limit: LINES, ..ActivityQuery::default() };
    let found = activity(call.services.db(), call.services, record, &wanted).await;
    panel(record, &wanted, found, call.services.now())
}

fn panel(record: RecordId, wanted: &ActivityQuery, found: Result<Activity, LoadError>, now: Timestamp) -> Markup {
    html! {
        section.panel {
            h2 { "Timeline" }
            div.pad { (narrowing(record, wanted)) }
            @match found {
                Ok(activity) => (list(record, wanted, &activity, now)),
                Err(_) => p.pad.muted { "The timeline cannot be reached right now. Nothing is lost; load the page again in a moment." },
            }
        }
    }
}

fn narrowing(record: RecordId, wanted: &ActivityQuery) -> Markup {
    let text = wanted.text.as_deref().unwrap_or_default();
    let chip = |only: Option<Filter>, name: &str, chosen: bool| {
        html! { a.chip href=(target(record, only, text, None)) aria-current=[chosen.then_some("true")] { (name) } }
    };
    let of_events = matches!(wanted.filter, Some(Filter::Group(Group::Events) | Filter::Event(_)));
    html! {
        form.search method="get" action={ "/records/" (record) "/timeline" } role="search" {
            @if let Some(only) = wanted.filter { input type="hidden" name="kind" value=(only); }
            input type="search" name="q" value=(text) placeholder="Search the timeline" aria-label="Search the timeline";
            button { "Search" }
        }
        nav.chips aria-label="What is shown" {
            (chip(None, "Everything", wanted.filter.is_none()))
            @for group in Group::ALL {
                (chip(Some(Filter::Group(*group)), words::group(*group), wanted.filter == Some(Filter::Group(*group)) || (of_events && *group == Group::Events)))
            }
        }
        @if of_events {
            nav.chips aria-label="Which events are shown" {
                @for kind in EventKind::ALL {
                    (chip(Some(Filter::Event(*kind)), words::event(*kind), wanted.filter == Some(Filter::Event(*kind))))
                }
            }
        }
    }
}

fn target(record: RecordId, only: Option<Filter>, text: &str, cursor: Option<String>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kind = only.map(|only| only.to_string());
    let given = [("kind", kind), ("q", Some(text.to_owned())), ("cursor", cursor)];
    for (name, value) in given {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, &value);
        }
    }
    format!("/records/{record}/timeline?{}", query.finish())
}

fn list(record: RecordId, wanted: &ActivityQuery, activity: &Activity, now: Timestamp) -> Markup {
    let narrowed = wanted.filter.is_some() || wanted.text.is_some();
    let text = wanted.text.as_deref().unwrap_or_default();
    html! {
        @if activity.items.is_empty() {
            p.pad.muted {
                @if activity.next.is_some() { "Nothing like that in the latest part that was looked through." }
                @else if narrowed { "Nothing like that." }
                @else { "Nothing has happened yet." }
            }
        }
        ol.timeline { @for item in &activity.items { li class=(item.group()) { (line(item)) (clock::ago(item.at(), now)) } } }
        @if let Some(next) = &activity.next {
            a.more href=(target(record, wanted.filter, text, Some(next.to_string()))) { "Show older" }
        }
    }
}

fn line(item: &Item) -> Markup {
    html! {
        span {
            bdi { (item.line()) } " "
            span.source {
                @match item {
                    Item::Reported(told) => {
                        (tool(&told.event))
                        @if told.reports > 1 { " · reported " (told.reports) " times" }
                    },
                    Item::Associated(associated) => {
                        (tool(&associated.stored.event))
                        " · came to " a href={ "/records/" (associated.stored.record) } { "another record" } ", " bdi { (associated.how) }
                    },
                    Item::Entry(entry) => {
                        bdi { (entry.actor) }
                        @if let Some(proposal) = entry.proposal { " · " a href={ "/proposals/" (proposal) } { "proposal" } }
                    },
                }
                @if let Some(event) = item.event() { " · " a href={ "/api/events/" (event) "/raw" } { "raw" } }
            }
        }
    }
}

fn tool(event: &Event) -> Markup {
    html! {
        (link::away(event.link.as_deref(), &html! { (words::source(event.source.as_str())) }))
        @if event.test { " · test mode" }
    }
}
