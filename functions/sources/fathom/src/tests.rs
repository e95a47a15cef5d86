//! Whole deliveries: what Fathom sends in, what Nerve keeps out.

use crate::Fathom;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, standard_webhooks};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "whsec_YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcywgb3Igc28=";
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

const OTHER: &str = "whsec_b3RoZXIga2V5IG9mIHRoaXJ0eS10d28gYnl0ZXMu";

fn signed_as(delivery: &Delivery, id: &str) -> Delivery {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let own = vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", (NOW.as_millis() / 1_000).to_string()),
        ("webhook-signature", standard_webhooks::sign(&secret, id, NOW, &delivery.body)),
    ];
    with(delivery, own)
}

fn signed(delivery: &Delivery) -> Delivery {
    signed_as(delivery, "msg_1")
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Fathom>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event_of(delivery: &Delivery) -> Event {
    match take_with(&signed(delivery), SECRET) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Fathom>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Fathom>(FOLDER);
}

#[test]
fn a_meeting_told_again_is_one_fact_and_a_repeated_attempt_a_copy() {
    let [first, again] = ["msg_1", "msg_2"].map(|id| {
        let Received::Taken(taken) = take_with(&signed_as(&fixture("meeting").delivery, id), SECRET) else { panic!() };
        taken.events.into_iter().next().unwrap()
    });
    assert_eq!(first.semantic_key, again.semantic_key);
    assert_eq!((first.dedup_key.as_str(), again.dedup_key.as_str()), ("msg_1", "msg_2"));
}

#[test]
fn a_transcript_is_clipped_and_keeps_its_speakers() {
    let mut body = fixture("meeting").body.unwrap();
    let line = json!({"speaker": {"display_name": "Ada"}, "text": "We need two hoods.\nSoon."});
    body["transcript"] = Value::Array(vec![line; 10_000]);
    let event = event_of(&fixture("meeting").with_body(body).delivery);
    let nerve_model::Fact::MeetingTranscribed(meeting) = event.fact else { panic!() };
    let transcript = meeting.transcript.unwrap();
    assert!(transcript.starts_with("Ada: We need two hoods. Soon.\nAda: "), "{transcript:.60}");
    assert_eq!(transcript.chars().count(), 4_000);
}

#[test]
fn only_what_is_signed_gets_in() {
    let delivery = fixture("meeting").delivery;
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
