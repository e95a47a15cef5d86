//! Whole deliveries: the modes of the HTTP binding, what Nerve itself exports, and what it keeps out.

use crate::CloudEvents;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, EventKind, Fact, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, standard_webhooks};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, delivery, fixtures},
};
use serde_json::{Value, json};

const KEY: &str = "whsec_b2YgdGhlIGZpeHR1cmVzIG9mIHRoaXMgZG9vcg==";
const TOKEN: &str = "token-of-the-fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];
const STRUCTURED: (&str, &str) = ("content-type", "application/cloudevents+json");
const BINARY: [(&str, &str); 5] = [
    ("content-type", "application/json"),
    ("ce-specversion", "1.0"),
    ("ce-id", "1"),
    ("ce-source", "/acme"),
    ("ce-type", "form.submitted"),
];

fn sent(headers: &[(&str, &str)], body: &str) -> Delivery {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    delivery("https://crm.example/hooks/cloudevents", headers, body)
}

fn bearer(mode: &[(&str, &str)], token: &str, body: &str) -> Delivery {
    sent(&[mode, &[("authorization", &format!("Bearer {token}"))]].concat(), body)
}

fn signed(mode: &[(&str, &str)], key: &str, body: &str) -> Delivery {
    let secret = Secrets::parse(key).iter().next().cloned().unwrap();
    let time = (NOW.as_millis() / 1_000).to_string();
    let signature = standard_webhooks::sign(&secret, "m1", NOW, body.as_bytes());
    let headers = [("webhook-id", "m1"), ("webhook-timestamp", &*time), ("webhook-signature", &*signature)];
    sent(&[mode, &headers].concat(), body)
}

fn take(delivery: &Delivery, secrets: &str) -> Received {
    receive::<CloudEvents>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event(event: &Value) -> Event {
    match take(&bearer(&[STRUCTURED], TOKEN, &event.to_string()), TOKEN) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn form() -> Value {
    json!({"specversion": "1.0", "id": "1", "source": "/acme", "type": "form.submitted", "data": {"form": "contact"}})
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<CloudEvents>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<CloudEvents>(FOLDER);
}

#[test]
fn only_those_who_know_a_secret_get_in() {
    let body = form().to_string();
    let structured = signed(&[STRUCTURED], KEY, &body);
    let binary = signed(&BINARY, KEY, r#"{"form": "contact"}"#);
    let token = bearer(&[STRUCTURED], TOKEN, &body);
    let both = format!("{TOKEN},{KEY}");
    for (delivery, secrets, trust) in [
        (&structured, KEY, Trust::Signed),
        (&structured, &*both, Trust::Signed),
        (&binary, KEY, Trust::Token),
        (&token, TOKEN, Trust::Token),
        (&token, &*both, Trust::Token),
    ] {
        let Received::Taken(taken) = take(delivery, secrets) else { panic!("{delivery:?}") };
        assert_eq!(taken.events[0].trust, trust);
    }
    let at = |received_at| Delivery { received_at, ..structured.clone() };
    for (delivery, secrets, rejection) in [
        (sent(&[STRUCTURED], &body), TOKEN, Rejection::MissingCredentials),
        (sent(&[STRUCTURED], &body), "", Rejection::NoSecret),
        (token.clone(), "other", Rejection::WrongCredentials),
        (token.clone(), "", Rejection::NoSecret),
        (structured.clone(), "", Rejection::NoSecret),
        (structured.clone(), "whsec_b3RoZXI=", Rejection::Mismatch),
        (Delivery { body: body.replace("contact", "other").into(), ..structured.clone() }, KEY, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), KEY, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), KEY, Rejection::Future),
    ] {
        assert_eq!(take(&delivery, secrets), Received::Rejected(rejection));
    }
}

#[test]
fn a_token_signs_nothing_and_a_key_is_no_token() {
    let body = form().to_string();
    let base64 = "dG9rZW4tdGhhdC1pcy1CYXNlNjQ=";
    for (delivery, secret) in [(signed(&[STRUCTURED], base64, &body), base64), (bearer(&[STRUCTURED], KEY, &body), KEY)]
    {
        assert_eq!(take(&delivery, secret), Received::Rejected(Rejection::NoSecret));
    }
}

#[test]
fn source_and_id_together_tell_events_apart() {
    let key = |source: &str, id: &str| {
        let mut body = form();
        (body["source"], body["id"]) = (json!(source), json!(id));
        event(&body).dedup_key
    };
    assert_eq!(key("/acme", "1"), key("/acme", "1"));
    assert_ne!(key("/acme", "1"), key("/acme", "2"));
    assert_ne!(key("/acme", "1"), key("/other", "1"));
}

#[test]
fn what_nerve_exports_reads_back() {
    let mut kinds = Vec::new();
    for fixture in fixtures(FOLDER) {
        let Received::Taken(taken) = fixture.read::<CloudEvents>() else { continue };
        for told in taken.events {
            let back = event(&told.to_cloudevent(None));
            assert_eq!((&back.fact, back.occurred_at), (&told.fact, told.occurred_at), "{}", fixture.name);
            kinds.push(told.kind());
        }
    }
    assert!(EventKind::ALL.iter().all(|kind| kinds.contains(kind) != (*kind == EventKind::VendorReplied)));
}

#[test]
fn the_kind_in_the_data_must_be_that_of_the_type() {
    let mut body = form();
    body["data"] = json!({"kind": "form.submitted", "detail": {"form": "contact"}});
    assert!(matches!(event(&body).fact, Fact::FormSubmitted(_)));
    body["data"]["kind"] = json!("file.uploaded");
    assert!(matches!(take(&bearer(&[STRUCTURED], TOKEN, &body.to_string()), TOKEN), Received::Malformed(_)));
}
