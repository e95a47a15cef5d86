//! Whole deliveries: what SendGrid sends in, what Nerve keeps out.

use crate::SendGrid;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{AuthResult, Event, Fact, Message, Timestamp, Trust};
use nerve_signatures::{Rejection, Secrets, ecdsa_p256};
use nerve_testkit::{
    SeededEntropy,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];
const SECRET: u8 = 1;
const OTHER: u8 = 2;

fn fixture(name: &str) -> Fixture {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap()
}

/// The private key that is this number.
fn key(number: u8) -> [u8; 32] {
    let mut key = [0; 32];
    key[31] = number;
    key
}

fn public(number: u8) -> String {
    ecdsa_p256::public_key_of(&key(number)).unwrap()
}

fn signed_at(delivery: &Delivery, at: Timestamp, number: u8) -> Delivery {
    let seconds = (at.as_millis() / 1_000).to_string();
    let own = [
        ("X-Twilio-Email-Event-Webhook-Signature", ecdsa_p256::sign(&key(number), &seconds, &delivery.body).unwrap()),
        ("X-Twilio-Email-Event-Webhook-Timestamp", seconds),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let headers = delivery.headers.select(&["content-type"]).into_iter().chain(own).collect();
    Delivery { headers, ..delivery.clone() }
}

fn signed(delivery: &Delivery) -> Delivery {
    signed_at(delivery, delivery.received_at, SECRET)
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<SendGrid>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event_of(delivery: &Delivery) -> Event {
    match take_with(&signed(delivery), &public(SECRET)) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn message_of(received: Received) -> Message {
    let Received::Taken(taken) = received else { panic!("{received:?}") };
    let Fact::EmailReceived(message) = taken.events.into_iter().next().unwrap().fact else { panic!() };
    message
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<SendGrid>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<SendGrid>(FOLDER);
}

#[test]
fn what_a_sender_writes_about_itself_is_no_evidence() {
    for (name, supported) in [
        ("mail", true),
        ("mail_with_a_misleading_name", false),
        ("mail_with_findings_of_a_stranger", false),
        ("mail_with_findings_of_our_server", true),
    ] {
        let message = message_of(fixture(name).read::<SendGrid>());
        assert_eq!(message.authentication.supports(&message.from.address), supported, "{name}: {message:?}");
    }
    let dmarc = message_of(fixture("mail_with_findings_of_our_server").read::<SendGrid>()).authentication.dmarc;
    assert_eq!(dmarc, Some(AuthResult::Pass));
}

#[test]
fn a_repeated_attempt_is_a_copy_whatever_its_boundary() {
    let first = fixture("mail").delivery;
    let body = String::from_utf8(first.body.clone()).unwrap().replace("xYzZY", "other");
    let content_type = ("content-type".to_owned(), "multipart/form-data; boundary=other".to_owned());
    let again = Delivery { body: body.into_bytes(), headers: [content_type].into_iter().collect(), ..first.clone() };
    assert_eq!(event_of(&first).dedup_key, event_of(&again).dedup_key);
    assert_ne!(event_of(&first).dedup_key, event_of(&fixture("answer").delivery).dedup_key);
    assert_eq!(event_of(&first).trust, Trust::Signed);
}

#[test]
fn every_field_has_its_own_encoding() {
    let form = fixture("mail").delivery;
    let text = String::from_utf8(form.body.clone()).unwrap();
    let charsets = r#"{"subject":"iso-8859-1","from":"windows-1252","text":"iso-2022-jp"}"#;
    let text = text
        .replace(r#"{"to":"UTF-8","html":"utf-8","subject":"UTF-8","from":"UTF-8","text":"utf-8"}"#, charsets)
        .replace("Ingrid Solheim <Ingrid", "\u{1} <Ingrid")
        .replace("\r\n\r\nTwo extraction hoods", "\r\n\r\n\u{2}")
        .replace("Hello Jonas,", "\u{3}");
    let put = |bytes: Vec<u8>, mark: u8, with: &[u8]| -> Vec<u8> {
        bytes.into_iter().flat_map(|byte| if byte == mark { with.to_vec() } else { vec![byte] }).collect()
    };
    let body = put(put(put(text.into_bytes(), 1, b"Zo\xeb \x80"), 2, b"Gr\xfc\xdfe"), 3, b"\x1b$B@DLZ\x1b(B");
    let event = event_of(&Delivery { body, ..form });
    let Fact::EmailReceived(message) = event.fact else { panic!() };
    assert_eq!(message.from.name.as_deref(), Some("Zoë €"));
    assert_eq!(message.subject.as_deref(), Some("Grüße"));
    assert!(message.text.starts_with("青木"), "{}", message.text);
}

#[test]
fn ten_megabytes_of_attachments_leave_a_small_event() {
    let form = fixture("mail").delivery;
    let text = String::from_utf8(form.body.clone()).unwrap();
    let body = text.replace("%PDF-1.7", &"%PDF-1.7\r\n".repeat(1_000_000)).into_bytes();
    assert!(body.len() > 10_000_000);
    let event = event_of(&Delivery { body, ..form });
    let Fact::EmailReceived(message) = &event.fact else { panic!() };
    assert_eq!(message.attachments[0].bytes, Some(10_000_009));
    assert!(serde_json::to_string(&event).unwrap().len() < 4_000);
}

#[test]
fn only_what_the_key_signed_gets_in() {
    let delivery = fixture("mail").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, &public(SECRET)), Received::Taken(_)));
    let both = format!("{},{}", public(OTHER), public(SECRET));
    assert!(matches!(take_with(&good, &both), Received::Taken(_)), "two keys at once");
    let altered = Delivery { body: [&good.body[..], b"x"].concat(), ..good.clone() };
    let at = |seconds: i64| {
        signed_at(&delivery, Timestamp::from_millis(delivery.received_at.as_millis() + seconds * 1_000), SECRET)
    };
    for (delivery, secrets, rejection) in [
        (&good, String::new(), Rejection::NoSecret),
        (&good, "not a key".to_owned(), Rejection::UnusableSecret),
        (&good, public(OTHER), Rejection::Mismatch),
        (&altered, public(SECRET), Rejection::Mismatch),
        (&delivery, public(SECRET), Rejection::MissingSignature),
        (&at(-601), public(SECRET), Rejection::Stale),
        (&at(601), public(SECRET), Rejection::Future),
    ] {
        assert_eq!(take_with(delivery, &secrets), Received::Rejected(rejection));
    }
    for seconds in [-600, 600] {
        assert!(matches!(take_with(&at(seconds), &public(SECRET)), Received::Taken(_)), "{seconds}");
    }
}
