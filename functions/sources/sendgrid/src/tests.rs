//! Complete deliveries: those SendGrid sends, and those that Nerve rejects.

mod signing;

use crate::SendGrid;
use nerve_intake::{Delivery, Received};
use nerve_model::{AuthResult, Fact, Message};
use nerve_signatures::Rejection;
use nerve_testkit::sources::with_headers;
use signing::SENDGRID;

nerve_testkit::source_tests!(SENDGRID);

fn message_of(received: Received) -> Message {
    let Received::Taken(taken) = received else { panic!("{received:?}") };
    let Fact::EmailReceived(message) = taken.events.into_iter().next().unwrap().event.fact else { panic!() };
    message
}

#[test]
fn a_senders_own_headers_are_no_evidence() {
    for (name, supported) in [
        ("mail", true),
        ("mail_with_a_misleading_name", false),
        ("mail_with_findings_of_a_stranger", false),
        ("mail_with_findings_of_our_server", true),
    ] {
        let message = message_of(SENDGRID.fixture(name).read::<SendGrid>());
        assert_eq!(message.authentication.supports(&message.from.address), supported, "{name}: {message:?}");
    }
    let dmarc =
        message_of(SENDGRID.fixture("mail_with_findings_of_our_server").read::<SendGrid>()).authentication.dmarc;
    assert_eq!(dmarc, Some(AuthResult::Pass));
}

#[test]
fn a_repeated_attempt_is_a_copy_whatever_its_boundary() {
    let first = SENDGRID.fixture("mail").delivery;
    let body = String::from_utf8(first.body.clone()).unwrap().replace("xYzZY", "other");
    let again = with_headers(&first, [("content-type", "multipart/form-data; boundary=other")]);
    let again = Delivery { body: body.into_bytes(), ..again };
    assert_eq!(SENDGRID.event(&first).dedup_key, SENDGRID.event(&again).dedup_key);
    assert_ne!(SENDGRID.event(&first).dedup_key, SENDGRID.event("answer").dedup_key);
}

#[test]
fn every_field_has_its_own_encoding() {
    let form = SENDGRID.fixture("mail").delivery;
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
    let event = SENDGRID.event(&Delivery { body, ..form });
    let Fact::EmailReceived(message) = event.fact else { panic!() };
    assert_eq!(message.from.name.as_deref(), Some("Zoë €"));
    assert_eq!(message.subject.as_deref(), Some("Grüße"));
    assert!(message.text.starts_with("青木"), "{}", message.text);
}

#[test]
fn ten_megabytes_of_attachments_leave_a_small_event() {
    let form = SENDGRID.fixture("mail").delivery;
    let text = String::from_utf8(form.body.clone()).unwrap();
    let body = text.replace("%PDF-1.7", &"%PDF-1.7\r\n".repeat(1_000_000)).into_bytes();
    assert!(body.len() > 10_000_000);
    let event = SENDGRID.event(&Delivery { body, ..form });
    let Fact::EmailReceived(message) = &event.fact else { panic!() };
    assert_eq!(message.attachments[0].bytes, Some(10_000_009));
    assert!(serde_json::to_string(&event).unwrap().len() < 4_000);
}

#[test]
fn an_invalid_key_rejects_everything() {
    let rejected = Received::Rejected(Rejection::UnusableSecret);
    assert_eq!(SENDGRID.receive_with(&SENDGRID.signed("mail"), "not a key"), rejected);
}
