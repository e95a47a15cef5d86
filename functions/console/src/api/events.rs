//! Events and their deliveries.

use super::list::{Limit, page};
use crate::{
    http::{Method::Get, Response},
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    associations::{self, Association},
    events::{self, EventFilter, StoredEvent},
};
use nerve_model::{ClassifyEvent, Event, EventKind, Match, RecordId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of the events, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventQuery {
    /// Only this kind.
    kind: Option<EventKind>,
    /// Only events of this source.
    source: Option<String>,
    /// Only events of this record.
    record: Option<RecordId>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// An event with its record.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EventDocument {
    #[serde(flatten)]
    event: Event,
    /// The record it is matched to.
    record: RecordId,
    /// The match with its evidence.
    #[serde(rename = "match")]
    matched: Match,
    /// The number of copies after the first.
    duplicates: u32,
    /// The time the agent considered it.
    decided_at: Option<Timestamp>,
    /// Its classification, if it has one.
    classification: Option<ClassifyEvent>,
    /// Other records it is about, the most certain first; only where one event is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    associations: Vec<Association>,
}

impl From<StoredEvent> for EventDocument {
    fn from(stored: StoredEvent) -> Self {
        let StoredEvent { event, matched, record, duplicates, decided_at, classification, .. } = stored;
        Self { event, record, matched, duplicates, decided_at, classification, associations: Vec::new() }
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/events", "Events, newest first", handler!(list))
            .query::<EventQuery>()
            .answers::<Page<EventDocument>>(),
        Route::api(
            Get,
            "/api/events/{id}",
            "One event with its associations and the current count of its duplicates",
            handler!(show),
        )
        .answers::<EventDocument>(),
        Route::api(Get, "/api/events/{id}/raw", "Raw body of the delivery, byte for byte", handler!(raw)),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let EventQuery { kind, source, record, limit, cursor } = call.query()?;
    let found = events::list(call.services.db(), &EventFilter { kind, source, record }, &page(limit, cursor)).await?;
    json(&found.map(EventDocument::from))
}

/// The inbox counts duplicates at once, the database later. Without the inbox, the answer carries the database's count.
async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let mut stored = find(&call).await?;
    if let Ok(Some(kept)) = call.services.inspect(&stored.inbox, &stored.event.dedup_key).await {
        stored.duplicates = kept.duplicates;
    }
    let associations = associations::of_event(call.services.db(), stored.event.id).await?;
    json(&EventDocument { associations, ..EventDocument::from(stored) })
}

/// Anybody may have sent the body: it is served as a file, so that no browser renders it.
async fn raw<S: Services>(call: Call<'_, S>) -> Answer {
    let stored = find(&call).await?;
    let found = call.services.raw(&stored.inbox, &stored.event.dedup_key).await?;
    let (about, body) = found.ok_or(Problem::NotFound("raw body"))?;
    if let Some(at) = about.expired_at {
        return Err(Problem::Expired(at));
    }
    Ok(Response::new(200, "application/octet-stream", body)
        .with("content-disposition", format!("attachment; filename=\"{}.bin\"", stored.event.id))
        .with("x-nerve-received-at", about.received_at.to_string()))
}

async fn find<S: Services>(call: &Call<'_, S>) -> Result<StoredEvent, Problem> {
    events::get(call.services.db(), call.id("event")?).await?.ok_or(Problem::NotFound("event"))
}
