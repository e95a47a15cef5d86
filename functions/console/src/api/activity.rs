//! The activity of a record: one list of its events, actions, tasks, notes and changes.

use super::list::Limit;
use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_engine::{Activity, ActivityQuery, Cursor, Filter, Item, activity};
use nerve_ledger::{Page, chain::StoredEntry, records};
use nerve_model::{ClassifyEvent, Event, EventId, EventKind, Group, Match, ProposalId, RecordId, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::{borrow::Cow, collections::BTreeMap};

/// A group of items, or a kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind(pub(crate) Filter);

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(Error::custom)
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let names: Vec<&str> = groups.chain(EventKind::ALL.iter().map(|kind| kind.as_str())).collect();
        json_schema!({"type": "string", "enum": names})
    }
}

/// A page of the activity, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityParameters {
    /// Only this kind of event, or this group: `events`, `actions`, `tasks`, `notes` or `changes`.
    kind: Option<Kind>,
    /// Only items that contain this text.
    q: Option<String>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl ActivityParameters {
    /// The engine's query, with a limit where none is given. A malformed cursor is refused.
    pub(crate) fn query(self, limit: u32) -> Result<ActivityQuery, Problem> {
        let refused = |error| Problem::BadRequest(format!("The query is malformed: cursor: {error}."));
        let from = self.cursor.as_deref().map(str::parse::<Cursor>).transpose().map_err(refused)?.unwrap_or_default();
        let limit = self.limit.map_or(limit, |limit| Limit::or_default(Some(limit)));
        Ok(ActivityQuery { filter: self.kind.map(|Kind(filter)| filter), text: self.q, limit, from })
    }
}

/// One item of the activity.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ActivityItem {
    /// The time it happened.
    at: Timestamp,
    /// The source of an event, or the actor of a ledger entry.
    who: String,
    /// The item in one line.
    line: String,
    /// The proposal it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalId>,
    /// The address of the raw body of its delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    /// The classification of the event, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    classification: Option<ClassifyEvent>,
    #[serde(flatten)]
    detail: ActivityDetail,
}

/// The item in full.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ActivityDetail {
    /// An event.
    Event(Box<ActivityEvent>),
    /// A proposal, a decision, an execution or an outcome.
    Action {
        /// The ledger entry.
        entry: Box<StoredEntry>,
    },
    /// A change of a task.
    Task {
        /// The ledger entry.
        entry: Box<StoredEntry>,
    },
    /// A change of a note.
    Note {
        /// The ledger entry.
        entry: Box<StoredEntry>,
    },
    /// A change of the record, its claims, links or merges.
    Change {
        /// The ledger entry.
        entry: Box<StoredEntry>,
    },
}

/// An event in the activity.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ActivityEvent {
    /// Its place in the record's order of arrival, from 1; none for an event of another record.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    /// The event that reported it first.
    event: Event,
    /// The match of the event to the record that received it.
    #[serde(rename = "match")]
    matched: Match,
    /// The number of events that reported the same fact.
    reports: u32,
    /// The merged record that received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<RecordId>,
    /// The other record that received it, where it is associated with this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordId>,
    /// The reason for the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<String>,
}

impl ActivityItem {
    fn of(item: Item, classifications: &BTreeMap<EventId, ClassifyEvent>) -> Self {
        let raw = item.event().map(|event| format!("/api/events/{event}/raw"));
        let (at, who, line, group) = (item.at(), item.who(), item.line(), item.group());
        let proposal = if let Item::Entry(entry) = &item { entry.card() } else { None };
        let classification = item.reported().and_then(|event| classifications.get(&event)).cloned();
        Self { at, who, line, proposal, raw, classification, detail: ActivityDetail::of(item, group) }
    }
}

impl ActivityDetail {
    fn of(item: Item, group: Group) -> Self {
        match item {
            Item::Reported(entry) => {
                let (seq, record, how) = (Some(entry.seq), None, None);
                let (event, matched, reports, part) = (entry.event, entry.matched, entry.reports, entry.part);
                Self::Event(Box::new(ActivityEvent { seq, event, matched, reports, part, record, how }))
            }
            Item::Associated(associated) => {
                let (record, how, stored) = (Some(associated.stored.record), Some(associated.how), associated.stored);
                let (event, matched) = (stored.event, stored.matched);
                Self::Event(Box::new(ActivityEvent { seq: None, event, matched, reports: 1, part: None, record, how }))
            }
            Item::Entry(entry) => Self::entry(Box::new(entry), group),
        }
    }

    const fn entry(entry: Box<StoredEntry>, group: Group) -> Self {
        match group {
            Group::Events | Group::Actions => Self::Action { entry },
            Group::Tasks => Self::Task { entry },
            Group::Notes => Self::Note { entry },
            Group::Changes => Self::Change { entry },
        }
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/records/{id}/timeline",
            "Activity of a record, newest first: events, actions, tasks, notes and changes",
            handler!(show),
        )
        .query::<ActivityParameters>()
        .answers::<Page<ActivityItem>>(),
    ]
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let query = call.query::<ActivityParameters>()?.query(Limit::or_default(None))?;
    let record = call.id::<RecordId>("record")?;
    records::get(call.services.db(), record).await?.ok_or(Problem::NotFound("record"))?;
    let Activity { items, classifications, next } = activity(call.services.db(), call.services, record, &query).await?;
    let items = items.into_iter().map(|item| ActivityItem::of(item, &classifications)).collect();
    json(&Page { items, next: next.map(|cursor| cursor.to_string()) })
}
