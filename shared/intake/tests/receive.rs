//! What becomes of a delivery at the door, by a vendor whose bodies say it in one word.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::{Delivery, Headers, Ignored, Malformed, NewEvent, Outcome, Received, Source, receive};
use nerve_model::{DedupKey, Event, EventId, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets};
use nerve_testkit::{
    SeededEntropy,
    events::{NOW, payment_failed},
};

struct OneWord;

impl Source for OneWord {
    const NAME: SourceName = SourceName::from_static("one-word");
    const KEPT_HEADERS: &'static [&'static str] = &["content-type"];

    fn verify(delivery: &Delivery, secrets: &Secrets) -> Result<Trust, Rejection> {
        match delivery.headers.get("x-trust") {
            _ if secrets.is_empty() => Err(Rejection::NoSecret),
            Some("signed") => Ok(Trust::Signed),
            Some("token") => Ok(Trust::Token),
            _ => Err(Rejection::MissingSignature),
        }
    }

    fn normalize(delivery: &Delivery) -> Result<Outcome, Malformed> {
        match delivery.body.as_slice() {
            b"other" => Ok(Outcome::Ignored(ignored())),
            b"two" => Ok(Outcome::Events(vec![news(1), news(2)])),
            b"none" => Ok(Outcome::Events(Vec::new())),
            b"poison" => panic!("parsed before it was verified"),
            _ => Err(Malformed("not a word".to_owned())),
        }
    }
}

fn ignored() -> Ignored {
    Ignored { reason: "event type not subscribed", subject: "other".to_owned() }
}

fn news(n: u128) -> NewEvent {
    let event = payment_failed(n, "in_1");
    NewEvent {
        fact: event.fact,
        dedup_key: event.dedup_key,
        semantic_key: event.semantic_key,
        subject: event.subject,
        claims: event.claims,
        party_name: event.party_name,
        test: event.test,
        summary: event.summary,
        link: event.link,
        occurred_at: NOW - Millis::days(1),
    }
}

fn deliver(trust: &str, body: &[u8], secrets: &str) -> Received {
    let delivery = Delivery {
        method: "POST".to_owned(),
        url: "https://nerve.example/hooks/one-word".to_owned(),
        headers: Headers::from_iter([("X-Trust".to_owned(), trust.to_owned())]),
        body: body.to_vec(),
        received_at: NOW,
    };
    receive::<OneWord>(&delivery, &Secrets::parse(secrets), &SeededEntropy::new(1))
}

#[test]
fn a_delivery_is_verified_before_it_is_read() {
    let cases: [(&str, &[u8], &str, Received); 6] = [
        ("signed", b"poison", "", Received::Rejected(Rejection::NoSecret)),
        ("", b"poison", "s", Received::Rejected(Rejection::MissingSignature)),
        ("signed", b"other", "s", Received::Ignored(ignored())),
        ("signed", b"", "s", Received::Malformed(Malformed("not a word".to_owned()))),
        ("signed", &[0xff, 0xfe], "s", Received::Malformed(Malformed("not a word".to_owned()))),
        ("signed", b"none", "s", Received::Events(Vec::new())),
    ];
    for (trust, body, secrets, expected) in cases {
        assert_eq!(deliver(trust, body, secrets), expected, "{trust:?} {body:?}");
    }
}

#[test]
fn every_event_of_a_delivery_arrives_whole_and_under_an_id_of_its_own() {
    for (header, trust) in [("signed", Trust::Signed), ("token", Trust::Token)] {
        let Received::Events(events) = deliver(header, b"two", "s") else { panic!("events") };
        assert_ne!(events[0].id, events[1].id);
        for (n, event) in (1..).zip(&events) {
            assert!(
                event.id >= EventId::new(NOW, 0) && event.id < EventId::new(NOW + Millis(1), 0),
                "sorts by arrival"
            );
            let expected = Event {
                id: event.id,
                source: OneWord::NAME,
                dedup_key: DedupKey::new(format!("evt_{n}")),
                trust,
                occurred_at: NOW - Millis::days(1),
                received_at: NOW,
                ..payment_failed(n, "in_1")
            };
            assert_eq!(*event, expected);
        }
    }
}

#[test]
fn headers_are_found_whatever_their_case_and_only_the_named_are_kept() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = Headers::from_iter([pair("Content-Type", "a"), pair("X-Secret", "b"), pair("content-type", "c")]);
    assert_eq!((headers.get("CONTENT-TYPE"), headers.get("content")), (Some("a"), None));
    assert_eq!(headers.select(OneWord::KEPT_HEADERS), [pair("Content-Type", "a"), pair("content-type", "c")]);
}
