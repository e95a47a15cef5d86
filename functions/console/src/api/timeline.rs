//! One timeline of everything that has to do with a record.

use super::{json, list::Limit};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::{Activity, ActivityQuery, Cursor, Filter, Item, activity};
use nerve_ledger::{Page, chain::StoredEntry, records};
use nerve_model::{ClassifyEvent, Event, EventId, EventKind, Group, Match, ProposalId, RecordId, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::{borrow::Cow, collections::BTreeMap};

/// A kind of event, or one of the sorts of things on a timeline.
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

/// Which part of a timeline.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Only this kind of event, or only this sort: `events`, `actions`, `tasks`, `notes` or `changes`.
    kind: Option<Kind>,
    /// Only what contains this text.
    q: Option<String>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl Asked {
    /// What is wanted of it; a cursor that does not read is refused.
    pub(crate) fn wanted(self, limit: u32) -> Result<ActivityQuery, Problem> {
        let refused = |error| Problem::BadRequest(format!("The query does not read: cursor: {error}."));
        let from = self.cursor.as_deref().map(str::parse::<Cursor>).transpose().map_err(refused)?.unwrap_or_default();
        let limit = self.limit.map_or(limit, |limit| Limit::or_default(Some(limit)));
        Ok(ActivityQuery { filter: self.kind.map(|Kind(only)| only), text: self.q, limit, from })
    }
}

/// Something on a timeline.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ItemDocument {
    /// When it happened.
    at: Timestamp,
    /// The tool it came from, or who did it.
    who: String,
    /// What happened, in one line.
    line: String,
    /// The proposal it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalId>,
    /// Where the delivery is found that it began with, byte for byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    /// What the event is about, where that was written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    classification: Option<ClassifyEvent>,
    #[serde(flatten)]
    what: What,
}

/// What it is, in full.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum What {
    /// An event.
    Event(Box<Told>),
    /// What was proposed, decided or done, or how it ended.
    Action {
        /// What the ledger says.
        entry: Box<StoredEntry>,
    },
    /// What was done about a task.
    Task {
        /// What the ledger says.
        entry: Box<StoredEntry>,
    },
    /// What was done about a note.
    Note {
        /// What the ledger says.
        entry: Box<StoredEntry>,
    },
    /// A change of the record, or of what it is made of.
    Change {
        /// What the ledger says.
        entry: Box<StoredEntry>,
    },
}

/// One fact on a timeline.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Told {
    /// Its place in the order of arrival, from 1; not of an event that came to another record.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    /// The event that reported it first.
    event: Event,
    /// How the event was matched to the record it came to.
    #[serde(rename = "match")]
    matched: Match,
    /// How many events reported the same fact.
    reports: u32,
    /// The part of the record that it came to, where records were merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<RecordId>,
    /// The record that it came to, where it is about this one as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordId>,
    /// Why it is about this one as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<String>,
}

impl ItemDocument {
    fn of(item: Item, classifications: &BTreeMap<EventId, ClassifyEvent>) -> Self {
        let raw = item.event().map(|event| format!("/api/events/{event}/raw"));
        let (at, who, line, group) = (item.at(), item.who(), item.line(), item.group());
        let proposal = if let Item::Entry(entry) = &item { entry.proposal } else { None };
        let classification = item.reported().and_then(|event| classifications.get(&event)).cloned();
        Self { at, who, line, proposal, raw, classification, what: What::of(item, group) }
    }
}

impl What {
    fn of(item: Item, group: Group) -> Self {
        match item {
            Item::Reported(told) => {
                let (seq, record, how) = (Some(told.seq), None, None);
                let (event, matched, reports, part) = (told.event, told.matched, told.reports, told.part);
                Self::Event(Box::new(Told { seq, event, matched, reports, part, record, how }))
            }
            Item::Associated(associated) => {
                let (record, how, stored) = (Some(associated.stored.record), Some(associated.how), associated.stored);
                let (event, matched) = (stored.event, stored.matched);
                Self::Event(Box::new(Told { seq: None, event, matched, reports: 1, part: None, record, how }))
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

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let wanted = call.query::<Asked>()?.wanted(Limit::or_default(None))?;
    let record = call.id::<RecordId>("record")?;
    records::get(call.services.db(), record).await?.ok_or(Problem::NotFound("record"))?;
    let Activity { items, classifications, next } =
        activity(call.services.db(), call.services, record, &wanted).await?;
    let items = items.into_iter().map(|item| ItemDocument::of(item, &classifications)).collect();
    json(&Page { items, next: next.map(|cursor| cursor.to_string()) })
}
