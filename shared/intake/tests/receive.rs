//! The outcomes of deliveries from a vendor whose bodies are one word.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Headers, Ignored, Item, Malformed, NewEvent, Outcome, Received, Reply,
    Selected, Settings, Source, Taken, TooMany, receive,
};
use nerve_model::{Claim, ClaimKind, DedupKey, Event, EventId, Millis, Role, SourceName, Timestamp, Trust};
use nerve_signatures::{Rejection, Secrets};
use nerve_testkit::{
    SeededEntropy,
    events::{NOW, payment_failed},
};

struct OneWord;

impl Source for OneWord {
    const NAME: SourceName = SourceName::from_static("one-word");
    const TITLE: &'static str = "One word";
    const SELECTED: &'static [Selected] = &[Selected { delivery: "hello", becomes: Becomes::Handshake }];
    const KEPT_HEADERS: &'static [&'static str] = &["content-type"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        match delivery.headers.get("x-trust") {
            _ if secrets.is_empty() => Err(Rejection::NoSecret),
            Some("signed") => Ok(Trust::Signed),
            Some("token") => Ok(Trust::Token),
            _ => Err(Rejection::MissingSignature),
        }
    }

    fn normalize(delivery: &Delivery, _: &Secrets, _: &Deployment<'_>) -> Result<Outcome, Fault> {
        match delivery.body.as_slice() {
            b"other" => Ok(Outcome::ignored("event type not subscribed", "other")),
            b"two" => Ok(Outcome::Items(vec![news(1), Item::Malformed(not_a_word()), news(2)])),
            b"a thousand" => Ok(Outcome::Items((0..1_000).map(news).collect())),
            b"one more" => Ok(Outcome::Items((0..1_001).map(news).collect())),
            b"program" => {
                let Item::Event(mut event) = news(1) else { return Err(not_a_word().into()) };
                event.claims = ["noreply@forms.example", "ada@example.com"].into_iter().map(by_mail).collect();
                Ok(Outcome::event(*event))
            }
            b"none" => Ok(Outcome::Items(Vec::new())),
            b"hello" => Ok(Outcome::Reply(hello())),
            body if body.starts_with(b"at ") => {
                let said = std::str::from_utf8(&body[3..]).unwrap().parse().unwrap();
                let Item::Event(event) = news(1) else { panic!() };
                Ok(Outcome::event(NewEvent { occurred_at: Timestamp::from_millis(said), ..*event }))
            }
            b"poison" => panic!("parsed before it was verified"),
            _ => Err(not_a_word().into()),
        }
    }
}

fn by_mail(address: &str) -> Claim {
    Claim { kind: ClaimKind::Email, value: address.to_owned(), role: Role::Customer }
}

fn not_a_word() -> Malformed {
    Malformed("not a word".to_owned())
}

fn hello() -> Reply {
    Reply { status: 200, content_type: "text/plain", body: "hello".to_owned() }
}

fn ignored() -> Ignored {
    Ignored::new("event type not subscribed", "other")
}

fn news(n: u128) -> Item {
    let event = payment_failed(n, "in_1");
    Item::Event(Box::new(NewEvent {
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
    }))
}

const NONE: [(&str, &str); 0] = [];

fn deliver(trust: &str, body: &[u8], secrets: &str, settings: &dyn Settings) -> Received {
    let delivery = Delivery {
        method: "POST".to_owned(),
        url: "https://nerve.example/hooks/one-word".to_owned(),
        headers: Headers::from_iter([("X-Trust".to_owned(), trust.to_owned())]),
        body: body.to_vec(),
        received_at: NOW,
    };
    receive::<OneWord>(&delivery, &Secrets::parse(secrets), settings, &SeededEntropy::new(1))
}

