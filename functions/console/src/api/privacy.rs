//! What is known of a person, and forgetting it.

use super::{
    json,
    list::{Limit, page},
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::{EraseError, Eraser};
use nerve_ledger::{
    events::{self, StoredEvent},
    privacy::{self, DATA_INVENTORY, Erasure, InventoryItem, Part},
    records,
};
use nerve_model::{Actor, ErasureId, EventId, RecordId, Timestamp};
use nerve_protocol::{
    TimelineEntry,
    record::{Place, Span},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How many rows of one table an answer holds at most.
const ROWS: u32 = 200;

/// How many entries of the timeline, and of how many events the raw body.
const EVENTS: u32 = 50;

/// How many bytes of raw bodies an answer holds at most; what is beyond is fetched one by one.
const BODY_BYTES: usize = 4 * 1024 * 1024;

/// How many steps of an erasure are taken at once; the sweeper takes the others.
const STEPS: u32 = 40;

/// Which part is asked for, and where it goes on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Only this part, for example `events`; all of them when nothing is said.
    part: Option<String>,
    /// Where that part ended before.
    cursor: Option<String>,
}

/// Everything that is kept of a person: one document, in which long parts say where they go on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PersonalData {
    /// The record.
    record: RecordId,
    /// When this was put together.
    at: Timestamp,
    /// The rows of each table that belong to the person, by table; `timeline` and `raw_bodies` beside them.
    parts: BTreeMap<String, PartDocument>,
}

/// Part of what is kept.
#[derive(Serialize, JsonSchema)]
struct PartDocument {
    /// The rows.
    items: Vec<Value>,
    /// Ask with this `part` and this `cursor` for what follows; null when that is all.
    next: Option<String>,
}

impl From<Part> for PartDocument {
    fn from(Part { items, next }: Part) -> Self {
        Self { items: items.into_iter().map(Value::Object).collect(), next }
    }
}

/// The raw body of a delivery, as far as it is kept.
#[derive(Serialize)]
struct Body {
    event: EventId,
    received_at: Timestamp,
    headers: Vec<(String, String)>,
    bytes: u32,
    /// When the body was deleted.
    expired_at: Option<Timestamp>,
    /// The body, where it is text and fits.
    text: Option<String>,
    /// Where it is fetched, byte for byte.
    at: String,
}

/// Who is to be forgotten, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erase {
    /// Why. It stays, so it must say nothing about the person.
    reason: String,
}

/// Which erasures.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// `GET /api/records/{id}/personal-data`.
pub(crate) async fn export<S: Services>(call: Call<'_, S>) -> Answer {
    let asked: Asked = call.query()?;
    let id: RecordId = call.id("record")?;
    let record = records::get(call.services.db(), id).await?.ok_or(Problem::NotFound("record"))?.id;
    let mut parts = BTreeMap::new();
    for name in DATA_INVENTORY.iter().map(|held| held.table).chain(["timeline", "raw_bodies"]) {
        if asked.part.as_deref().is_none_or(|part| part == name) {
            parts.insert(name.to_owned(), part(&call, record, name, asked.cursor.as_deref()).await?);
        }
    }
    if parts.is_empty() {
        return Err(Problem::BadRequest("There is no such part.".to_owned()));
    }
    let document = PersonalData { record, at: call.services.now(), parts };
    let file = format!("attachment; filename=\"{record}.json\"");
    json(&document).map(|answer| answer.with("content-disposition", file))
}

async fn part<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    name: &str,
    cursor: Option<&str>,
) -> Result<PartDocument, Problem> {
    match DATA_INVENTORY.iter().find(|held| held.table == name) {
        Some(held) => rows(call, held, record, cursor).await,
        None if name == "timeline" => timeline(call, record, cursor).await,
        None => bodies(call, record, cursor).await,
    }
}

async fn rows<S: Services>(
    call: &Call<'_, S>,
    held: &InventoryItem,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PartDocument, Problem> {
    Ok(privacy::part(call.services.db(), held, record, cursor, ROWS).await?.into())
}

/// The timelines of everything that the record is made of, one after another. The cursor is the part, and where in its
/// timeline it goes on.
async fn timeline<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PartDocument, Problem> {
    let family = records::members(call.services.db(), record).await?;
    let (from, mut before) = begin(cursor)?;
    let start = family.iter().position(|part| Some(*part) == from).unwrap_or_default();
    let mut items = Vec::new();
    for part in family.iter().skip(start) {
        let limit = EVENTS.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        if limit == 0 {
            return Ok(PartDocument { items, next: Some(part.to_string()) });
        }
        let page = call.services.page(*part, Span { before: before.take(), limit, ..Span::default() }).await?;
        let origin = |entry| TimelineEntry { part: Some(*part), ..entry };
        let entries = page.entries.into_iter().map(origin);
        items.extend(entries.map(|entry| serde_json::to_value(entry).unwrap_or_default()));
        if let Some(Place { at, seq }) = page.next {
            return Ok(PartDocument { items, next: Some(format!("{part}.{}.{seq}", at.as_millis())) });
        }
    }
    Ok(PartDocument { items, next: None })
}

fn begin(cursor: Option<&str>) -> Result<(Option<RecordId>, Option<Place>), Problem> {
    let Some(cursor) = cursor else { return Ok((None, None)) };
    let (part, before) = cursor.split_once('.').map_or((cursor, None), |(part, before)| (part, Some(before)));
    let part = part.parse().map_err(|_| Problem::BadRequest("The query does not read: cursor".to_owned()))?;
    Ok((Some(part), before.map(place).transpose()?))
}

fn place(cursor: &str) -> Result<Place, Problem> {
    let parts = cursor.split_once('.').and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)));
    let (at, seq) = parts.ok_or_else(|| Problem::BadRequest("The query does not read: cursor".to_owned()))?;
    Ok(Place { at: Timestamp::from_millis(at), seq })
}

