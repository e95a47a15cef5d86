//! The envelope of Cal.com's deliveries.

use nerve_intake::{
    Delivery, Malformed,
    reading::{Loose, People, json, required},
};
use nerve_model::{DedupKey, Timestamp};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// One delivery.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) trigger: String,
    /// Identifies a delivery together with its trigger and object: there is no id.
    created_at: Option<Timestamp>,
    /// Parses mail addresses and telephone numbers.
    pub(crate) people: &'a People,
    payload: Option<Box<RawValue>>,
}

/// Some triggers write their data beside these fields instead of into the payload, and a form does both.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Envelope {
    trigger_event: Loose<String>,
    created_at: Loose<Timestamp>,
    /// Stays text until the event is known to be of use.
    payload: Option<Box<RawValue>>,
}

impl<'a> Notification<'a> {
    /// Parses a delivery.
    pub(crate) fn read(delivery: &'a Delivery, people: &'a People) -> Result<Self, Malformed> {
        let envelope: Option<Envelope> = json(&delivery.body, "the event").ok();
        let envelope = envelope.filter(|envelope| envelope.trigger_event.0.is_some()).unwrap_or_default();
        Ok(Self {
            trigger: envelope.trigger_event.0.ok_or_else(templated)?,
            created_at: envelope.created_at.0,
            people,
            payload: envelope.payload,
        })
    }

    /// The payload, parsed by the type of the trigger.
    pub(crate) fn payload<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        json(required(self.payload.as_deref(), "payload")?.get().as_bytes(), "payload")
    }

    /// The time of the notification.
    pub(crate) fn created_at(&self) -> Result<Timestamp, Malformed> {
        required(self.created_at, "createdAt")
    }

    /// The same in all deliveries of one event, and in no other.
    pub(crate) fn dedup_key(&self, id: &str) -> Result<DedupKey, Malformed> {
        Ok(DedupKey::new(format!("{} {id} {}", self.trigger, self.created_at()?)))
    }
}

/// A subscriber can replace the body by a template of any shape.
fn templated() -> Malformed {
    Malformed("not Cal.com's own body: take the custom payload template out of the webhook".to_owned())
}
