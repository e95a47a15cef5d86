//! Whole deliveries: what senders of the input form send in, what Nerve keeps out.

use crate::Standard;
use nerve_intake::{Delivery, Malformed, Received, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, standard_webhooks};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, delivery},
};
use serde_json::{Value, json};

const SECRET: &str = "whsec_b2YgdGhlIGZpeHR1cmVzIG9mIHRoaXMgZG9vcg==";
const OTHER: &str = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIGZpeHR1cmVz";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn signed(id: &str, body: &str) -> Delivery {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let headers = [
        ("Webhook-Id", id.to_owned()),
        ("Webhook-Timestamp", (NOW.as_millis() / 1_000).to_string()),
        ("Webhook-Signature", standard_webhooks::sign(&secret, id, NOW, body.as_bytes())),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    delivery("https://crm.example/hooks/standard", headers, body)
}

fn without(delivery: &Delivery, name: &str) -> Delivery {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let kept: Vec<&str> = names.into_iter().filter(|kept| *kept != name).collect();
    Delivery { headers: delivery.headers.select(&kept).into_iter().collect(), ..delivery.clone() }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Standard>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn events(id: &str, body: &Value) -> Vec<Event> {
    match take_with(&signed(id, &body.to_string()), SECRET) {
        Received::Taken(taken) => taken.events,
        other => panic!("{other:?}"),
    }
}

fn form() -> Value {
    json!({"kind": "form.submitted", "detail": {"form": "contact"}})
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Standard>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Standard>(FOLDER);
}

#[test]
fn only_what_was_signed_lately_gets_in() {
    let body = form().to_string();
    let good = signed("msg_1", &body);
    let at = |received_at| Delivery { received_at, ..good.clone() };
    for secrets in [SECRET.to_owned(), format!("{OTHER},{SECRET}")] {
        assert!(matches!(take_with(&good, &secrets), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    }
    for (delivery, secrets, rejection) in [
        (without(&good, "webhook-signature"), SECRET, Rejection::MissingSignature),
        (without(&good, "webhook-timestamp"), SECRET, Rejection::MissingTimestamp),
        (without(&good, "webhook-id"), SECRET, Rejection::MissingId),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), " , ", Rejection::NoSecret),
        (good.clone(), "not Base64!", Rejection::UnusableSecret),
        (good.clone(), OTHER, Rejection::Mismatch),
        (Delivery { body: body.replace("contact", "contract").into(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), SECRET, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), SECRET, Rejection::Future),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}

#[test]
fn a_delivery_that_is_repeated_keeps_its_key() {
    let [first, again, other] = [("msg_1", 1), ("msg_1", 1), ("msg_2", 1)].map(|(id, n)| {
        events(id, &json!({"kind": "form.submitted", "id": n, "detail": {"form": "contact"}})).remove(0)
    });
    assert_eq!(first.dedup_key, again.dedup_key);
    assert_ne!(first.dedup_key, other.dedup_key);
    assert_eq!(first.semantic_key, other.semantic_key);
}

#[test]
fn the_items_of_a_list_are_events_of_their_own() {
    let keys = |body: Value| -> Vec<String> {
        events("msg_1", &body).into_iter().map(|event| event.dedup_key.as_str().to_owned()).collect()
    };
    assert_eq!(keys(json!([form()])), ["msg_1"]);
    assert_eq!(keys(json!([form(), {"kind": "?"}, form()])), ["msg_1/0", "msg_1/2"]);
    assert!(keys(json!([])).is_empty());
    let many = json!(vec![form(); 101]).to_string();
    let too_many = Malformed("a list may hold at most 100 items".to_owned());
    assert_eq!(take_with(&signed("msg_1", &many), SECRET), Received::Malformed(too_many));
}
