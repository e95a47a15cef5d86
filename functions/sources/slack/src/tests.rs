//! Whole deliveries: what Slack sends in, what Nerve keeps out.

use crate::Slack;
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
    let delivery = nerve_testkit::sources::delivery("https://crm.example/hooks/slack", [], body);
    let secret = Secrets::parse(secret).iter().next().cloned().unwrap();
    let headers = [
        ("X-Slack-Signature".to_owned(), v0_hex::sign(&secret, &delivery.body, NOW)),
        ("X-Slack-Request-Timestamp".to_owned(), (NOW.as_millis() / 1_000).to_string()),
    ];
    Delivery { headers: headers.into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Slack>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
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
    check_fixtures::<Slack>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Slack>(FOLDER);
}

#[test]
fn a_challenge_is_answered_only_when_slack_asks() {
    let body = json!({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"}).to_string();
    let reply = Reply {
        status: 200,
        content_type: "text/plain; charset=utf-8",
        body: "3eZbrw1aBm2rZgRNFdxV2595E9CY".to_owned(),
    };
    assert_eq!(take_with(&signed_with(SECRET, &body), SECRET), Received::Reply(reply));
    let unsigned = nerve_testkit::sources::delivery("https://crm.example/hooks/slack", [], body);
    assert_eq!(take_with(&unsigned, SECRET), Received::Rejected(Rejection::MissingSignature));
}

#[test]
fn a_repeated_attempt_is_a_copy_and_an_answer_belongs_to_its_thread() {
    let [first, answer] = ["message", "message_in_thread"].map(fixture);
    assert_eq!(event(&first).dedup_key, event(&first).dedup_key);
    assert_eq!(event(&first).subject, event(&answer).subject);
    assert_ne!(event(&first).semantic_key, event(&answer).semantic_key);
}

#[test]
fn only_what_zoom_signed_lately_gets_in() {
    let good = signed_with(SECRET, &fixture("message").to_string());
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
