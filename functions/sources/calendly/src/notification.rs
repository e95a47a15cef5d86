//! The envelope of Calendly's deliveries.

use nerve_intake::{
    Delivery, Malformed,
    reading::{Loose, People, VendorId, json, required},
};
use nerve_model::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// One delivery.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) event_type: String,
    pub(crate) created_at: Timestamp,
    /// Parses mail addresses and telephone numbers.
    pub(crate) people: &'a People,
    payload: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    event: Loose<String>,
    created_at: Loose<Timestamp>,
    /// Stays text until the event is known to be of use.
    payload: Option<Box<RawValue>>,
}

impl<'a> Notification<'a> {
    /// Parses a delivery.
    pub(crate) fn read(delivery: &'a Delivery, people: &'a People) -> Result<Self, Malformed> {
        let envelope: Envelope = json(&delivery.body, "the event")?;
        Ok(Self {
            event_type: required(envelope.event.0, "event")?,
            created_at: envelope.created_at.0.unwrap_or(delivery.received_at),
            people,
            payload: envelope.payload,
        })
    }

    /// The payload, parsed by the type of the event.
    pub(crate) fn payload<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        json(required(self.payload.as_deref(), "payload")?.get().as_bytes(), "payload")
    }
}

/// The id at the end of a reference such as `https://api.calendly.com/routing_forms/<uuid>`.
pub(crate) fn id(reference: &VendorId) -> Option<VendorId> {
    let text = reference.as_str();
    VendorId::new(text.rsplit_once('/').map_or(text, |(_, id)| id))
}

/// A question and its answer, the same for invitees and routing forms.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answered {
    pub(crate) question: Loose<String>,
    pub(crate) answer: Loose<String>,
}

impl Answered {
    /// Clean and clipped; `None` if either is empty.
    pub(crate) fn read(&self) -> Option<nerve_model::Answer> {
        nerve_intake::reading::answer(self.question.0.as_deref()?, self.answer.0.as_deref()?)
    }
}
