//! Bytes that outlive a deployment: inboxes, timelines and D1 hold events of earlier versions, and a newly deployed
//! worker talks to one that is deployed a moment later. A change of these texts breaks both.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_model::{Event, Match};
use nerve_protocol::{inbox, record, unread::Unread};
use nerve_testkit::events::{NOW, confident, entry, payment_failed};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

const EVENT: &str = concat!(
    r#"{"id":"evt_01M83XJ8800000000000000001","source":"stripe","kind":"payment.failed","detail":{"invoice":"#,
    r#"{"id":"in_1","number":"NRV-in_1","url":"https://invoice.stripe.com/i/in_1"},"payment":null,"#,
    r#""amount":{"minor":12000,"currency":"EUR"},"attempt":1,"next_attempt_at":"2026-11-26T10:00:00.000Z","#,
    r#""final_attempt":false,"reason":"Your card was declined."},"dedup_key":"evt_1","#,
    r#""semantic_key":"stripe:invoice:in_1 payment failed attempt 1","subject":"stripe:invoice:in_1","claims":"#,
    r#"[{"kind":"external","value":"stripe:customer:cus_ada","role":"customer"},"#,
    r#"{"kind":"email","value":"ada@example.com","role":"customer"}],"party_name":"Ada Lovelace","trust":"signed","#,
    r#""test":false,"summary":"payment.failed of EUR 120.00","link":"https://dashboard.stripe.com/invoices","#,
    r#""occurred_at":"2026-11-23T10:00:00.000Z","received_at":"2026-11-23T10:00:00.000Z"}"#,
);

const MATCH: &str = concat!(
    r#"{"verdict":"confident","confidence":0.99,"evidence":[{"field":"external","#,
    r#""value":"stripe:customer:cus_ada","finding":"the same","weight":0.99}],"runner_up":null}"#,
);

#[test]
fn an_event_and_its_match_are_stored_as_ever() {
    assert_eq!(serde_json::to_string(&payment_failed(1, "in_1")).unwrap(), EVENT);
    assert_eq!(serde_json::from_str::<Event>(EVENT).unwrap(), payment_failed(1, "in_1"));
    assert_eq!(serde_json::to_string(&confident()).unwrap(), MATCH);
    assert_eq!(serde_json::from_str::<Match>(MATCH).unwrap(), confident());
}

#[test]
fn objects_are_asked_as_ever() {
    let event = payment_failed(1, "in_1");
    let accept = inbox::Command::Accept(inbox::Accept {
        inbox: "i".to_owned(),
        event: event.id,
        dedup_key: event.dedup_key.clone(),
        event_bytes: 7,
        headers: vec![],
        unread: Unread::default(),
    });
    let text = r#"{"command":"accept","inbox":"i","event":"EVENT","dedup_key":"evt_1","event_bytes":7,"headers":[]}"#;
    same(&accept, text);
    let append = record::Command::Append { entries: vec![record::NewEntry { event, matched: confident() }] };
    let text = format!(r#"{{"command":"append","entries":[{{"event":{EVENT},"match":{MATCH}}}]}}"#);
    assert_eq!(serde_json::to_string(&append).unwrap(), text);
    assert_eq!(serde_json::from_str::<record::Command>(&text).unwrap(), append);
}

/// During a deployment, each side of a call must still read the other.
#[test]
fn short_questions_and_answers_are_put_as_ever() {
    let event = payment_failed(1, "in_1");
    let dedup_key = event.dedup_key.clone();
    let kinds = vec![event.kind()];
    let kept = inbox::Kept { event: event.id, duplicates: 2, dispatched: true, attempts: 1, last_error: None };
    let raw = inbox::RawBody { headers: vec![], received_at: NOW, bytes: 7, expired_at: None };
    same(&inbox::Command::Inspect { dedup_key: dedup_key.clone() }, r#"{"command":"inspect","dedup_key":"evt_1"}"#);
    same(&inbox::Command::Raw { dedup_key }, r#"{"command":"raw","dedup_key":"evt_1"}"#);
    same(&inbox::Accepted::Accepted { event: event.id }, r#"{"accepted":{"event":"EVENT"}}"#);
    let duplicate = inbox::Accepted::Duplicate { event: event.id, duplicates: 2 };
    same(&duplicate, r#"{"duplicate":{"event":"EVENT","duplicates":2}}"#);
    same(&kept, r#"{"event":"EVENT","duplicates":2,"dispatched":true,"attempts":1,"last_error":null}"#);
    same(&raw, r#"{"headers":[],"received_at":"2026-11-23T10:00:00.000Z","bytes":7,"expired_at":null}"#);
    same(&record::Command::Pending { history: 20 }, r#"{"command":"pending","history":20}"#);
    same(&record::Command::Confirm { up_to: 3 }, r#"{"command":"confirm","up_to":3}"#);
    let before = Some(record::Place { at: NOW, seq: 9 });
    let timeline = record::Command::Timeline(record::Span { before, kinds, text: Some("hood".to_owned()), limit: 50 });
    let before = r#"{"at":"2026-11-23T10:00:00.000Z","seq":9}"#;
    same(
        &timeline,
        &format!(r#"{{"command":"timeline","before":{before},"kinds":["payment.failed"],"text":"hood","limit":50}}"#),
    );
    same(&record::Appended::New { seq: 1 }, r#"{"status":"new","seq":1}"#);
    same(&record::Appended::Known { event: event.id }, r#"{"status":"known","event":"EVENT"}"#);
    let waiting = record::Pending {
        entries: vec![entry(1, event)],
        history: vec![],
        settled: vec![],
        open_items: vec![],
        earlier: vec![],
        last_booking: None,
        up_to: Some(1),
        more: false,
    };
    let entry = format!(r#"{{"seq":1,"event":{EVENT},"match":{MATCH},"reports":1}}"#);
    same(&waiting, &format!(r#"{{"entries":[{entry}],"history":[],"up_to":1,"more":false}}"#));
}

/// Serializes to this text and parses back; `EVENT` stands for the id.
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, text: &str) {
    let event = format!("\"{}\"", payment_failed(1, "in_1").id);
    let text = text.replace("\"EVENT\"", &event);
    assert_eq!(serde_json::to_string(value).unwrap(), text);
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value);
}

/// Two deliveries of one event must reach the same inbox, or one fact becomes two events.
#[test]
fn an_inbox_is_named_by_a_digest_of_the_strongest_claim_else_of_the_subject() {
    let mut event = payment_failed(1, "in_1");
    // The first 16 bytes of `printf '%s' external:stripe:customer:cus_ada | sha256sum`.
    assert_eq!(inbox::name(&event, &Unread::default()), "stripe:689a226692fbce968195ae73ff4f4cf3");
    event.claims.remove(0);
    assert_eq!(
        inbox::name(&event, &Unread::default()),
        "stripe:9b62a3a2bce7c868f30d60f0818e84d2",
        "of email:ada@example.com"
    );
    event.claims.clear();
    assert_eq!(
        inbox::name(&event, &Unread::default()),
        "stripe:b6f3520bf8d407df8dadccb3e91919b0",
        "of subject:stripe:invoice:in_1"
    );
    assert_eq!(inbox::source(&inbox::name(&event, &Unread::default())), Some("stripe"));
}
