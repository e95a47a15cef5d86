//! Complete deliveries: those HubSpot sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Delivery, Received};
use nerve_signatures::Rejection;
use serde_json::{Value, json};
use signing::HUBSPOT;

nerve_testkit::source_tests!(HUBSPOT);

#[test]
fn one_bad_event_does_not_cost_the_others() {
    let Received::Taken(taken) = HUBSPOT.take("mixed") else { panic!() };
    assert_eq!((taken.events.len(), taken.ignored.len(), taken.malformed.len()), (2, 2, 3));
}

#[test]
fn another_attempt_is_a_copy() {
    let mut body = HUBSPOT.body("deal_stage");
    let first = HUBSPOT.event("deal_stage");
    body[0]["attemptNumber"] = json!(7);
    assert_eq!(HUBSPOT.event(&body).dedup_key, first.dedup_key);
    body[0]["portalId"] = json!(2);
    let elsewhere = HUBSPOT.event(&body);
    assert!(elsewhere.dedup_key != first.dedup_key && elsewhere.subject != first.subject, "another account");
}

#[test]
fn a_hundred_events_at_once_are_a_hundred() {
    let one = HUBSPOT.body("deal_stage")[0].clone();
    let many = (0..120).map(|n| {
        let mut event = one.clone();
        event["eventId"] = json!(n);
        event
    });
    let body = Value::Array(many.collect());
    assert_eq!(HUBSPOT.events(&body).len(), 100, "HubSpot sends no more");
}

#[test]
fn behind_a_proxy_the_public_address_is_what_hubspot_signed() {
    let signed = HUBSPOT.signed("deal_stage");
    assert_eq!(signed.url, "https://crm.example/hooks/hubspot");
    let inside = Delivery { url: "http://10.0.0.7:8787/hooks/hubspot".to_owned(), ..signed };
    let settings = [("PUBLIC_URL", "https://crm.example")];
    assert!(matches!(HUBSPOT.receive_under(&inside, &settings), Received::Taken(_)));
    assert_eq!(HUBSPOT.receive(&inside), Received::Rejected(Rejection::Mismatch));
}

#[test]
fn the_method_is_signed() {
    let get = Delivery { method: "GET".to_owned(), ..HUBSPOT.signed("deal_stage") };
    assert_eq!(HUBSPOT.receive(&get), Received::Rejected(Rejection::Mismatch));
}
