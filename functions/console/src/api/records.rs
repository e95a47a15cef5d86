use super::{
    json,
    list::{Limit, page},
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{
    PageRequest,
    links::{self, Link},
    records::{self, RecordFilter, StoredRecord},
    snapshot,
    tasks::{self, Task},
};
use nerve_model::{Claim, Digest, Event, Match, Proposal, RecordId, RecordType};
use nerve_protocol::TimelineEntry;
use nerve_situation::{Document, Situation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Looks for records.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// The beginnings of words of the name, or the beginning of a mail address or another claim.
    q: Option<String>,
    /// Only of this type.
    #[serde(rename = "type")]
    record_type: Option<RecordType>,
    /// Only what this person looks after.
    owner: Option<String>,
    /// Only what stands here.
    stage: Option<String>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// A record with what is known about its identity.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RecordDocument {
    #[serde(flatten)]
    record: StoredRecord,
    /// By what it is recognized.
    claims: Vec<Claim>,
    /// The mailboxes and telephone numbers that it goes by and others have.
    shared: Vec<Claim>,
    /// What it has to do with other records.
    links: Vec<Link>,
}

/// One fact on a timeline.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TimelineDocument {
    /// Its place in the order of arrival, from 1.
    seq: u64,
    /// The event that reported it first.
    event: Event,
    /// How the event was matched to this record.
    #[serde(rename = "match")]
    matched: Match,
    /// How many events reported the same fact.
    reports: u32,
    /// The part of the record that it came to, where records were merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<RecordId>,
}

impl From<TimelineEntry> for TimelineDocument {
    fn from(TimelineEntry { seq, event, matched, reports, part }: TimelineEntry) -> Self {
        Self { seq, event, matched, reports, part }
    }
}

/// What waits for a decision at a record, and what it will be decided on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SituationDocument {
    /// Whom it is about.
    record: StoredRecord,
    /// The events to be decided, oldest first.
    pending: Vec<TimelineDocument>,
    /// What came before, newest first.
    history: Vec<TimelineDocument>,
    /// What is proposed and not settled.
    proposals: Vec<Proposal>,
    /// The tasks, newest first.
    tasks: Vec<Task>,
    /// What stands open, what happened, what was tried and what is missing: bounded, and the same for the same state.
    document: Document,
    /// The same as text, for a person or a model.
    text: String,
    /// SHA-256 over the text: what a proposal made on this ground now would name.
    digest: Digest,
}

pub(crate) async fn search<S: Services>(call: Call<'_, S>) -> Answer {
    let Search { q, record_type, owner, stage, limit, cursor } = call.query()?;
    let filter = RecordFilter { search: q, record_type, owner, stage };
    json(&records::list(call.services.db(), &filter, &page(limit, cursor)).await?)
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&document(&call, find(&call).await?).await?)
}

/// A record with what is known about it.
pub(crate) async fn document<S: Services>(call: &Call<'_, S>, record: StoredRecord) -> Result<RecordDocument, Problem> {
    let db = call.services.db();
    let (claims, shared) = (records::claims(db, record.id).await?, records::shared(db, record.id).await?);
    let links = links::of(db, record.id).await?;
    Ok(RecordDocument { record, claims, shared, links })
}

pub(crate) async fn situation<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    let db = call.services.db();
    let situation = known(&call, record.id).await?;
    let document = Document::of(&situation, call.services.now(), call.services.document_bytes());
    let proposals = snapshot(db, record.id, &[]).await?.open;
    let tasks = tasks::list(db, Some(record.id), &PageRequest::default()).await?.items;
    let text = document.to_string();
    let digest = nerve_situation::digest(&text);
    let (pending, history) = (documents(situation.pending), documents(situation.history));
    json(&SituationDocument { record, pending, history, proposals, tasks, document, text, digest })
}

/// The situation of a record as a decision now would rest on it.
pub(crate) async fn known<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Situation, Problem> {
    Ok(nerve_engine::situation(call.services.db(), call.services, record).await?)
}

fn documents(entries: Vec<TimelineEntry>) -> Vec<TimelineDocument> {
    entries.into_iter().map(TimelineDocument::from).collect()
}

/// The record that the path names.
pub(crate) async fn find<S: Services>(call: &Call<'_, S>) -> Result<StoredRecord, Problem> {
    records::get(call.services.db(), call.id::<RecordId>("record")?).await?.ok_or(Problem::NotFound("record"))
}
