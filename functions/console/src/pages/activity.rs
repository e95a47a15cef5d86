//! The activity of a record, newest first.

use super::{
    clock,
    external_link::external_link,
    frame::{Frame, Place},
    labels,
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
use nerve_model::{ClassifyEvent, Event, EventKind, Group, Priority, RecordId, Timestamp};

/// The items on a page.
const ITEMS: u32 = 50;

/// `GET /records/{id}/timeline`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let query = call.query::<ActivityParameters>()?.query(ITEMS)?;
    let record = records::get(call.services.db(), call.id("record")?).await?.ok_or(Problem::NotFound("record"))?;
    let found = activity(call.services.db(), call.services, record.id, &query).await;
    let content = html! {
        header {
            div { h1 { "Activity" } p.muted { a href={ "/records/" (record.id) } { bdi { (record.name) } } } }
        }
        (panel(record.id, &query, &found, call.services.now()))
    };
    Ok(Frame::new(Place::Records, &record.name, call.caller.as_ref()).single(200, &content))
}

/// The query for the newest activity.
pub(crate) fn newest_query() -> ActivityQuery {
    ActivityQuery { limit: ITEMS, ..ActivityQuery::default() }
}

/// The newest activity of a record.
pub(crate) async fn newest<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Activity, LoadError> {
    activity(call.services.db(), call.services, record, &newest_query()).await
}

/// The activity with its filters.
pub(crate) fn panel(
    record: RecordId,
    query: &ActivityQuery,
    found: &Result<Activity, LoadError>,
    now: Timestamp,
) -> Markup {
    html! {
        section.panel {
            h2 { "Activity" }
            div.pad { (filters(record, query)) }
            @match found {
                Ok(activity) => (list(record, query, activity, now)),
                Err(_) => p.pad.muted { "The activity cannot be loaded right now. No data is lost; load the page again in a moment." },
            }
        }
    }
}

fn filters(record: RecordId, query: &ActivityQuery) -> Markup {
    let text = query.text.as_deref().unwrap_or_default();
    let chip = |filter: Option<Filter>, name: &str, chosen: bool| {
        html! { a.chip href=(address(record, filter, text, None)) aria-current=[chosen.then_some("true")] { (name) } }
    };
    let of_events = matches!(query.filter, Some(Filter::Group(Group::Events) | Filter::Event(_)));
    html! {
        form.search method="get" action={ "/records/" (record) "/timeline" } role="search" {
            @if let Some(filter) = query.filter { input type="hidden" name="kind" value=(filter); }
            input type="search" name="q" value=(text) placeholder="Search the activity" aria-label="Search the activity";
            button { "Search" }
        }
        nav.chips aria-label="Group" {
            (chip(None, "Everything", query.filter.is_none()))
            @for group in Group::ALL {
                (chip(Some(Filter::Group(*group)), labels::group(*group), query.filter == Some(Filter::Group(*group)) || (of_events && *group == Group::Events)))
            }
        }
        @if of_events {
            nav.chips aria-label="Kind of event" {
                @for kind in EventKind::ALL {
                    (chip(Some(Filter::Event(*kind)), labels::event(*kind), query.filter == Some(Filter::Event(*kind))))
                }
            }
        }
    }
}

fn address(record: RecordId, filter: Option<Filter>, text: &str, cursor: Option<String>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kind = filter.map(|filter| filter.to_string());
    let given = [("kind", kind), ("q", Some(text.to_owned())), ("cursor", cursor)];
    for (name, value) in given {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, &value);
        }
    }
    format!("/records/{record}/timeline?{}", query.finish())
}

fn list(record: RecordId, query: &ActivityQuery, activity: &Activity, now: Timestamp) -> Markup {
    let filtered = query.filter.is_some() || query.text.is_some();
    let text = query.text.as_deref().unwrap_or_default();
    html! {
        @if activity.items.is_empty() {
            p.pad.muted {
                @if activity.next.is_some() { "No match in the entries searched so far." }
                @else if filtered { "No matching entries." }
                @else { "No activity yet." }
            }
        }
        ol.timeline { @for item in &activity.items { li class=(item.group()) { (line(item, item.reported().and_then(|event| activity.classifications.get(&event)))) (clock::ago(item.at(), now)) } } }
        @if let Some(next) = &activity.next {
            a.more href=(address(record, query.filter, text, Some(next.to_string()))) { "Show older" }
        }
    }
}

fn line(item: &Item, classification: Option<&ClassifyEvent>) -> Markup {
    html! {
        span {
            bdi { (item.line()) } " "
            @if let Some(ClassifyEvent { topic, urgency, note }) = classification {
                span.pill title=[Some(note).filter(|note| !note.is_empty())] { bdi { (topic) } } " "
                @if *urgency == Priority::Urgent { span.pill.bad { "Urgent" } " " }
            }
            span.source {
                (origin(item))
                @if let Some(event) = item.event() { " · " a href={ "/api/events/" (event) "/raw" } { "raw" } }
            }
        }
    }
}

fn origin(item: &Item) -> Markup {
    html! {
        @match item {
            Item::Reported(entry) => {
                (source(&entry.event))
                @if entry.reports > 1 { " · reported " (entry.reports) " times" }
            },
            Item::Associated(associated) => {
                (source(&associated.stored.event))
                " · event of " a href={ "/records/" (associated.stored.record) } { "another record" } ", " bdi { (associated.how) }
            },
            Item::Entry(entry) => {
                bdi { (entry.actor) }
                @if let Some(proposal) = entry.card() { " · " a href={ "/proposals/" (proposal) } { "proposal" } }
            },
        }
    }
}

fn source(event: &Event) -> Markup {
    html! {
        (external_link(event.link.as_deref(), &html! { (labels::source(event.source.as_str())) }))
        @if event.test { " · test mode" }
        @if let Some(said) = event.said_at { " · the sender's clock says " (clock::at(said)) }
    }
}
