//! Whole deliveries: what HubSpot sends in, what Nerve keeps out.

use crate::HubSpot;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{
    Rejection, Secrets,
    hubspot::{self, Request},
};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "secret of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn fixture(name: &str) -> Fixture {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn with(delivery: &Delivery, own: Vec<(&str, String)>) -> Delivery {
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    let headers = delivery.headers.select(&["content-type"]).into_iter().chain(own).collect();
    Delivery { headers, ..delivery.clone() }
}

const OTHER: &str = "another secret";

fn signature(delivery: &Delivery, uri: &str) -> String {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    hubspot::sign(&secret, Request { method: "POST", uri, body: &delivery.body }, NOW)
}

fn signed(delivery: &Delivery) -> Delivery {
    let own = vec![
        ("X-HubSpot-Signature-v3", signature(delivery, &delivery.url)),
        ("X-HubSpot-Request-Timestamp", NOW.as_millis().to_string()),
    ];
    with(delivery, own)
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<HubSpot>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event_of(delivery: &Delivery) -> Event {
    match take_with(&signed(delivery), SECRET) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn event(name: &str) -> Event {
    event_of(&fixture(name).delivery)
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<HubSpot>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<HubSpot>(FOLDER);
}

#[test]
fn one_bad_event_does_not_cost_the_others() {
    let Received::Taken(taken) = take_with(&signed(&fixture("mixed").delivery), SECRET) else { panic!() };
    assert_eq!((taken.events.len(), taken.ignored.len(), taken.malformed.len()), (2, 2, 3));
}

#[test]
fn another_attempt_is_a_copy() {
    let mut body = fixture("deal_stage").body.unwrap();
    let first = event("deal_stage");
    body[0]["attemptNumber"] = json!(7);
    assert_eq!(event_of(&fixture("deal_stage").with_body(body.clone()).delivery).dedup_key, first.dedup_key);
    body[0]["portalId"] = json!(2);
    let elsewhere = event_of(&fixture("deal_stage").with_body(body).delivery);
    assert!(elsewhere.dedup_key != first.dedup_key && elsewhere.subject != first.subject, "another account");
}

#[test]
fn a_hundred_events_at_once_are_a_hundred() {
    let one = fixture("deal_stage").body.unwrap()[0].clone();
    let many = (0..120).map(|n| {
        let mut event = one.clone();
        event["eventId"] = json!(n);
        event
    });
    let body = Value::Array(many.collect());
    let Received::Taken(taken) = take_with(&signed(&fixture("deal_stage").with_body(body).delivery), SECRET) else {
        panic!()
    };
    assert_eq!(taken.events.len(), 100, "HubSpot sends no more");
}

#[test]
fn behind_a_proxy_the_public_address_is_what_hubspot_signed() {
    let inside = Delivery { url: "http://10.0.0.7:8787/hooks/hubspot".to_owned(), ..fixture("deal_stage").delivery };
    let tag = signature(&inside, "https://crm.example/hooks/hubspot");
    let headers = vec![("X-HubSpot-Signature-v3", tag), ("X-HubSpot-Request-Timestamp", NOW.as_millis().to_string())];
    let delivery = with(&inside, headers);
    let settings = [("PUBLIC_URL", "https://crm.example")];
    let received = receive::<HubSpot>(&delivery, &Secrets::parse(SECRET), &settings, &SeededEntropy::new(1));
    assert!(matches!(received, Received::Taken(_)));
    assert_eq!(take_with(&delivery, SECRET), Received::Rejected(Rejection::Mismatch));
}

#[test]
fn only_what_is_signed_gets_in() {
    let delivery = fixture("deal_stage").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    assert!(matches!(take_with(&good, &format!("{OTHER},{SECRET}")), Received::Taken(_)), "two secrets at once");
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), OTHER, Rejection::Mismatch),
        (Delivery { body: b"{}".to_vec(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (delivery.clone(), SECRET, Rejection::MissingSignature),
        (Delivery { received_at: NOW + Millis::seconds(301), ..good.clone() }, SECRET, Rejection::Stale),
        (Delivery { received_at: NOW - Millis::seconds(301), ..good.clone() }, SECRET, Rejection::Future),
        (Delivery { method: "GET".to_owned(), ..good.clone() }, SECRET, Rejection::Mismatch),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