#[test]
fn a_delivery_is_verified_before_it_is_read() {
    let taken = |ignored| Received::Taken(Taken { ignored, ..Taken::default() });
    let cases: [(&str, &[u8], &str, Received); 7] = [
        ("signed", b"poison", "", Received::Rejected(Rejection::NoSecret)),
        ("", b"poison", "s", Received::Rejected(Rejection::MissingSignature)),
        ("signed", b"other", "s", taken(vec![ignored()])),
        ("signed", b"", "s", Received::Malformed(not_a_word())),
        ("signed", &[0xff, 0xfe], "s", Received::Malformed(not_a_word())),
        ("signed", b"none", "s", taken(Vec::new())),
        ("signed", b"hello", "s", Received::Reply(hello())),
    ];
    for (trust, body, secrets, expected) in cases {
        assert_eq!(deliver(trust, body, secrets, &NONE), expected, "{trust:?} {body:?}");
    }
}

#[test]
fn every_event_of_a_delivery_arrives_whole_and_under_an_id_of_its_own() {
    for (header, trust) in [("signed", Trust::Signed), ("token", Trust::Token)] {
        let Received::Taken(taken) = deliver(header, b"two", "s", &NONE) else { panic!("events") };
        let events: Vec<Event> = taken.events.into_iter().map(|arrived| arrived.event).collect();
        assert_eq!((taken.ignored, taken.malformed), (Vec::new(), vec![not_a_word()]));
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
fn an_event_happened_when_it_arrived_if_its_clock_cannot_be_right() {
    let (second, day) = (Millis::seconds(1), Millis::days(1));
    for (said, is_placed) in [
        (NOW, true),
        (NOW - Millis(1), true),
        (NOW + Millis(1), false),
        (NOW + day, false),
        (Timestamp::from_seconds(3_983_059_920), false),
        (Timestamp::from_millis(i64::MAX), false),
        (NOW - Millis::days(3_653), true),
        (NOW - Millis::days(3_653) - second, false),
        (Timestamp::from_seconds(1), false),
        (Timestamp::from_millis(i64::MIN), false),
    ] {
        let text = format!("at {}", said.as_millis());
        let Received::Taken(taken) = deliver("signed", text.as_bytes(), "s", &NONE) else { panic!("taken") };
        let event = &taken.events[0].event;
        let expected = if is_placed { (said, None) } else { (NOW, Some(said)) };
        assert_eq!((event.occurred_at, event.said_at), expected, "{said}");
    }
}

#[test]
fn a_list_is_taken_whole_or_not_at_all() {
    let Received::Taken(taken) = deliver("signed", b"a thousand", "s", &NONE) else { panic!("taken") };
    assert_eq!(taken.events.len(), 1_000);
    assert!(taken.events.is_sorted_by(|a, b| a.event.id < b.event.id), "in their order");
    let long = TooMany { items: 1_001 };
    assert_eq!(deliver("signed", b"one more", "s", &NONE), Received::TooMany(long));
    assert_eq!(long.to_string(), "a list of 1001 items is too long: send at most 1000 at once");
}

#[test]
fn the_address_of_a_program_is_nobodys_claim() {
    let Received::Taken(taken) = deliver("signed", b"program", "s", &NONE) else { panic!("taken") };
    assert_eq!(taken.events[0].event.claims, [by_mail("ada@example.com")]);
}

#[test]
fn headers_are_found_whatever_their_case_and_only_the_named_are_kept() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = Headers::from_iter([pair("Content-Type", "a"), pair("X-Secret", "b"), pair("content-type", "c")]);
    assert_eq!((headers.get("CONTENT-TYPE"), headers.get("content")), (Some("a"), None));
    assert_eq!(headers.select(OneWord::KEPT_HEADERS), [pair("Content-Type", "a"), pair("content-type", "c")]);
}

#[test]
fn a_kind_can_be_turned_off_and_a_wrong_setting_takes_nothing_in() {
    let off = [("IGNORED_KINDS", " invoice.paid, payment.failed,")];
    let Received::Taken(taken) = deliver("signed", b"two", "s", &off) else { panic!("taken") };
    let ignored = Ignored::new("kind turned off for this source", "payment.failed");
    assert_eq!((taken.events, taken.ignored), (Vec::new(), vec![ignored.clone(), ignored]));
    for (name, value) in [("IGNORED_KINDS", "invoice.payed"), ("DEFAULT_REGION", "Germany")] {
        let received = deliver("signed", b"two", "s", &[(name, value)]);
        assert!(matches!(&received, Received::Misconfigured(wrong) if wrong.name == name), "{received:?}");
    }
}
