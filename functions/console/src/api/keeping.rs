//! Records as people keep them: created, edited, linked, with what is to be done about them.

use super::{
    json,
    list::{Limit, page},
    records::{document, find},
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::RecordEditor;
use nerve_ledger::{chain, records::StoredRecord, tasks};
use nerve_model::{
    AddNote, Attributes, Claim, ClaimKind, CreateTask, RecordFields, RecordId, RecordType, Relation, clip,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A claim as somebody writes it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClaim {
    /// `email`, `phone`, `external` or `serial`: what recognizes somebody by itself.
    kind: ClaimKind,
    /// For example `+49 30 901820`; kept in the form in which tools are understood to say the same.
    value: String,
}

/// A record that is to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRecord {
    /// What it stands for.
    #[serde(rename = "type")]
    record_type: RecordType,
    /// At most 200 characters on one line.
    name: String,
    /// Who looks after it.
    #[serde(default)]
    owner: Option<String>,
    /// Where it stands, in the words of the business.
    #[serde(default)]
    stage: Option<String>,
    /// What else is kept: at most 50 names and values.
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    /// What it is recognized by.
    #[serde(default)]
    claims: Vec<NewClaim>,
}

/// What is said of a record anew. What is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordEdit {
    /// The version that the edit rests on.
    version: u32,
    /// Its display name.
    #[serde(default)]
    name: Option<String>,
    /// Who looks after it; null is nobody.
    #[serde(default, deserialize_with = "said")]
    owner: Option<Option<String>>,
    /// Where it stands; null is nowhere.
    #[serde(default, deserialize_with = "said")]
    stage: Option<Option<String>>,
    /// Attributes by name; null takes one away, and those that are not named stay.
    #[serde(default)]
    attributes: BTreeMap<String, Option<String>>,
}

/// Null is something said, and not the same as nothing.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl RecordEdit {
    /// What the record says then.
    fn on(self, stored: &StoredRecord) -> Result<RecordFields, Problem> {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut attributes: BTreeMap<String, String> = stored.attributes.iter().map(pair).collect();
        for (name, value) in self.attributes {
            match value {
                Some(value) => attributes.insert(name, value),
                None => attributes.remove(&name),
            };
        }
        let name = self.name.unwrap_or_else(|| stored.name.clone());
        let owner = self.owner.unwrap_or_else(|| stored.owner.clone());
        let stage = self.stage.unwrap_or_else(|| stored.stage.clone());
        Ok(RecordFields::new(&name, owner.as_deref(), stage.as_deref(), Attributes::new(attributes)?)?)
    }
}

/// One end of a link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Linked {
    /// What the other is to the record.
    relation: Relation,
    /// The other.
    other: RecordId,
}

/// Whose tasks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToDo {
    /// Only what this person should do: assigned to them, or to nobody and they look after the record.
    assignee: Option<String>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Which part of a history.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl<S: Services> Call<'_, S> {
    /// Where the caller keeps records.
    pub(crate) fn registry(&self) -> Result<RecordEditor<'_, S::Db, S>, Problem> {
        let actor = self.caller.as_ref().ok_or(Problem::Unauthorized)?.actor();
        let services = self.services;
        Ok(RecordEditor { db: services.db(), entropy: services, now: services.now(), actor })
    }

    /// A claim as somebody wrote it, in normal form.
    pub(crate) fn claim(&self, kind: ClaimKind, text: &str) -> Result<Claim, Problem> {
        let read = self.services.people().claim(kind, text);
        read.ok_or_else(|| Problem::Invalid(format!("“{}” is not {}.", clip(text, 60), wanted(kind))))
    }
}

const fn wanted(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::External => "an account as tools name it, such as stripe:customer:cus_123",
        ClaimKind::Email => "a mail address",
        ClaimKind::Phone => "a telephone number with its country code",
        ClaimKind::Domain => "a domain",
        ClaimKind::Serial => "a serial number",
        ClaimKind::Name => "a name",
        ClaimKind::Address => "an address",
    }
}

pub(crate) async fn create<S: Services>(call: Call<'_, S>) -> Answer {
    let NewRecord { record_type, name, owner, stage, attributes, claims } = call.json()?;
    let fields = RecordFields::new(&name, owner.as_deref(), stage.as_deref(), Attributes::new(attributes)?)?;
    let claims = claims.iter().map(|said| call.claim(said.kind, &said.value)).collect::<Result<Vec<_>, _>>()?;
    json(&document(&call, call.registry()?.create(record_type, &fields, &claims).await?).await?)
}

pub(crate) async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let edit: RecordEdit = call.json()?;
    let stored = find(&call).await?;
    let version = edit.version;
    let fields = edit.on(&stored)?;
    json(&document(&call, call.registry()?.edit(stored.id, version, &fields).await?).await?)
}

pub(crate) async fn add_claim<S: Services>(call: Call<'_, S>) -> Answer {
    let NewClaim { kind, value } = call.json()?;
    call.registry()?.add_claim(call.id("record")?, &call.claim(kind, &value)?).await?;
    json(&document(&call, find(&call).await?).await?)
}

pub(crate) async fn remove_claim<S: Services>(call: Call<'_, S>) -> Answer {
    let NewClaim { kind, value } = call.query()?;
    call.registry()?.remove_claim(call.id("record")?, kind, &value).await?;
    json(&document(&call, find(&call).await?).await?)
}

pub(crate) async fn link<S: Services>(call: Call<'_, S>) -> Answer {
    let Linked { relation, other } = call.json()?;
    call.registry()?.link(call.id("record")?, relation, other).await?;
    json(&document(&call, find(&call).await?).await?)
}

pub(crate) async fn unlink<S: Services>(call: Call<'_, S>) -> Answer {
    let Linked { relation, other } = call.query()?;
    call.registry()?.unlink(call.id("record")?, relation, other).await?;
    json(&document(&call, find(&call).await?).await?)
}

pub(crate) async fn add_task<S: Services>(call: Call<'_, S>) -> Answer {
    let task: CreateTask = call.json()?;
    json(&call.registry()?.add_task(call.id("record")?, &task).await?)
}

pub(crate) async fn edit_task<S: Services>(call: Call<'_, S>) -> Answer {
    let task: CreateTask = call.json()?;
    json(&call.registry()?.edit_task(call.id("task")?, &task).await?)
}

pub(crate) async fn complete_task<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.registry()?.complete_task(call.id("task")?).await?)
}

pub(crate) async fn reopen_task<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.registry()?.reopen_task(call.id("task")?).await?)
}

pub(crate) async fn due<S: Services>(call: Call<'_, S>) -> Answer {
    let ToDo { assignee, limit, cursor } = call.query()?;
    json(&tasks::due(call.services.db(), assignee.as_deref(), &page(limit, cursor)).await?)
}

pub(crate) async fn add_note<S: Services>(call: Call<'_, S>) -> Answer {
    let note: AddNote = call.json()?;
    json(&call.registry()?.add_note(call.id("record")?, &note).await?)
}

pub(crate) async fn history<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { limit, cursor } = call.query()?;
    let record = find(&call).await?;
    json(&chain::history(call.services.db(), record.id, &page(limit, cursor)).await?)
}
