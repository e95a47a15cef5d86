//! The personal data of a record as one document.

use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    events::{self, StoredEvent},
    privacy::{self, DATA_INVENTORY, InventoryItem, Part},
    records,
};
use nerve_model::{EventId, RecordId, Timestamp};
use nerve_protocol::{
    TimelineEntry,
    record::{Place, Span},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most rows of one table in an answer.
const ROWS: u32 = 200;

/// The most timeline entries, and the most raw bodies, in an answer.
const EVENTS: u32 = 50;

/// The most bytes of raw bodies in an answer; larger ones are fetched one by one.
const BODY_BYTES: usize = 4 * 1024 * 1024;

/// A page of the personal data.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonalDataQuery {
    /// Only this part, for example `events`; every part where none is named.
    part: Option<String>,
    /// The `next` of that part on the page before.
    cursor: Option<String>,
}

/// The personal data of a record. A part that is too long for one answer carries a cursor.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PersonalData {
    /// The record.
    record: RecordId,
    /// The time of this document.
    at: Timestamp,
    /// The person's rows by table, and beside them `timeline` and `raw_bodies`.
    parts: BTreeMap<String, PersonalDataPart>,
}

/// One part of the personal data.
#[derive(Serialize, JsonSchema)]
struct PersonalDataPart {
    /// The rows.
    items: Vec<Value>,
    /// The `cursor` for the next rows of this `part`; null on the last page.
    next: Option<String>,
}

impl From<Part> for PersonalDataPart {
    fn from(Part { items, next }: Part) -> Self {
        Self { items: items.into_iter().map(Value::Object).collect(), next }
    }
}

/// The raw body of a delivery.
#[derive(Serialize)]
struct RawBodyItem {
    event: EventId,
    received_at: Timestamp,
    headers: Vec<(String, String)>,
    bytes: u32,
    /// The time the body was deleted.
    expired_at: Option<Timestamp>,
    /// The body, where it is text and fits.
    text: Option<String>,
    /// Its address, byte for byte.
    at: String,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/records/{id}/personal-data",
            "Personal data of a record, each part in pages",
            handler!(export),
        )
        .query::<PersonalDataQuery>()
        .answers::<PersonalData>(),
    ]
}

async fn export<S: Services>(call: Call<'_, S>) -> Answer {
    let query: PersonalDataQuery = call.query()?;
    let id: RecordId = call.id("record")?;
    let record = records::get(call.services.db(), id).await?.ok_or(Problem::NotFound("record"))?.id;
    let mut parts = BTreeMap::new();
    for name in DATA_INVENTORY.iter().map(|item| item.table).chain(["timeline", "raw_bodies"]) {
        if query.part.as_deref().is_none_or(|part| part == name) {
            parts.insert(name.to_owned(), part(&call, record, name, query.cursor.as_deref()).await?);
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
) -> Result<PersonalDataPart, Problem> {
    match DATA_INVENTORY.iter().find(|item| item.table == name) {
        Some(item) => rows(call, item, record, cursor).await,
        None if name == "timeline" => timeline(call, record, cursor).await,
        None => bodies(call, record, cursor).await,
    }
}

async fn rows<S: Services>(
    call: &Call<'_, S>,
    item: &InventoryItem,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PersonalDataPart, Problem> {
    Ok(privacy::part(call.services.db(), item, record, cursor, ROWS).await?.into())
}

/// The timelines of the record's members, one after another. The cursor names the member and the place in its timeline.
async fn timeline<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PersonalDataPart, Problem> {
    let members = records::members(call.services.db(), record).await?;
    let (from, mut before) = begin(cursor)?;
    let start = members.iter().position(|part| Some(*part) == from).unwrap_or_default();
    let mut items = Vec::new();
    for part in members.iter().skip(start) {
        let limit = EVENTS.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        if limit == 0 {
            return Ok(PersonalDataPart { items, next: Some(part.to_string()) });
        }
        let page = call.services.page(*part, Span { before: before.take(), limit, ..Span::default() }).await?;
        let origin = |entry| TimelineEntry { part: Some(*part), ..entry };
        let entries = page.entries.into_iter().map(origin);
        items.extend(entries.map(|entry| serde_json::to_value(entry).unwrap_or_default()));
        if let Some(Place { at, seq }) = page.next {
            return Ok(PersonalDataPart { items, next: Some(format!("{part}.{}.{seq}", at.as_millis())) });
        }
    }
    Ok(PersonalDataPart { items, next: None })
}

fn begin(cursor: Option<&str>) -> Result<(Option<RecordId>, Option<Place>), Problem> {
    let Some(cursor) = cursor else { return Ok((None, None)) };
    let (part, before) = cursor.split_once('.').map_or((cursor, None), |(part, before)| (part, Some(before)));
    let part = part.parse().map_err(|_| Problem::BadRequest("The query is malformed: cursor.".to_owned()))?;
    Ok((Some(part), before.map(place).transpose()?))
}

fn place(cursor: &str) -> Result<Place, Problem> {
    let parts = cursor.split_once('.').and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)));
    let (at, seq) = parts.ok_or_else(|| Problem::BadRequest("The query is malformed: cursor.".to_owned()))?;
    Ok(Place { at: Timestamp::from_millis(at), seq })
}

async fn bodies<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    cursor: Option<&str>,
) -> Result<PersonalDataPart, Problem> {
    let item = DATA_INVENTORY.iter().find(|item| item.table == "events").ok_or(Problem::NotFound("part"))?;
    let page = privacy::part(call.services.db(), item, record, cursor, EVENTS).await?;
    let (mut items, mut room) = (Vec::new(), BODY_BYTES);
    for id in page.items.iter().filter_map(event_id) {
        let Some(stored) = events::get(call.services.db(), id).await? else { continue };
        if let Some(body) = body(call, &stored, &mut room).await? {
            items.push(serde_json::to_value(body).unwrap_or_default());
        }
    }
    Ok(PersonalDataPart { items, next: page.next })
}

fn event_id(row: &Map<String, Value>) -> Option<EventId> {
    row.get("id")?.as_str()?.parse().ok()
}

async fn body<S: Services>(
    call: &Call<'_, S>,
    stored: &StoredEvent,
    room: &mut usize,
) -> Result<Option<RawBodyItem>, Problem> {
    let event = stored.event.id;
    let Some((about, bytes)) = call.services.raw(&stored.inbox, &stored.event.dedup_key).await? else {
        return Ok(None);
    };
    let fits = about.expired_at.is_none() && bytes.len() <= *room;
    let text = if fits { String::from_utf8(bytes).ok() } else { None };
    *room -= text.as_ref().map_or(0, String::len);
    Ok(Some(RawBodyItem {
        event,
        received_at: about.received_at,
        headers: about.headers,
        bytes: about.bytes,
        expired_at: about.expired_at,
        text,
        at: format!("/api/events/{event}/raw"),
    }))
}
