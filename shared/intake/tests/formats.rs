//! The bytes that outlive a deployment: inboxes, timelines and D1 hold events written by earlier versions, and a
//! worker that is deployed first talks to one that is deployed a moment later. Changing these texts breaks both.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_model::{Event, Match};
use nerve_protocol::{inbox, record};
use nerve_testkit::events::{confident, payment_failed, record_id};

const EVENT: &str = concat!(
    r#"{"id":"evt_01M83XJ8800000000000000001","source":"stripe","kind":"payment.failed","detail":{"invoice":"#,
    r#"{"id":"in_1","number":"NRV-in_1","url":"https://invoice.stripe.com/i/in_1"},"payment":null,"#,
    r#""amount":{"minor":12000,"currency":"EUR"},"attempt":1,"next_attempt_at":"2026-11-26T10:00:00.000Z","#,
    r#""final_attempt":false,"reason":"Your card was declined."},"dedup_key":"evt_1","#,
    r#""semantic_key":"stripe invoice in_1 payment failed attempt 1","subject":"stripe:invoice:in_1","claims":"#,
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
    let event = Box::new(payment_failed(1, "in_1"));
    let accept = inbox::Command::Accept { inbox: "i".to_owned(), event: event.clone(), headers: vec![] };
    let text = format!(r#"{{"command":"accept","inbox":"i","event":{EVENT},"headers":[]}}"#);
    assert_eq!(serde_json::to_string(&accept).unwrap(), text);
    assert_eq!(serde_json::from_str::<inbox::Command>(&text).unwrap(), accept);
    let append = record::Command::Append { record: record_id(1), event, matched: Box::new(confident()) };
    let text = format!(r#"{{"command":"append","record":"{}","event":{EVENT},"match":{MATCH}}}"#, record_id(1));
    assert_eq!(serde_json::to_string(&append).unwrap(), text);
    assert_eq!(serde_json::from_str::<record::Command>(&text).unwrap(), append);
}

/// Two deliveries of one event must find the same inbox, or one fact becomes two events.
#[test]
fn an_inbox_is_named_by_the_strongest_claim_else_by_the_subject() {
    let mut event = payment_failed(1, "in_1");
    assert_eq!(inbox::name(&event), "stripe:external:stripe:customer:cus_ada");
    event.claims.remove(0);
    assert_eq!(inbox::name(&event), "stripe:email:ada@example.com");
    event.claims.clear();
    assert_eq!(inbox::name(&event), "stripe:subject:stripe:invoice:in_1");
}
