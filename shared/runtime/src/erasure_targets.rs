use crate::object::{InboxClient, RecordClient};
use nerve_model::{DedupKey, RecordId};
use nerve_ports::{ErasureTargets, Unreachable};
use nerve_protocol::inbox::{Command, Forget};
use worker::Env;

/// Sends erasures to the objects.
#[derive(Debug)]
pub struct ObjectErasureTargets {
    inboxes: InboxClient,
    records: RecordClient,
}

impl ObjectErasureTargets {
    /// The namespaces bound as `INBOX` and `RECORD`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        Ok(Self { inboxes: InboxClient::from_env(env)?, records: RecordClient::from_env(env)? })
    }
}

fn forget(key: &DedupKey, words: &[String]) -> Forget {
    Forget { dedup_key: key.clone(), words: words.to_vec() }
}

impl ErasureTargets for ObjectErasureTargets {
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        self.inboxes.forget(inbox, &Command::Erase(forget(key, words))).await
    }

    async fn scrub_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        self.inboxes.forget(inbox, &Command::Scrub(forget(key, words))).await
    }

    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable> {
        self.records.erase(record).await
    }

    async fn scrub_timeline(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable> {
        self.records.scrub(record, words).await
    }
}
