//! Complete deliveries: those HubSpot sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Delivery, Received};
use nerve_model::Fact;
use nerve_signatures::Rejection;
use serde_json::{Value, json};
use signing::HUBSPOT;

nerve_testkit::source_tests!(HUBSPOT);

#[test]
fn two_stages_of_one_contact_are_told_apart() {
    let item = |property: &str, value: &str| {
        let mut body = HUBSPOT.changed("contact_stage", "/0/propertyName", json!(property));
        body[0]["propertyValue"] = json!(value);
        let event = HUBSPOT.event(&body);
        (event.item(), event.subject)
    };
    let (stage, subject) = item("lifecyclestage", "lead");
    assert_eq!(stage, subject);
    let (status, same) = item("hs_lead_status", "OPEN");
    assert!(status != subject && same == subject, "{status} {same}");
    assert_eq!(item("hs_lead_status", ""), (status, subject), "taken away");
}

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
fn a_long_list_is_taken_whole() {
    let one = HUBSPOT.body("deal_stage")[0].clone();
    for n in [100, 101, 120, 1_000] {
        let many = (0..n).map(|id| {
            let mut event = one.clone();
            event["eventId"] = json!(id);
            event
        });
        assert_eq!(HUBSPOT.events(&Value::Array(many.collect())).len(), n);
    }
}

#[test]
fn changes_of_one_second_keep_their_order() {
    let mut body = HUBSPOT.body("deal_stage");
    let mut at = |millis: i64| {
        body[0]["occurredAt"] = json!(millis);
        HUBSPOT.event(&body).occurred_at.as_millis()
    };
    assert_eq!((at(1_790_000_000_900), at(1_790_000_000_100)), (1_790_000_000_900, 1_790_000_000_100));
}

#[test]
fn an_empty_value_is_a_stage_taken_away_and_a_missing_one_is_damage() {
    for empty in [json!(""), json!(" "), json!("\u{200b}"), json!(null)] {
        let event = HUBSPOT.event(&HUBSPOT.changed("contact_stage", "/0/propertyValue", empty));
        let Fact::RecordStageChanged(moved) = event.fact else { panic!("{:?}", event.fact) };
        assert_eq!(moved.to, None);
    }
    for damaged in [json!(7), json!([])] {
        let Received::Taken(taken) = HUBSPOT.take(&HUBSPOT.changed("contact_stage", "/0/propertyValue", damaged))
        else {
            panic!()
        };
        assert_eq!((taken.events.len(), taken.malformed.len()), (0, 1));
    }
    let mut body = HUBSPOT.body("contact_stage");
    body[0].as_object_mut().unwrap().remove("propertyValue");
    let Received::Taken(taken) = HUBSPOT.take(&body) else { panic!() };
    assert_eq!(taken.malformed.len(), 1);
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
