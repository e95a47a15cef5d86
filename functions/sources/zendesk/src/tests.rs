//! Whole deliveries: what Zendesk sends in, what Nerve keeps out.

use crate::Zendesk;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, zendesk};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};

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
const SENT: &str = "2026-11-23T10:00:00Z";

fn signed_as(delivery: &Delivery, invocation: &str) -> Delivery {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let own = vec![
        ("X-Zendesk-Webhook-Signature", zendesk::sign(&secret, &delivery.body, SENT)),
        ("X-Zendesk-Webhook-Signature-Timestamp", SENT.to_owned()),
        ("X-Zendesk-Webhook-Invocation-Id", invocation.to_owned()),
    ];
    with(delivery, own)
}

/// Sent at the time at which it arrives.
fn signed(delivery: &Delivery) -> Delivery {
    signed_as(delivery, "01INVOCATION")
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Zendesk>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
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
    check_fixtures::<Zendesk>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Zendesk>(FOLDER);
}

#[test]
fn the_same_invocation_is_a_copy_and_another_is_not() {
    let key = |invocation| match take_with(&signed_as(&fixture("trigger").delivery, invocation), SECRET) {
        Received::Taken(taken) => taken.events[0].dedup_key.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(key("01A"), key("01A"));
    assert_ne!(key("01A"), key("01B"));
    assert_eq!(event("priority_risen").subject, event("tagged").subject, "one ticket, one matter");
}

#[test]
fn a_setting_that_cannot_be_read_takes_nothing_in() {
    let delivery = signed(&fixture("priority_risen").delivery);
    let settings = [("ESCALATES", "priority=asap")];
    let received = receive::<Zendesk>(&delivery, &Secrets::parse(SECRET), &settings, &SeededEntropy::new(1));
    assert!(matches!(received, Received::Misconfigured(wrong) if wrong.name == "ESCALATES"));
}

#[test]
fn only_what_is_signed_gets_in() {
    let delivery = fixture("trigger").delivery;
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
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
