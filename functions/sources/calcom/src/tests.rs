//! Whole deliveries: what Cal.com sends in, what Nerve keeps out.

use crate::CalCom;
use nerve_intake::{Delivery, Malformed, Received, receive};
use nerve_model::{Event, Fact, Millis, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "secret of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn unsigned(body: impl Into<Vec<u8>>) -> Delivery {
    nerve_testkit::sources::delivery("https://crm.example/hooks/calcom", [], body)
}

fn signed(body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = unsigned(body);
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let header = body_hmac::sign(&secret, &delivery.body, Format::hex(""));
    Delivery { headers: [("X-Cal-Signature-256".to_owned(), header)].into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<CalCom>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
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
    check_fixtures::<CalCom>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<CalCom>(FOLDER);
}

#[test]
fn what_happens_to_one_booking_is_filed_together_and_told_apart() {
    let created = event(&fixture("booking_created"));
    let canceled = event(&fixture("booking_cancelled_by_attendee"));
    let transcribed = event(&fixture("recording_transcription_generated"));
    let moved = event(&fixture("booking_rescheduled"));
    assert!(created.subject == canceled.subject && created.subject == transcribed.subject);
    let events = [&created, &canceled, &transcribed, &moved];
    for (at, event) in events.iter().enumerate() {
        for other in &events[at + 1..] {
            assert_ne!(event.semantic_key, other.semantic_key);
            assert_ne!(event.dedup_key, other.dedup_key);
        }
    }
    let Fact::BookingCreated(fact) = moved.fact else { panic!("{moved:?}") };
    assert_eq!(fact.moved_from.map(|id| format!("calcom:booking:{id}")).as_deref(), Some(created.subject.as_str()));
}

#[test]
fn a_booking_that_is_moved_again_is_another_fact() {
    let first = event(&fixture("booking_rescheduled"));
    let second = event(&changed("booking_rescheduled", "/payload/startTime", json!("2026-12-01T08:00:00Z")));
    assert_ne!(first.semantic_key, second.semantic_key);
    let told_by_another = event(&changed("booking_rescheduled", "/createdAt", json!("2026-11-23T11:00:01.000Z")));
    assert_eq!(first.semantic_key, told_by_another.semantic_key);
    assert_ne!(first.dedup_key, told_by_another.dedup_key);
}

#[test]
fn whoever_takes_a_seat_is_another_fact() {
    let key = |email: &str| {
        let event = event(&changed("booking_created_seat", "/payload/responses/email/value", json!(email)));
        (event.semantic_key, event.dedup_key)
    };
    let (ines, first) = (key("ines@maro-bau.example"), key("first@elsewhere.example"));
    assert!(ines.0 != first.0 && ines.1 != first.1, "{ines:?} {first:?}");
    let mut seat = fixture("booking_created");
    seat["payload"]["attendeeSeatId"] = json!("seat-1");
    assert_eq!(event(&seat).semantic_key.as_str(), "calcom booking kLm3nOpQrStUvWx1 seat seat-1 created");
}

#[test]
fn a_repeated_delivery_has_the_same_keys() {
    for name in ["booking_created", "booking_cancelled_2024", "form_submitted", "recording_transcription_generated"] {
        let body = fixture(name).to_string();
        let later = Delivery { received_at: NOW + Millis::minutes(9), ..signed(body.as_str()) };
        let Received::Taken(again) = take_with(&later, SECRET) else { panic!("{name}") };
        let (first, again) = (event(&fixture(name)), &again.events[0]);
        assert_eq!((&first.dedup_key, &first.semantic_key), (&again.dedup_key, &again.semantic_key), "{name}");
    }
}

#[test]
fn what_cal_com_does_not_document_is_malformed() {
    for body in [
        json!({"triggerEvent": "BOOKING_CREATED", "createdAt": "2026-11-23T10:00:00.000Z"}),
        json!({"triggerEvent": "BOOKING_CREATED", "createdAt": "2026-11-23T10:00:00.000Z", "payload": []}),
        json!({"triggerEvent": "FORM_SUBMITTED", "createdAt": "2026-11-23T10:00:00.000Z", "payload": {"name": "Otto"}}),
        changed("booking_created", "/payload/uid", Value::Null),
        changed("booking_created", "/payload/uid", json!("a b")),
        changed("booking_created", "/createdAt", json!("now")),
        changed("form_submitted", "/createdAt", Value::Null),
    ] {
        assert!(matches!(take(&body), Received::Malformed(_)), "{body}");
    }
}

#[test]
fn a_custom_template_is_told_what_to_change() {
    for body in ["", "null", "[]", "{}", "who=Ines+Maro", r#"{"triggerEvent": 7}"#, r#"{"title": "Inspection"}"#] {
        let Received::Malformed(Malformed(reason)) = take_with(&signed(body), SECRET) else { panic!("{body}") };
        assert!(reason.contains("payload template"), "{reason}");
    }
}

#[test]
fn a_field_of_another_type_costs_no_event() {
    for (pointer, value) in [
        ("/payload/title", json!({})),
        ("/payload/startTime", json!("soon")),
        ("/payload/organizer", json!("Mia")),
        ("/payload/attendees", json!([1, null])),
        ("/payload/attendees", Value::Null),
        ("/payload/responses", json!([])),
        ("/payload/responses", json!("none")),
        ("/payload/responses", json!({"email": 1, "notes": {"value": {"deep": []}}})),
        ("/payload/responses/name/value", json!({"firstName": "Ines", "lastName": "Maro"})),
        ("/payload/team", json!([])),
        ("/payload/metadata", json!(false)),
        ("/payload/location", json!({"optionValue": ""})),
        ("/payload/seatsPerTimeSlot", json!("many")),
        ("/payload/rescheduleUid", json!("")),
    ] {
        let event = event(&changed("booking_created", pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn a_link_leads_to_the_booking_or_nowhere() {
    for (booker_url, uid, link) in [
        ("https://cal.example", "u-1_A", Some("https://cal.example/booking/u-1_A")),
        ("https://cal.example:3000/", "u1", Some("https://cal.example:3000/booking/u1")),
        ("https://cal.example/mia", "u1", Some("https://cal.example/booking/u1")),
        ("http://cal.example", "u1", None),
        ("https://", "u1", None),
        ("https://a@evil.example", "u1", None),
        ("https://cal.example", "u1/../../evil", None),
        ("https://cal.example", "u1?x", None),
    ] {
        let mut body = changed("booking_created", "/payload/bookerUrl", json!(booker_url));
        body["payload"]["uid"] = json!(uid);
        assert_eq!(event(&body).link.as_deref(), link, "{booker_url} {uid}");
    }
}

#[test]
fn a_summary_says_who_did_what() {
    let what = "\"Inspection between Mia Holt and Ines Maro\" for 2026-11-26 14:00 UTC";
    for (canceler, summary) in [
        (json!("ines@maro-bau.example"), format!("Ines Maro canceled {what}: We found somebody nearer.")),
        (json!("mia@ours.example"), format!("We canceled {what} with Ines Maro: We found somebody nearer.")),
        (json!("else@elsewhere.example"), format!("Canceled: {what} with Ines Maro: We found somebody nearer.")),
        (Value::Null, format!("Canceled: {what} with Ines Maro: We found somebody nearer.")),
    ] {
        let body = changed("booking_cancelled_by_attendee", "/payload/cancelledBy", canceler);
        assert_eq!(event(&body).summary, summary);
    }
}

#[test]
fn long_and_hidden_text_is_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(10_000));
    let mut body = changed("booking_cancelled_by_attendee", "/payload/title", text.clone());
    body["payload"]["attendees"][0]["name"] = text.clone();
    body["payload"]["cancellationReason"] = text;
    let event = event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    assert!(json!(event).to_string().len() < 5_000);
}

#[test]
fn only_what_cal_com_signed_gets_in() {
    let body = fixture("booking_created").to_string();
    let good = signed(body.as_str());
    let accepted = |secrets: &str| matches!(take_with(&good, secrets), Received::Taken(taken) if taken.events[0].trust == Trust::Signed);
    assert!(accepted(SECRET) && accepted(&format!("new secret, {SECRET}")));
    let with = |header: &str| {
        let headers = [("X-Cal-Signature-256".to_owned(), header.to_owned())].into_iter().collect();
        Delivery { headers, ..unsigned(body.as_str()) }
    };
    let placeholder = "no-secret-provided";
    // printf '{"a":1}' | openssl dgst -sha256 -hmac 'secret of the fixtures'
    let by_openssl = Delivery {
        body: br#"{"a":1}"#.to_vec(),
        ..with("960261de0d90257066d9a9437c36d1aef0c0fadae6fe3e80bd8c3f1185f1d1e0")
    };
    assert!(matches!(take_with(&by_openssl, SECRET), Received::Malformed(_)));
    for (delivery, secrets, rejection) in [
        (unsigned(body.as_str()), SECRET, Rejection::MissingSignature),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: body.replace("Ines", "Inez").into(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (with(placeholder), SECRET, Rejection::MalformedSignature),
        (with(placeholder), placeholder, Rejection::NoSecret),
        (
            with(&format!("sha256={}", good.headers.get("x-cal-signature-256").unwrap())),
            SECRET,
            Rejection::MalformedSignature,
        ),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}

proptest::proptest! {
    #[test]
    fn no_signature_header_panics_or_passes(body: Vec<u8>, header in ".{0,100}") {
        let headers = [("x-cal-signature-256".to_owned(), header)].into_iter().collect();
        let received = take_with(&Delivery { headers, ..unsigned(body) }, SECRET);
        proptest::prop_assert!(matches!(received, Received::Rejected(_)));
    }
}
