//! Complete deliveries: those Cal.com sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Delivery, Malformed, Received};
use nerve_model::{Event, Fact, Millis};
use nerve_signatures::Rejection;
use nerve_testkit::{events::NOW, sources::with_headers};
use serde_json::{Value, json};
use signing::CALCOM;

nerve_testkit::source_tests!(CALCOM);

#[test]
fn a_host_who_books_is_no_customer_even_without_our_domains() {
    let mut body = CALCOM.changed("booking_created", "/payload/responses/email/value", json!("mia@ours.example"));
    body["payload"]["attendees"][0]["email"] = json!("Mia@Ours.example");
    let event = CALCOM.event(&body);
    assert!(event.claims.iter().any(|claim| claim.value == "mia@ours.example"), "{:?}", event.claims);
    assert!(event.outside_claims().all(|claim| claim.value != "mia@ours.example"), "{:?}", event.claims);
}

#[test]
fn facts_of_one_booking_share_a_subject_and_no_key() {
    let created = CALCOM.event("booking_created");
    let canceled = CALCOM.event("booking_cancelled_by_attendee");
    let transcribed = CALCOM.event("recording_transcription_generated");
    let moved = CALCOM.event("booking_rescheduled");
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
    let first = CALCOM.event("booking_rescheduled");
    let second =
        CALCOM.event(&CALCOM.changed("booking_rescheduled", "/payload/startTime", json!("2026-12-01T08:00:00Z")));
    assert_ne!(first.semantic_key, second.semantic_key);
    let told_by_another =
        CALCOM.event(&CALCOM.changed("booking_rescheduled", "/createdAt", json!("2026-11-23T11:00:01.000Z")));
    assert_eq!(first.semantic_key, told_by_another.semantic_key);
    assert_ne!(first.dedup_key, told_by_another.dedup_key);
}

#[test]
fn each_seat_of_a_booking_is_another_fact() {
    let key = |email: &str| {
        let event =
            CALCOM.event(&CALCOM.changed("booking_created_seat", "/payload/responses/email/value", json!(email)));
        (event.semantic_key, event.dedup_key)
    };
    let (ines, first) = (key("ines@maro-bau.example"), key("first@elsewhere.example"));
    assert!(ines.0 != first.0 && ines.1 != first.1, "{ines:?} {first:?}");
    let mut seat = CALCOM.body("booking_created");
    seat["payload"]["attendeeSeatId"] = json!("seat-1");
    assert_eq!(CALCOM.event(&seat).semantic_key.as_str(), "calcom booking kLm3nOpQrStUvWx1 seat seat-1 created");
}

#[test]
fn a_repeated_delivery_has_the_same_keys() {
    for name in ["booking_created", "booking_cancelled_2024", "form_submitted", "recording_transcription_generated"] {
        let later = Delivery { received_at: NOW + Millis::minutes(9), ..CALCOM.signed(name) };
        let (first, again) = (CALCOM.event(name), CALCOM.event(&later));
        assert_eq!((&first.dedup_key, &first.semantic_key), (&again.dedup_key, &again.semantic_key), "{name}");
    }
}

#[test]
fn an_undocumented_body_is_malformed() {
    for body in [
        json!({"triggerEvent": "BOOKING_CREATED", "createdAt": "2026-11-23T10:00:00.000Z"}),
        json!({"triggerEvent": "BOOKING_CREATED", "createdAt": "2026-11-23T10:00:00.000Z", "payload": []}),
        json!({"triggerEvent": "FORM_SUBMITTED", "createdAt": "2026-11-23T10:00:00.000Z", "payload": {"name": "Otto"}}),
        CALCOM.changed("booking_created", "/payload/uid", Value::Null),
        CALCOM.changed("booking_created", "/payload/uid", json!("a b")),
        CALCOM.changed("booking_created", "/createdAt", json!("now")),
        CALCOM.changed("form_submitted", "/createdAt", Value::Null),
    ] {
        assert!(matches!(CALCOM.take(&body), Received::Malformed(_)), "{body}");
    }
}

#[test]
fn a_custom_template_is_told_what_to_change() {
    for body in ["", "null", "[]", "{}", "who=Ines+Maro", r#"{"triggerEvent": 7}"#, r#"{"title": "Inspection"}"#] {
        let Received::Malformed(Malformed(reason)) = CALCOM.take(&CALCOM.unsigned(body)) else { panic!("{body}") };
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
        let event = CALCOM.event(&CALCOM.changed("booking_created", pointer, value));
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
        let mut body = CALCOM.changed("booking_created", "/payload/bookerUrl", json!(booker_url));
        body["payload"]["uid"] = json!(uid);
        assert_eq!(CALCOM.event(&body).link.as_deref(), link, "{booker_url} {uid}");
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
        let body = CALCOM.changed("booking_cancelled_by_attendee", "/payload/cancelledBy", canceler);
        assert_eq!(CALCOM.event(&body).summary, summary);
    }
}

#[test]
fn long_and_hidden_text_is_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(10_000));
    let mut body = CALCOM.changed("booking_cancelled_by_attendee", "/payload/title", text.clone());
    body["payload"]["attendees"][0]["name"] = text.clone();
    body["payload"]["cancellationReason"] = text;
    let event = CALCOM.event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    assert!(json!(event).to_string().len() < 5_000);
}

#[test]
fn only_what_cal_com_signed_gets_in() {
    let good = CALCOM.signed("booking_created");
    let with = |header: &str| with_headers(&good, [("X-Cal-Signature-256", header)]);
    let placeholder = "no-secret-provided";
    // printf '{"a":1}' | openssl dgst -sha256 -hmac 'secret of the fixtures'
    let by_openssl = Delivery {
        body: br#"{"a":1}"#.to_vec(),
        ..with("960261de0d90257066d9a9437c36d1aef0c0fadae6fe3e80bd8c3f1185f1d1e0")
    };
    assert!(matches!(CALCOM.receive(&by_openssl), Received::Malformed(_)));
    let bare = good.headers.get("x-cal-signature-256").unwrap();
    for (header, secrets, rejection) in [
        (placeholder, &*CALCOM.keys.configured(0), Rejection::MalformedSignature),
        (placeholder, placeholder, Rejection::NoSecret),
        (&format!("sha256={bare}"), &*CALCOM.keys.configured(0), Rejection::MalformedSignature),
    ] {
        assert_eq!(CALCOM.receive_with(&with(header), secrets), Received::Rejected(rejection));
    }
}
