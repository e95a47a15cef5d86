use super::{Fixture, Keys, completed::completed, delivery, fixture::fixtures};
use crate::SeededEntropy;
use nerve_intake::{Delivery, Received, Settings, Source, receive};
use nerve_model::{Event, Timestamp};
use nerve_signatures::Secrets;
use serde_json::Value;
use std::{marker::PhantomData, path::PathBuf};

const NO_SETTINGS: [(&str, &str); 0] = [];

/// The vendor of a source in tests: it signs deliveries with the first of its secrets, at their time of arrival, and
/// the source is configured with that secret.
#[derive(Debug)]
pub struct Vendor<S> {
    /// Its secrets and its way of signing.
    pub keys: Keys,
    source: PhantomData<fn() -> S>,
}

impl<S: Source> Vendor<S> {
    /// A vendor that signs with these keys.
    pub const fn new(keys: Keys) -> Self {
        Self { keys, source: PhantomData }
    }

    /// The folder of the source.
    pub(super) fn folder(&self) -> PathBuf {
        root().join("functions/sources").join(S::NAME.as_str())
    }

    /// The deliveries in the source's folder.
    pub fn fixtures(&self) -> Vec<Fixture> {
        fixtures(&self.folder())
    }

    /// The fixture of this name.
    pub fn fixture(&self, name: &str) -> Fixture {
        let named = self.fixtures().into_iter().find(|fixture| fixture.name == name);
        named.unwrap_or_else(|| panic!("there is no fixture {name}"))
    }

    /// The JSON body of a fixture.
    pub fn body(&self, name: &str) -> Value {
        self.fixture(name).body.unwrap()
    }

    /// The JSON body of a fixture with one value changed.
    pub fn changed(&self, name: &str, pointer: &str, value: Value) -> Value {
        let mut body = self.body(name);
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[field] = value;
        body
    }

    /// A delivery of any body to the source's URL, without proof.
    pub fn unsigned(&self, body: impl Into<Vec<u8>>) -> Delivery {
        delivery(&format!("https://crm.example/hooks/{}", S::NAME), [], body)
    }

    /// A delivery with the vendor's proof.
    pub fn signed(&self, sent: impl Sent) -> Delivery {
        self.signed_by(self.keys.signing[0], sent)
    }

    /// A delivery with the proof of this secret.
    pub fn signed_by(&self, secret: &str, sent: impl Sent) -> Delivery {
        let delivery = sent.delivery(self);
        self.signed_at(secret, &delivery, delivery.received_at)
    }

    /// A delivery with the proof of this secret at a time.
    pub(super) fn signed_at(&self, secret: &str, delivery: &Delivery, at: Timestamp) -> Delivery {
        with_headers(delivery, self.keys.proof(secret, delivery, at))
    }

    /// The source's outcome for a delivery, proven or not.
    pub fn receive(&self, delivery: &Delivery) -> Received {
        self.receive_with(delivery, &self.keys.configured(0))
    }

    /// The source's outcome with other configured secrets.
    pub fn receive_with(&self, delivery: &Delivery, secrets: &str) -> Received {
        completed(
            receive::<S>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1)),
            &delivery.body,
        )
    }

    /// The source's outcome under these settings.
    pub fn receive_under(&self, delivery: &Delivery, settings: &dyn Settings) -> Received {
        completed(
            receive::<S>(delivery, &Secrets::parse(&self.keys.configured(0)), settings, &SeededEntropy::new(1)),
            &delivery.body,
        )
    }

    /// The source's outcome for a signed delivery.
    pub fn take(&self, sent: impl Sent) -> Received {
        self.receive(&self.signed(sent))
    }

    /// The events of a signed delivery.
    pub fn events(&self, sent: impl Sent) -> Vec<Event> {
        match self.take(sent) {
            Received::Taken(taken) => taken.events.into_iter().map(|arrived| arrived.event).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// The only event of a signed delivery.
    pub fn event(&self, sent: impl Sent) -> Event {
        let events: [Event; 1] = self.events(sent).try_into().unwrap();
        let [event] = events;
        event
    }

    /// The fixture with the most events, without proof.
    pub(super) fn typical(&self) -> Delivery {
        let events = |fixture: &Fixture| match self.take(&fixture.delivery) {
            Received::Taken(taken) => Some(taken.events.len()),
            _ => None,
        };
        let taken = self.fixtures().into_iter().filter_map(|fixture| Some((events(&fixture)?, fixture)));
        taken.max_by_key(|(events, _)| *events).map(|(_, fixture)| fixture.delivery).expect("a fixture that is taken")
    }
}

/// The forms in which a test names a delivery: a fixture's name, a JSON document, or the whole delivery.
pub trait Sent {
    /// The delivery, without proof.
    fn delivery<S: Source>(self, vendor: &Vendor<S>) -> Delivery;
}

impl Sent for &str {
    fn delivery<S: Source>(self, vendor: &Vendor<S>) -> Delivery {
        vendor.fixture(self).delivery
    }
}

impl Sent for &Value {
    fn delivery<S: Source>(self, vendor: &Vendor<S>) -> Delivery {
        with_headers(&vendor.unsigned(self.to_string()), [("content-type", "application/json")])
    }
}

impl Sent for &Delivery {
    fn delivery<S: Source>(self, _: &Vendor<S>) -> Delivery {
        self.clone()
    }
}

/// A delivery with these headers in place of those of the same names.
pub fn with_headers<'a, V: Into<String>>(delivery: &Delivery, own: impl IntoIterator<Item = (&'a str, V)>) -> Delivery {
    let own: Vec<(String, String)> = own.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let is_own = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let others = delivery.headers.iter().filter(|(name, _)| !is_own(name)).cloned();
    Delivery { headers: others.chain(own.iter().cloned()).collect(), ..delivery.clone() }
}

/// The root of the project.
pub(super) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
