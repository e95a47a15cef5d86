//! Whole deliveries: what Box sends in, what Nerve keeps out.

use crate::BoxCom;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, box_com};
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

const OTHER: &str = "another key";
const SENT: &str = "2026-11-23T02:00:00-08:00";

fn tags(primary: String, timestamp: &str) -> Vec<(&'static str, String)> {
    vec![
        ("BOX-SIGNATURE-PRIMARY", primary),
        ("BOX-SIGNATURE-VERSION", "1".to_owned()),
        ("BOX-SIGNATURE-ALGORITHM", "HmacSHA256".to_owned()),
        ("BOX-DELIVERY-TIMESTAMP", timestamp.to_owned()),
    ]
}

fn tag(secret: &str, delivery: &Delivery) -> String {
    let secret = Secrets::parse(secret).iter().next().cloned().unwrap();
    box_com::sign(&secret, &delivery.body, SENT)
}

/// Sent at the time at which it arrives.
fn signed(delivery: &Delivery) -> Delivery {
    with(delivery, tags(tag(SECRET, delivery), SENT))
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<BoxCom>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
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
    check_fixtures::<BoxCom>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<BoxCom>(FOLDER);
}

#[test]
fn either_of_two_keys_will_do() {
    let delivery = fixture("uploaded").delivery;
    let mut both = tags(tag("replaced long ago", &delivery), SENT);
    both.push(("BOX-SIGNATURE-SECONDARY", tag(SECRET, &delivery)));
    assert!(matches!(take_with(&with(&delivery, both), SECRET), Received::Taken(_)));
}

#[test]
fn a_repeated_attempt_is_a_copy_although_its_delivery_id_is_another() {
    let first = signed(&fixture("uploaded").delivery);
    let mut headers: Vec<(String, String)> = first.headers.select(&[
        "box-signature-primary",
        "box-signature-version",
        "box-signature-algorithm",
        "box-delivery-timestamp",
    ]);
    headers.push(("BOX-DELIVERY-ID".to_owned(), "another".to_owned()));
    let again = Delivery { headers: headers.into_iter().collect(), ..first.clone() };
    let key = |delivery: &Delivery| match take_with(delivery, SECRET) {
        Received::Taken(taken) => taken.events[0].dedup_key.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(key(&first), key(&again));
}

#[test]
fn a_new_version_is_a_new_fact_about_the_same_file() {
    let [first, second] = ["uploaded", "uploaded_new_version"].map(event);
    assert_eq!(first.subject, second.subject);
    assert_ne!(first.semantic_key, second.semantic_key);
}

#[test]
fn only_what_is_signed_gets_in() {
    let delivery = fixture("uploaded").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    assert!(matches!(take_with(&good, &format!("{OTHER},{SECRET}")), Received::Taken(_)), "two secrets at once");
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), OTHER, Rejection::Mismatch),
        (Delivery { body: b"{}".to_vec(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (delivery.clone(), SECRET, Rejection::MissingSignature),
        (Delivery { received_at: NOW + Millis::seconds(601), ..good.clone() }, SECRET, Rejection::Stale),
        (Delivery { received_at: NOW - Millis::seconds(601), ..good.clone() }, SECRET, Rejection::Future),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
