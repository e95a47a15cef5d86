//! The envelope of Stripe's events.

use crate::{
    party::Party,
    wire::{Contact, Related},
};
use nerve_intake::{
    Delivery, Malformed, NewEvent,
    reading::{Loose, People, SUMMARY_CHARS, VendorId, instant, json, required},
};
use nerve_model::{DedupKey, Fact, PaymentClosed, SemanticKey, Subject, Timestamp, one_line};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// An event with a snapshot of its object at the time of the event.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) id: VendorId,
    pub(crate) event_type: String,
    pub(crate) created_at: Timestamp,
    /// Stripe's test mode sent it.
    pub(crate) test: bool,
    /// The connected account of the event; `None` for our own.
    account: Option<VendorId>,
    /// Parses mail addresses and telephone numbers.
    people: &'a People,
    object: Box<RawValue>,
}

/// The content of a body.
#[derive(Debug)]
pub(crate) enum Read<'a> {
    Snapshot(Notification<'a>),
    /// An event of the second API, which contains no object; reading it would take a request.
    Thin {
        event_type: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    id: Loose<VendorId>,
    object: Loose<String>,
    #[serde(rename = "type")]
    event_type: Loose<String>,
    /// Seconds since 1970; text in a thin event.
    created: Loose<i64>,
    livemode: Loose<bool>,
    account: Loose<VendorId>,
    data: Option<Data>,
}

/// The object stays text until the event is known to be of use; most are not.
#[derive(Deserialize)]
struct Data {
    object: Option<Box<RawValue>>,
}

impl<'a> Notification<'a> {
    /// Parses a delivery.
    pub(crate) fn read(delivery: &'a Delivery, people: &'a People) -> Result<Read<'a>, Malformed> {
        let envelope: Envelope = json(&delivery.body, "the event")?;
        let event_type = required(envelope.event_type.0, "type")?;
        if envelope.object.0.is_some_and(|object| object.starts_with("v2.")) {
            return Ok(Read::Thin { event_type });
        }
        Ok(Read::Snapshot(Self {
            id: required(envelope.id.0, "id")?,
            event_type,
            created_at: envelope.created.0.and_then(instant).unwrap_or(delivery.received_at),
            test: envelope.livemode.0 == Some(false),
            account: envelope.account.0,
            people,
            object: required(envelope.data.and_then(|data| data.object), "data.object")?,
        }))
    }

    /// The object, parsed by the type of the event.
    pub(crate) fn object<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        json(self.object.get().as_bytes(), "data.object")
    }

    /// The event of a report.
    pub(crate) fn event(&self, report: Report) -> NewEvent {
        NewEvent {
            fact: report.fact,
            // Unique over all accounts, and the same in each attempt.
            dedup_key: DedupKey::new(self.id.as_str()),
            semantic_key: SemanticKey::new(report.semantic_key),
            subject: Subject::new(report.subject),
            claims: report.party.claims,
            party_name: report.party.name,
            test: self.test,
            summary: one_line(&report.summary, SUMMARY_CHARS),
            link: report.link,
            occurred_at: report.occurred_at,
        }
    }

    /// The event that the payment of an object is closed.
    pub(crate) fn closed(&self, (object, id): (&str, &VendorId), party: Party, fact: PaymentClosed) -> NewEvent {
        let subject = format!("stripe:{object}:{id}");
        self.event(Report {
            semantic_key: format!("{subject} {}", fact.how),
            subject,
            party,
            summary: fact.sentence(),
            link: None,
            occurred_at: self.created_at,
            fact: Fact::PaymentClosed(fact),
        })
    }

    /// The party that the object names.
    pub(crate) fn party(&self, customer: Option<Related>, contacts: Vec<Contact>) -> Party {
        Party::new(self.account.as_ref(), self.people, customer, contacts)
    }

    /// The object's page in Stripe's dashboard; `page` is `invoices` or `payments`.
    pub(crate) fn dashboard(&self, page: &str, id: &VendorId) -> Option<String> {
        let account = self.account.as_ref().map(VendorId::as_str);
        let mode = self.test.then_some("test");
        let path: Vec<&str> = account.into_iter().chain(mode).chain([page, id.as_str()]).collect();
        // An id with other characters could change the address.
        let plain = path.iter().all(|part| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        plain.then(|| format!("https://dashboard.stripe.com/{}", path.join("/")))
    }
}

/// The content of an object that its envelope lacks.
pub(crate) struct Report {
    pub(crate) fact: Fact,
    pub(crate) semantic_key: String,
    pub(crate) subject: String,
    pub(crate) party: Party,
    pub(crate) summary: String,
    pub(crate) link: Option<String>,
    pub(crate) occurred_at: Timestamp,
}
