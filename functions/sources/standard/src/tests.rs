//! Complete deliveries: those in the input form, and those that Nerve rejects.

mod signing;

use nerve_intake::{Delivery, Received, TooMany};
use nerve_model::Event;
use nerve_signatures::Rejection;
use nerve_testkit::sources::with_headers;
use serde_json::{Value, json};
use signing::STANDARD;

nerve_testkit::source_tests!(STANDARD);

fn without(delivery: &Delivery, name: &str) -> Delivery {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let kept: Vec<&str> = names.into_iter().filter(|kept| *kept != name).collect();
    Delivery { headers: delivery.headers.select(&kept).into_iter().collect(), ..delivery.clone() }
}

fn events(id: &str, body: &Value) -> Vec<Event> {
    STANDARD.events(&with_headers(&STANDARD.unsigned(body.to_string()), [("webhook-id", id)]))
}

fn form() -> Value {
    json!({"kind": "form.submitted", "detail": {"form": "contact"}})
}

#[test]
fn a_missing_header_is_named_and_an_invalid_key_rejects_everything() {
    let good = STANDARD.signed(&form());
    for (header, rejection) in [
        ("webhook-signature", Rejection::MissingSignature),
        ("webhook-timestamp", Rejection::MissingTimestamp),
        ("webhook-id", Rejection::MissingId),
    ] {
        assert_eq!(STANDARD.receive(&without(&good, header)), Received::Rejected(rejection));
    }
    for (secrets, rejection) in [(" , ", Rejection::NoSecret), ("not Base64!", Rejection::UnusableSecret)] {
        assert_eq!(STANDARD.receive_with(&good, secrets), Received::Rejected(rejection));
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
    assert_eq!(keys(json!(vec![form(); 1_000])).len(), 1_000);
    assert_eq!(STANDARD.take(&json!(vec![form(); 1_001])), Received::TooMany(TooMany { items: 1_001 }));
}
