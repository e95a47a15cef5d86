//! Complete deliveries: the modes of the HTTP binding, Nerve's own exports, and those that Nerve rejects.

mod signing;

use crate::CloudEvents;
use nerve_intake::{Arrived, Delivery, Permission, Received, permission};
use nerve_model::{Event, EventKind, Fact, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, standard_webhooks};
use nerve_testkit::{events::NOW, sources::with_headers};
use serde_json::{Value, json};
pub(crate) use signing::CLOUDEVENTS;

nerve_testkit::source_tests!(CLOUDEVENTS);

const KEY: &str = "whsec_b2YgdGhlIGZpeHR1cmVzIG9mIHRoaXMgZG9vcg==";
const STRUCTURED: (&str, &str) = ("content-type", "application/cloudevents+json");
const BINARY: [(&str, &str); 5] = [
    ("content-type", "application/json"),
    ("ce-specversion", "1.0"),
    ("ce-id", "1"),
    ("ce-source", "/acme"),
    ("ce-type", "form.submitted"),
];

fn structured(event: &Value) -> Delivery {
    with_headers(&CLOUDEVENTS.unsigned(event.to_string()), [STRUCTURED])
}

fn signed(delivery: &Delivery, key: &str) -> Delivery {
    let secret = Secrets::parse(key).iter().next().cloned().unwrap();
    let time = (NOW.as_millis() / 1_000).to_string();
    let signature = standard_webhooks::sign(&secret, "m1", NOW, &delivery.body);
    let headers = [("webhook-id", "m1"), ("webhook-timestamp", &*time), ("webhook-signature", &*signature)];
    with_headers(delivery, headers)
}

fn event(event: &Value) -> Event {
    CLOUDEVENTS.event(&structured(event))
}

fn form() -> Value {
    json!({"specversion": "1.0", "id": "1", "source": "/acme", "type": "form.submitted", "data": {"form": "contact"}})
}

#[test]
fn a_key_will_do_for_a_token() {
    let bare = structured(&form());
    let body = with_headers(&CLOUDEVENTS.unsigned(r#"{"form": "contact"}"#), BINARY);
    let (key, binary, token) = (signed(&bare, KEY), signed(&body, KEY), CLOUDEVENTS.signed(&bare));
    let both = format!("{},{KEY}", CLOUDEVENTS.keys.configured(0));
    for (delivery, secrets, trust) in [
        (&key, KEY, Trust::Signed),
        (&key, &*both, Trust::Signed),
        (&binary, KEY, Trust::Token),
        (&token, &*both, Trust::Token),
    ] {
        let Received::Taken(taken) = CLOUDEVENTS.receive_with(delivery, secrets) else { panic!("{delivery:?}") };
        assert_eq!(taken.events[0].event.trust, trust);
    }
    let at = |received_at| Delivery { received_at, ..key.clone() };
    let other = Delivery { body: form().to_string().replace("contact", "other").into(), ..key.clone() };
    for (delivery, secrets, rejection) in [
        (bare, "", Rejection::NoSecret),
        (key.clone(), "", Rejection::NoSecret),
        (key.clone(), "whsec_b3RoZXI=", Rejection::Mismatch),
        (other, KEY, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), KEY, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), KEY, Rejection::Future),
    ] {
        assert_eq!(CLOUDEVENTS.receive_with(&delivery, secrets), Received::Rejected(rejection));
    }
}

#[test]
fn a_token_signs_nothing_and_a_key_is_no_token() {
    let bare = structured(&form());
    let base64 = "dG9rZW4tdGhhdC1pcy1CYXNlNjQ=";
    for (delivery, secret) in [(signed(&bare, base64), base64), (CLOUDEVENTS.signed_by(KEY, &bare), KEY)] {
        assert_eq!(CLOUDEVENTS.receive_with(&delivery, secret), Received::Rejected(Rejection::NoSecret));
    }
}

#[test]
fn source_and_id_together_tell_events_apart() {
    let key = |source: &str, id: &str| {
        let mut body = form();
        (body["source"], body["id"]) = (json!(source), json!(id));
        event(&body).dedup_key
    };
    assert_eq!(key("/acme", "1"), key("/acme", "1"));
    assert_ne!(key("/acme", "1"), key("/acme", "2"));
    assert_ne!(key("/acme", "1"), key("/other", "1"));
}

#[test]
fn an_export_of_nerve_reads_back() {
    let mut kinds = Vec::new();
    for fixture in CLOUDEVENTS.fixtures() {
        let Received::Taken(taken) = fixture.read::<CloudEvents>() else { continue };
        for Arrived { event: told, .. } in taken.events {
            let back = event(&told.to_cloudevent(None));
            assert_eq!((&back.fact, back.occurred_at), (&told.fact, told.occurred_at), "{}", fixture.name);
            kinds.push(told.kind());
        }
    }
    assert!(EventKind::ALL.iter().all(|kind| kinds.contains(kind) != (*kind == EventKind::VendorReplied)));
}

#[test]
fn the_kind_in_the_data_must_be_that_of_the_type() {
    let mut body = form();
    body["data"] = json!({"kind": "form.submitted", "detail": {"form": "contact"}});
    assert!(matches!(event(&body).fact, Fact::FormSubmitted(_)));
    body["data"]["kind"] = json!("file.uploaded");
    assert!(matches!(CLOUDEVENTS.take(&structured(&body)), Received::Malformed(_)));
}

#[test]
fn a_broker_is_permitted_to_send_on_the_proof_of_a_delivery() {
    let asking = Delivery {
        method: "OPTIONS".to_owned(),
        ..with_headers(&CLOUDEVENTS.unsigned(""), [("webhook-request-origin", "eventgrid.azure.net")])
    };
    let asked = |delivery: &Delivery, secrets: &str| {
        permission::<CloudEvents>(delivery, &Secrets::parse(secrets), &[] as &[(&str, &str); 0])
    };
    let granted = |rate: &str| Permission::Granted { origin: "eventgrid.azure.net".to_owned(), rate: rate.to_owned() };
    let known = CLOUDEVENTS.keys.configured(0);
    let at = |query: &str| Delivery { url: format!("{}{query}", asking.url), ..asking.clone() };
    let rated = |rate: &str| CLOUDEVENTS.signed(&with_headers(&asking, [("webhook-request-rate", rate)]));
    let bearer = CLOUDEVENTS.signed(&asking);
    let token = bearer.headers.get("authorization").unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    for (delivery, expected) in [
        (bearer.clone(), granted("*")),
        (rated("120"), granted("120")),
        (rated("many"), granted("*")),
        (signed(&asking, KEY), granted("*")),
        (at(&format!("?access_token={token}&x=y#z")), granted("*")),
        (at("?access_token=guessed"), Permission::Rejected(Rejection::WrongCredentials)),
        (asking.clone(), Permission::Rejected(Rejection::MissingCredentials)),
        (CLOUDEVENTS.signed(&CLOUDEVENTS.unsigned("")), Permission::Nobody),
        (with_headers(&bearer, [("webhook-request-origin", "a b")]), Permission::Nobody),
    ] {
        assert_eq!(asked(&delivery, &format!("{known},{KEY}")), expected, "{delivery:?}");
    }
    assert_eq!(asked(&bearer, ""), Permission::Rejected(Rejection::NoSecret));
    let event = at(&format!("?access_token={token}"));
    let event = Delivery { url: event.url, ..structured(&form()) };
    assert!(matches!(CLOUDEVENTS.receive(&event), Received::Taken(_)), "a delivery too");
}
