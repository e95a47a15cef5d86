//! Complete mails: those that come by HTTP and by the platform's routing, and those that Nerve rejects.

mod signing;

use crate::Email;
use nerve_intake::{Delivery, MAIL, Received};
use nerve_model::{AuthResult, Fact, Message};
use nerve_testkit::sources::with_headers;
use signing::EMAIL;

nerve_testkit::source_tests!(EMAIL);

/// The outcome of a mail that the platform hands over.
fn routed(mail: &str, envelope_from: &str) -> Received {
    let fixture = EMAIL.fixture("mail");
    let body = mail.replace('\n', "\r\n").into_bytes();
    let delivery = Delivery { method: MAIL.to_owned(), body, ..fixture.delivery.clone() };
    fixture.read_as::<Email>(&with_headers(&delivery, [("envelope-from", envelope_from)]))
}

fn message(received: Received) -> Message {
    let Received::Taken(taken) = received else { panic!("{received:?}") };
    let Fact::EmailReceived(message) = taken.events.into_iter().next().unwrap().event.fact else { panic!() };
    message
}

#[test]
fn only_the_findings_of_the_last_server_count() {
    let own = "Received: from mx.marlow.example by cloudflare-email.net (cloudflare) id 1\n";
    let results = "Authentication-Results: mx.cloudflare.net;\n\tdkim=pass header.d=marlow.example; dmarc=pass\n";
    let rest =
        "Received: from desk by mx.marlow.example\nFrom: ada@marlow.example\nMessage-ID: <1@marlow.example>\n\nx";
    let forged = format!("{results}{rest}");
    for (mail, dmarc) in [
        (format!("{own}{results}{rest}"), Some(AuthResult::Pass)),
        (format!("{own}Received: from elsewhere\n{forged}"), None),
        (format!("{own}{}{rest}", results.replace("mx.cloudflare.net", "mx.marlow.example")), None),
        (format!("{own}{rest}"), None),
    ] {
        let message = message(routed(&mail, "ada@marlow.example"));
        assert_eq!(message.authentication.dmarc, dmarc, "{mail}");
        assert_eq!(message.authentication.supports("ada@marlow.example"), dmarc.is_some(), "{mail}");
    }
}

#[test]
fn a_mail_without_an_envelope_sender_is_a_report() {
    let mail = "From: a@marlow.example\nSubject: x\n\nx";
    for (envelope, ignored) in [("", 1), ("<>", 1), ("a@marlow.example", 0)] {
        let Received::Taken(taken) = routed(mail, envelope) else { panic!() };
        assert_eq!(taken.ignored.len(), ignored, "{envelope:?}");
    }
}

#[test]
fn a_mail_is_known_again_whatever_way_it_came() {
    let key = |mail: &str| {
        let Received::Taken(taken) = routed(mail, "a@marlow.example") else { panic!() };
        taken.events[0].event.dedup_key.clone()
    };
    let mail = "From: a@marlow.example\nDate: Mon, 23 Nov 2026 09:58:00 +0000\nSubject: x\n";
    let by = |server: &str, rest: &str| key(&format!("Received: by {server}\n{mail}{rest}\n\nx"));
    assert_eq!(by("a", ""), by("b", ""));
    assert_eq!(by("a", "Message-ID: <1@marlow.example>"), by("b", "Message-ID: <1@marlow.example>"));
    assert_ne!(by("a", "Message-ID: <1@marlow.example>"), by("a", "Message-ID: <2@marlow.example>"));
    assert_ne!(by("a", ""), by("a", "To: hello@ours.example"));
}

#[test]
fn ten_megabytes_of_attachments_leave_a_small_event() {
    let head = "From: a@marlow.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nWhen will you come?\n--x\n\
                Content-Type: application/pdf; name=plan.pdf\nContent-Transfer-Encoding: base64\n\n";
    let body = format!("{head}{}\n--x--\n", "QUFB\n".repeat(2_000_000)).into_bytes();
    let event = EMAIL.event(&EMAIL.signed(&EMAIL.unsigned(body)));
    let Fact::EmailReceived(message) = &event.fact else { panic!() };
    assert_eq!((message.text.as_str(), message.attachments[0].bytes), ("When will you come?", Some(6_000_000)));
}
