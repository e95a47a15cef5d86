//! Whole deliveries: what Calendly sends in, what Nerve keeps out.

use crate::Calendly;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Fact, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, timestamped_hex};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "signing key of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn unsigned(body: impl Into<Vec<u8>>) -> Delivery {
    nerve_testkit::sources::delivery("https://crm.example/hooks/calendly", [], body)
}

fn signed(body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = unsigned(body);
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let header = timestamped_hex::sign(&secret, &delivery.body, NOW);
    Delivery { headers: [("Calendly-Webhook-Signature".to_owned(), header)].into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Calendly>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn take(body: &Value) -> Received {
    take_with(&signed(body.to_string()), SECRET)
}

/// The one event of a body.
fn event(body: &Value) -> Event {
    match take(body) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn fixture(name: &str) -> Value {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap().body.unwrap()
}

/// A fixture with one thing changed.
fn changed(name: &str, pointer: &str, value: Value) -> Value {
    let mut body = fixture(name);
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[field] = value;
    body
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Calendly>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Calendly>(FOLDER);
}

#[test]
fn what_happens_to_one_booking_is_filed_together_and_told_apart() {
    let created = event(&fixture("invitee_created"));
    let canceled = event(&fixture("invitee_canceled_by_invitee"));
    let moved = event(&fixture("invitee_created_moved"));
    assert_eq!(created.subject, canceled.subject);
    assert_ne!(created.subject, moved.subject);
    let keys = [&created, &canceled, &moved].map(|event| (event.semantic_key.clone(), event.dedup_key.clone()));
    assert!(keys[0].0 != keys[1].0 && keys[0].0 != keys[2].0 && keys[1].0 != keys[2].0, "{keys:?}");
    assert!(keys[0].1 != keys[1].1 && keys[0].1 != keys[2].1 && keys[1].1 != keys[2].1, "{keys:?}");
    let Fact::BookingCreated(fact) = moved.fact else { panic!("{moved:?}") };
    assert_eq!(
        fact.moved_from.as_deref().map(|id| format!("calendly:booking:{id}")).as_deref(),
        Some(created.subject.as_str())
    );
}

#[test]
fn a_repeated_delivery_has_the_same_keys() {
    let first = event(&fixture("invitee_created"));
    let again = event(&changed("invitee_created", "/created_at", json!("2026-11-23T09:00:00.000000Z")));
    assert_eq!((first.dedup_key, first.semantic_key), (again.dedup_key, again.semantic_key));
}

#[test]
fn what_calendly_does_not_document_is_malformed() {
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({"event": "invitee.created"}),
        json!({"event": "invitee.created", "payload": null}),
        json!({"event": "invitee.created", "payload": "text"}),
        changed("invitee_created", "/payload/uri", Value::Null),
        changed("invitee_created", "/payload/uri", json!("https://api.calendly.com/invitees/")),
        changed("invitee_created", "/payload/uri", json!("https://api.calendly.com/invitees/a b")),
        changed("invitee_canceled_moved", "/payload/uri", json!(true)),
        changed("routing_form_submission", "/payload/routing_form", Value::Null),
    ] {
        assert!(matches!(take(&body), Received::Malformed(_)), "{body}");
    }
}

#[test]
fn a_field_of_another_type_costs_no_event() {
    for (pointer, value) in [
        ("/created_at", json!(1)),
        ("/payload/email", json!(["nora@fjordglas.example"])),
        ("/payload/name", Value::Null),
        ("/payload/rescheduled", json!("no")),
        ("/payload/old_invitee", json!({"uri": "x"})),
        ("/payload/questions_and_answers", json!("none")),
        ("/payload/questions_and_answers", json!([1, {"question": "?"}])),
        ("/payload/scheduled_event", Value::Null),
        ("/payload/scheduled_event", json!("https://api.calendly.com/scheduled_events/1")),
        ("/payload/scheduled_event/start_time", json!("soon")),
        ("/payload/scheduled_event/start_time", json!("9999-12-31T23:59:59-10:00")),
        ("/payload/scheduled_event/location", json!("here")),
        ("/payload/scheduled_event/event_memberships", json!({})),
    ] {
        let event = event(&changed("invitee_created", pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn a_number_is_claimed_only_where_it_is_the_invitees() {
    for (location, claimed) in [
        (json!({"type": "outbound_call", "location": "+47 22 12 34 56"}), true),
        (json!({"type": "inbound_call", "location": "+47 22 12 34 56"}), false),
        (json!({"type": "physical", "location": "+47 22 12 34 56"}), false),
    ] {
        let event = event(&changed("invitee_created", "/payload/scheduled_event/location", location.clone()));
        assert_eq!(event.claims.iter().any(|claim| claim.value == "+4722123456"), claimed, "{location}");
    }
}

#[test]
fn a_summary_says_who_did_what() {
    for (canceler, summary) in [
        (
            json!("invitee"),
            "Nora Quist canceled \"Site visit\" for 2026-11-25 09:00 UTC: The panes can wait until spring.",
        ),
        (
            json!("host"),
            "We canceled \"Site visit\" for 2026-11-25 09:00 UTC with Nora Quist: The panes can wait until spring.",
        ),
        (
            Value::Null,
            "Canceled: \"Site visit\" for 2026-11-25 09:00 UTC with Nora Quist: The panes can wait until spring.",
        ),
    ] {
        let body = changed("invitee_canceled_by_invitee", "/payload/cancellation/canceler_type", canceler);
        assert_eq!(event(&body).summary, summary);
    }
    let nameless = changed("invitee_created", "/payload/name", Value::Null);
    assert!(event(&nameless).summary.starts_with("nora.quist@fjordglas.example booked"));
}

#[test]
fn long_and_hidden_text_is_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(10_000));
    let mut body = changed("invitee_canceled_by_invitee", "/payload/name", text.clone());
    body["payload"]["scheduled_event"]["name"] = text.clone();
    body["payload"]["cancellation"]["reason"] = text;
    let event = event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    assert!(json!(event).to_string().len() < 5_000);
}

#[test]
fn only_what_calendly_signed_lately_gets_in() {
    let body = fixture("invitee_created").to_string();
    let good = signed(body.as_str());
    let accepted = |secrets: &str| matches!(take_with(&good, secrets), Received::Taken(taken) if taken.events[0].trust == Trust::Signed);
    assert!(accepted(SECRET) && accepted(&format!("new key, {SECRET}")));
    let at = |received_at| Delivery { received_at, ..good.clone() };
    for (delivery, secrets, rejection) in [
        (unsigned(body.as_str()), SECRET, Rejection::MissingSignature),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: body.replace("Nora", "Nina").into(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), SECRET, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), SECRET, Rejection::Future),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
    assert!(matches!(take_with(&at(NOW + Millis::seconds(300)), SECRET), Received::Taken(_)));
}

proptest::proptest! {
    #[test]
    fn no_signature_header_panics_or_passes(body: Vec<u8>, header in ".{0,100}") {
        let headers = [("calendly-webhook-signature".to_owned(), header)].into_iter().collect();
        let received = take_with(&Delivery { headers, ..unsigned(body) }, SECRET);
        proptest::prop_assert!(matches!(received, Received::Rejected(_)));
    }
}
