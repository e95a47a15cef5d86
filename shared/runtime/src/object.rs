use core::cell::Cell;
use nerve_intake::Arrived;
use nerve_model::{DedupKey, RecordId, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Records, Row, Statement, Timelines, Unreachable, Value, Wake};
use nerve_protocol::{
    frame,
    inbox::{self, Accepted, Kept, RawBody},
    record::{self, Appended, Compared, Comparison, NewEntry, Page, Pending, Span},
    source_metrics::{self, Report, SourceMetrics},
};
use serde::{Serialize, de::DeserializeOwned};
use worker::{Env, ObjectNamespace, SqlStorage, SqlStorageValue, Storage, js_sys::Promise};

use crate::{
    http::{post, send},
    now, unreachable,
};

/// The private SQLite of an object.
#[derive(Debug)]
pub struct ObjectSql(pub SqlStorage);

impl ObjectStorage for ObjectSql {
    fn execute(&self, statement: Statement) -> Result<Vec<Row>, DatabaseError> {
        let params: Vec<SqlStorageValue> = statement.params.into_iter().map(to_storage).collect();
        let cursor = self.0.exec(&statement.sql, params).map_err(failure)?;
        let columns = cursor.column_names();
        let rows =
            cursor.raw().map(|row| Ok(columns.iter().cloned().zip(row?.into_iter().map(from_storage)).collect()));
        rows.map(|row: worker::Result<_>| row.map(Row).map_err(failure)).collect()
    }
}

fn to_storage(value: Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(number) => SqlStorageValue::Integer(number),
        Value::Real(number) => SqlStorageValue::Float(number),
        Value::Text(text) => SqlStorageValue::String(text),
        Value::Blob(bytes) => SqlStorageValue::Blob(bytes),
    }
}

fn from_storage(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Null => Value::Null,
        SqlStorageValue::Boolean(flag) => flag.into(),
        SqlStorageValue::Integer(number) => Value::Integer(number),
        SqlStorageValue::Float(number) => Value::Real(number),
        SqlStorageValue::String(text) => Value::Text(text),
        SqlStorageValue::Blob(bytes) => Value::Blob(bytes),
    }
}

fn failure(error: worker::Error) -> DatabaseError {
    DatabaseError::from_message(&error.to_string())
}

/// The object's alarm. Its time is cached, because asking the platform takes an `await`.
#[derive(Debug, Default)]
pub struct Alarm(Cell<Option<Wake>>);

impl Alarm {
    /// The time it is set for.
    pub async fn armed(&self, storage: &Storage) -> worker::Result<Wake> {
        if let Some(armed) = self.0.get() {
            return Ok(armed);
        }
        let set = storage.get_alarm().await?;
        let armed = set.map_or(Wake::NotNeeded, |set| Wake::By(Timestamp::from_millis(set)));
        self.0.set(Some(armed));
        Ok(armed)
    }

    /// Sets the alarm, unless it is set for this time or earlier. Called right after a write, without an `await`
    /// between, both reach the disk together; so call [`Self::armed`] before. Costs a second write to disk.
    pub async fn arm(&self, storage: &Storage, wake: Wake) -> worker::Result<()> {
        match (wake, self.0.get().unwrap_or(Wake::NotNeeded)) {
            (Wake::By(at), armed) if !armed.serves(wake) => {
                self.0.set(Some(wake));
                // The platform takes an offset from now.
                storage.set_alarm(at.since(now()).0.max(0)).await.inspect_err(|_| self.0.set(None))
            }
            _ => Ok(()),
        }
    }

    /// Notes that the alarm fired: while it runs it is not set.
    pub fn went_off(&self) {
        self.0.set(Some(Wake::NotNeeded));
    }
}

async fn call(namespace: &ObjectNamespace, name: &str, body: &[u8]) -> Result<Vec<u8>, Unreachable> {
    let object = namespace.get_by_name(name).map_err(unreachable)?;
    match post(object, body).await.map_err(unreachable)? {
        (200, bytes) => Ok(bytes),
        (status, bytes) => Err(Unreachable(format!("status {status}: {}", String::from_utf8_lossy(&bytes)))),
    }
}