async fn bodies<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PartDocument, Problem> {
    let held = DATA_INVENTORY.iter().find(|held| held.table == "events").ok_or(Problem::NotFound("part"))?;
    let page = privacy::part(call.services.db(), held, record, cursor, EVENTS).await?;
    let (mut items, mut room) = (Vec::new(), BODY_BYTES);
    for id in page.items.iter().filter_map(event_id) {
        let Some(stored) = events::get(call.services.db(), id).await? else { continue };
        if let Some(body) = body(call, &stored, &mut room).await? {
            items.push(serde_json::to_value(body).unwrap_or_default());
        }
    }
    Ok(PartDocument { items, next: page.next })
}

fn event_id(row: &Map<String, Value>) -> Option<EventId> {
    row.get("id")?.as_str()?.parse().ok()
}

async fn body<S: Services>(
    call: &Call<'_, S>,
    stored: &StoredEvent,
    room: &mut usize,
) -> Result<Option<Body>, Problem> {
    let event = stored.event.id;
    let Some((about, bytes)) = call.services.raw(&stored.inbox, &stored.event.dedup_key).await? else {
        return Ok(None);
    };
    let fits = about.expired_at.is_none() && bytes.len() <= *room;
    let text = if fits { String::from_utf8(bytes).ok() } else { None };
    *room -= text.as_ref().map_or(0, String::len);
    Ok(Some(Body {
        event,
        received_at: about.received_at,
        headers: about.headers,
        bytes: about.bytes,
        expired_at: about.expired_at,
        text,
        at: format!("/api/events/{event}/raw"),
    }))
}

/// `POST /api/records/{id}/erase`.
pub(crate) async fn erase<S: Services>(call: Call<'_, S>) -> Answer {
    let Erase { reason } = call.json()?;
    json(&call.erase(call.id("record")?, &reason).await?)
}

/// `GET /api/erasures`.
pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Listed { limit, cursor } = call.query()?;
    json(&privacy::list(call.services.db(), &page(limit, cursor)).await?)
}

/// `GET /api/erasures/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let erasure = privacy::get(call.services.db(), call.id("erasure")?).await?;
    json(&erasure.ok_or(Problem::NotFound("erasure"))?)
}

/// `POST /api/erasures/{id}/let-back-in`.
pub(crate) async fn let_back_in<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.let_back_in(call.id("erasure")?).await?)
}

impl<S: Services> Call<'_, S> {
    /// Begins to erase a record, and goes on as far as one request may. What is left the sweeper does: that something
    /// is not reached now is no failure.
    pub(crate) async fn erase(&self, record: RecordId, reason: &str) -> Result<Erasure, Problem> {
        let eraser = self.eraser();
        let begun = eraser.begin(record, &self.actor()?, reason).await?;
        if let Err(error) = eraser.go_on(begun.id, STEPS).await {
            self.services.report(&format!("an erasure goes on later: {error}"));
        }
        privacy::get(self.services.db(), begun.id).await?.ok_or(Problem::NotFound("erasure"))
    }

    /// Takes in again what comes about somebody who was erased.
    pub(crate) async fn let_back_in(&self, erasure: ErasureId) -> Result<Erasure, Problem> {
        Ok(self.eraser().release(erasure, &self.actor()?).await?)
    }

    fn eraser(&self) -> Eraser<'_, S::Db, S, S> {
        let services = self.services;
        Eraser { db: services.db(), targets: services, entropy: services, now: services.now() }
    }

    fn actor(&self) -> Result<Actor, Problem> {
        Ok(self.caller.as_ref().ok_or(Problem::Unauthorized)?.actor())
    }
}

impl From<EraseError> for Problem {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::NotFound => Self::NotFound("record"),
            EraseError::Invalid(why) => Self::Invalid(why),
            EraseError::Database(error) => error.into(),
            EraseError::Unreachable(error) => error.into(),
        }
    }
}
