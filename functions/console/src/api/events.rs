use super::{
    json,
    list::{Limit, page},
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{
    associations::{self, Association},
    events::{self, EventFilter, StoredEvent},
};
use nerve_model::{ClassifyEvent, Event, EventKind, Match, RecordId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Narrows the list of events.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// What happened.
    kind: Option<EventKind>,
    /// The tool they came from.
    source: Option<String>,
    /// Whom they concern.
    record: Option<RecordId>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// An event as the API shows it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EventDocument {
    #[serde(flatten)]
    event: Event,
    /// Whom it concerns.
    record: RecordId,
    /// How sure that is, and why.
    #[serde(rename = "match")]
    matched: Match,
    /// How many copies came after the first.
    duplicates: u32,
    /// When it had been considered for proposals.
    decided_at: Option<Timestamp>,
    /// What it is about, where that was written down.
    classification: Option<ClassifyEvent>,
    /// What else it is about, the surest first; only of one event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    associations: Vec<Association>,
}

impl From<StoredEvent> for EventDocument {
    fn from(stored: StoredEvent) -> Self {
        let StoredEvent { event, matched, record, duplicates, decided_at, classification, .. } = stored;
        Self { event, record, matched, duplicates, decided_at, classification, associations: Vec::new() }
    }
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { kind, source, record, limit, cursor } = call.query()?;
    let found = events::list(call.services.db(), &EventFilter { kind, source, record }, &page(limit, cursor)).await?;
    json(&found.map(EventDocument::from))
}

/// Duplicates are reported to the database after a while; the inbox knows them at once. Where it cannot be reached,
/// the reported count has to do.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let mut stored = find(&call).await?;
    if let Ok(Some(kept)) = call.services.inspect(&stored.inbox, &stored.event.dedup_key).await {
        stored.duplicates = kept.duplicates;
    }
    let associations = associations::of_event(call.services.db(), stored.event.id).await?;
    json(&EventDocument { associations, ..EventDocument::from(stored) })
}

/// The body is whatever somebody sent: it is handed out as a file, never as something to show.
pub(crate) async fn raw<S: Services>(call: Call<'_, S>) -> Answer {
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
