//! Whole deliveries: what Zoom sends in, what Nerve keeps out.

use crate::Zoom;
use nerve_intake::{Delivery, Received, Reply, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, v0_hex};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "secret token of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn signed_with(secret: &str, body: &str) -> Delivery {
    let delivery = nerve_testkit::sources::delivery("https://crm.example/hooks/zoom", [], body);
    let secret = Secrets::parse(secret).iter().next().cloned().unwrap();
    let headers = [
        ("X-Zm-Signature".to_owned(), v0_hex::sign(&secret, &delivery.body, NOW)),
        ("X-Zm-Request-Timestamp".to_owned(), (NOW.as_millis() / 1_000).to_string()),
    ];
    Delivery { headers: headers.into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Zoom>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event(body: &Value) -> Event {
    match take_with(&signed_with(SECRET, &body.to_string()), SECRET) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn fixture(name: &str) -> Value {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap().body.unwrap()
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Zoom>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Zoom>(FOLDER);
}

#[test]
fn two_reports_of_one_transcript_are_one_fact_and_a_repetition_is_a_copy() {
    let [ready, with_files] = ["transcript_completed", "completed_with_transcript"].map(fixture);
    assert_eq!(event(&ready).semantic_key, event(&with_files).semantic_key);
    assert_ne!(event(&ready).dedup_key, event(&with_files).dedup_key, "told at another time");
    assert_eq!(event(&ready).dedup_key, event(&ready).dedup_key);
}

/// The tokens were computed with `openssl dgst -sha256 -hmac <secret>`.
#[test]
fn the_handshake_is_answered_with_the_secret_it_was_signed_with() {
    let body =
        json!({"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}).to_string();
    for (secret, encrypted) in [
        (SECRET, "8957332c464b0fda3d604bd1a6e61e85db08e5261a42f29d4a97dc49fc2cafbd"),
        ("the next secret", "a2f2d1d5b6c8095df09165f074695a616dc2782d8af1a5e23e56984747dd09cf"),
    ] {
        let received = take_with(&signed_with(secret, &body), &format!("{SECRET},the next secret"));
        let Received::Reply(Reply { status: 200, content_type: "application/json", body }) = received else {
            panic!("{received:?}")
        };
        let expected = json!({"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": encrypted});
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    }
    let unsigned = nerve_testkit::sources::delivery("https://crm.example/hooks/zoom", [], body);
    assert_eq!(
        take_with(&unsigned, SECRET),
        Received::Rejected(Rejection::MissingSignature),
        "nobody else is answered"
    );
}

#[test]
fn only_what_zoom_signed_lately_gets_in() {
    let good = signed_with(SECRET, &fixture("transcript_completed").to_string());
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    assert!(matches!(take_with(&good, &format!("old,{SECRET}")), Received::Taken(_)), "two secrets at once");
    let at = |received_at| Delivery { received_at, ..good.clone() };
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: b"{}".to_vec(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), SECRET, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), SECRET, Rejection::Future),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
    assert!(matches!(take_with(&at(NOW + Millis::seconds(300)), SECRET), Received::Taken(_)));
}

#[test]
fn a_key_to_the_recording_is_nowhere_in_the_event() {
    let text = json!(event(&fixture("completed_with_transcript"))).to_string();
    for secret in ["download", "passcode", "aB3dE9fG", "eyJhbGciOi"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
