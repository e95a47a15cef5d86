//! The situation of a record now.

use super::records::find;
use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    PageRequest,
    records::StoredRecord,
    snapshot,
    tasks::{self, Task},
};
use nerve_model::{Digest, Event, Match, Proposal, RecordId};
use nerve_protocol::TimelineEntry;
use nerve_situation::{Document, Situation};
use schemars::JsonSchema;
use serde::Serialize;

/// One event on a record's timeline.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TimelineEntryDocument {
    /// Its place in the order of arrival, from 1.
    seq: u64,
    /// The event that reported it first.
    event: Event,
    /// The match of the event to this record.
    #[serde(rename = "match")]
    matched: Match,
    /// The number of events that reported the same fact.
    reports: u32,
    /// The merged record that received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<RecordId>,
}

impl From<TimelineEntry> for TimelineEntryDocument {
    fn from(TimelineEntry { seq, event, matched, reports, part }: TimelineEntry) -> Self {
        Self { seq, event, matched, reports, part }
    }
}

/// The situation of a record: the events to be decided, and the context of the decision.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SituationDocument {
    /// The record.
    record: StoredRecord,
    /// The events to be decided, oldest first.
    pending: Vec<TimelineEntryDocument>,
    /// The events before them, newest first.
    history: Vec<TimelineEntryDocument>,
    /// The open proposals.
    proposals: Vec<Proposal>,
    /// The tasks, newest first.
    tasks: Vec<Task>,
    /// Open items, past events, earlier actions and missing facts: bounded, and the same for the same state.
    document: Document,
    /// The same as text, for a person or a model.
    text: String,
    /// SHA-256 of the text; a proposal made now would carry it.
    digest: Digest,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/records/{id}/situation",
            "Situation of a record: pending events, history, open proposals and tasks",
            handler!(show),
        )
        .answers::<SituationDocument>(),
    ]
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    let db = call.services.db();
    let situation = load(&call, record.id).await?;
    let document = Document::of(&situation, call.services.now(), call.services.document_bytes());
    let proposals = snapshot(db, record.id, &[]).await?.open;
    let tasks = tasks::list(db, Some(record.id), &PageRequest::default()).await?.items;
    let text = document.to_string();
    let digest = nerve_situation::digest(&text);
    let (pending, history) = (documents(situation.pending), documents(situation.history));
    json(&SituationDocument { record, pending, history, proposals, tasks, document, text, digest })
}

/// The situation that a decision about the record would rest on now.
pub(crate) async fn load<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Situation, Problem> {
    Ok(nerve_engine::situation(call.services.db(), call.services, record).await?)
}

fn documents(entries: Vec<TimelineEntry>) -> Vec<TimelineEntryDocument> {
    entries.into_iter().map(TimelineEntryDocument::from).collect()
}