async fn ask<T: DeserializeOwned>(
    namespace: &ObjectNamespace,
    name: &str,
    command: &impl Serialize,
) -> Result<T, Unreachable> {
    let frame = frame::encode(command, &[]).map_err(unreachable)?;
    serde_json::from_slice(&call(namespace, name, &frame).await?).map_err(unreachable)
}

/// A client of inboxes.
#[derive(Debug)]
pub struct InboxClient(ObjectNamespace);

impl InboxClient {
    /// The namespace bound as `INBOX`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        env.durable_object(inbox::BINDING).map(Self).map_err(unreachable)
    }

    /// Stores an event, completed by what its source left unread, and its raw body.
    pub async fn accept(
        &self,
        Arrived { event, unread }: &Arrived,
        headers: Vec<(String, String)>,
        body: &[u8],
    ) -> Result<Accepted, Unreachable> {
        let name = inbox::name(event, unread);
        let json = serde_json::to_vec(event).map_err(unreachable)?;
        let accept = inbox::Accept {
            inbox: name.clone(),
            event: event.id,
            dedup_key: event.dedup_key.clone(),
            event_bytes: u32::try_from(json.len()).map_err(unreachable)?,
            headers,
            unread: unread.clone(),
        };
        let frame = inbox::Command::Accept(accept).frame(&[&json, body]).map_err(unreachable)?;
        serde_json::from_slice(&call(&self.0, &name, &frame).await?).map_err(unreachable)
    }

    /// Reports figures of a source; the promise resolves when they are stored.
    pub(crate) fn report(&self, source: &str, report: Report) -> Result<Promise, Unreachable> {
        let frame = inbox::Command::Report(report).frame(&[]).map_err(unreachable)?;
        let object = self.0.get_by_name(&source_metrics::object(source)).map_err(unreachable)?;
        send(object, &frame).map_err(unreachable)
    }

    /// The figures of a source.
    pub async fn source_metrics(&self, source: &str) -> Result<SourceMetrics, Unreachable> {
        ask(&self.0, &source_metrics::object(source), &inbox::Command::SourceMetrics).await
    }

    /// Sends an erasure to an inbox; its result is the same if the inbox does not know the delivery.
    pub(crate) async fn forget(&self, inbox: &str, command: &inbox::Command) -> Result<(), Unreachable> {
        ask::<bool>(&self.0, inbox, command).await.map(drop)
    }

    /// The state of a delivery.
    pub async fn inspect(&self, inbox: &str, key: &DedupKey) -> Result<Option<Kept>, Unreachable> {
        ask(&self.0, inbox, &inbox::Command::Inspect { dedup_key: key.clone() }).await
    }

    /// The raw body; `None` if the inbox no longer knows the delivery.
    pub async fn raw(&self, inbox: &str, key: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, Unreachable> {
        let frame = inbox::Command::Raw { dedup_key: key.clone() }.frame(&[]).map_err(unreachable)?;
        let answer = call(&self.0, inbox, &frame).await?;
        let (about, bytes) = frame::decode::<Option<RawBody>>(&answer).map_err(unreachable)?;
        Ok(about.map(|about| (about, bytes.to_vec())))
    }
}

/// A client of record objects.
#[derive(Debug)]
pub struct RecordClient(ObjectNamespace);

impl RecordClient {
    /// The namespace bound as `RECORD`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        env.durable_object(record::BINDING).map(Self).map_err(unreachable)
    }

    /// Erases a record's timeline.
    pub(crate) async fn erase(&self, record: RecordId) -> Result<(), Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Erase).await
    }

    /// Erases a person whom entries about somebody else mention.
    pub(crate) async fn scrub(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Scrub { words: words.to_vec() }).await
    }
}

impl Timelines for RecordClient {
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Pending { history }).await
    }

    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Compare(asked)).await
    }

    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Timeline(span)).await
    }
}

impl Records for RecordClient {
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Append { entries }).await
    }

    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable> {
        ask(&self.0, &record::name(record), &record::Command::Confirm { up_to }).await
    }
}
