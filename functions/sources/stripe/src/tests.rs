//! Whole deliveries: what Stripe sends in, what Nerve keeps out.

use crate::Stripe;
use nerve_intake::{Delivery, Malformed, Received, receive};
use nerve_model::{ClaimKind, Event, Millis, Trust};
use nerve_signatures::{Rejection, Secrets, timestamped_hex};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "whsec_of_the_fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn unsigned(body: impl Into<Vec<u8>>) -> Delivery {
    nerve_testkit::sources::delivery("https://crm.example/hooks/stripe", [], body)
}

fn signed(body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = unsigned(body);
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let header = timestamped_hex::sign(&secret, &delivery.body, NOW);
    Delivery { headers: [("Stripe-Signature".to_owned(), header)].into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Stripe>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn take(delivery: &Delivery) -> Received {
    take_with(delivery, SECRET)
}

/// The one event of a body.
fn event(body: &Value) -> Event {
    match take(&signed(body.to_string())) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn fixture(name: &str) -> Value {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap().body.unwrap()
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Stripe>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Stripe>(FOLDER);
}

#[test]
fn reports_of_one_fact_share_its_key_and_reports_of_two_do_not() {
    let key = |body: &Value| event(body).semantic_key;
    let [paid, succeeded] = ["invoice_paid_2026", "invoice_payment_succeeded_2026"].map(fixture);
    assert_eq!(key(&paid), key(&succeeded));
    let [intent, charge] = ["payment_intent_payment_failed_2026", "charge_failed_2026"].map(fixture);
    assert_eq!(key(&intent), key(&charge));

    let first = fixture("invoice_payment_failed_2026");
    let mut second = first.clone();
    second["data"]["object"]["attempt_count"] = json!(2);
    assert_ne!(key(&first), key(&second));

    // The second attempt was refused before there was a charge: the latest one is that of the first.
    let mut refused = intent.clone();
    refused["data"]["object"]["last_payment_error"] = json!({"message": "Authentication failed."});
    assert_ne!(key(&refused), key(&intent));
    let mut unexplained = intent.clone();
    unexplained["data"]["object"]["last_payment_error"] = Value::Null;
    assert_eq!(key(&unexplained), key(&intent));
}

/// The fixture of a failed invoice with one thing changed.
fn changed(pointer: &str, value: Value) -> Value {
    let mut body = fixture("invoice_payment_failed_2026");
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[field] = value;
    body
}

#[test]
fn an_address_needs_a_street_and_a_place() {
    let said = |address: Value| {
        let event = event(&changed("/data/object/customer_address", address));
        let value = event.claims.iter().find(|claim| claim.kind == ClaimKind::Address).map(|claim| claim.value.clone());
        value.unwrap_or_default()
    };
    for (address, expected) in [
        (
            json!({"line1": " Elm St 12 ", "line2": "Flat 3", "postal_code": "10115", "city": "Berlin"}),
            "Elm St 12, 10115 Berlin",
        ),
        (json!({"line1": "Elm St 12", "postal_code": null, "city": "Berlin"}), "Elm St 12, Berlin"),
        (json!({"line1": "", "postal_code": "10115", "city": "Berlin"}), ""),
        (json!({"line1": "Elm St 12", "city": ""}), ""),
        (json!({"line1": 12, "city": "Berlin"}), ""),
        (json!("Elm St 12"), ""),
        (Value::Null, ""),
    ] {
        assert_eq!(said(address), expected);
    }
}

#[test]
fn what_stripe_does_not_document_is_malformed() {
    let deep = "[".repeat(100_000);
    for body in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"text\"".to_owned(),
        "{}".to_owned(),
        "\u{feff}{}".to_owned(),
        json!({"object": "charge", "id": "ch_1"}).to_string(),
        json!({"id": "evt_1", "type": "customer.updated"}).to_string(),
        json!({"id": "evt_1", "type": "customer.updated", "data": {}}).to_string(),
        json!({"id": "evt_1", "type": "customer.updated", "data": "text"}).to_string(),
        r#"{"id": "evt_1", "id": "evt_2", "type": "customer.updated", "data": {"object": {}}}"#.to_owned(),
        json!({"id": "evt_1", "type": "invoice.paid", "data": {"object": []}}).to_string(),
        json!({"id": "evt_1", "type": "invoice.paid", "data": {"object": "in_1"}}).to_string(),
        format!(r#"{{"id": "evt_1", "type": {deep}"#),
        format!(r#"{{"id": "evt_1", "type": "invoice.paid", "data": {{"object": {{"customer": {deep}"#),
        changed("/id", json!("")).to_string(),
        changed("/id", json!("evt 1")).to_string(),
        changed("/id", json!("evt_é")).to_string(),
        changed("/id", json!("e".repeat(256))).to_string(),
        changed("/type", Value::Null).to_string(),
        changed("/data/object/id", Value::Null).to_string(),
        changed("/data/object/id", json!("in_1\u{202e}")).to_string(),
        changed("/data/object/currency", Value::Null).to_string(),
        changed("/data/object/currency", json!("euro")).to_string(),
    ] {
        assert!(matches!(take(&signed(body.clone())), Received::Malformed(_)), "{body:.200}");
    }
    for amount in [Value::Null, json!("4900"), json!(49.5), json!(1e30)] {
        let mut body = changed("/data/object/amount_remaining", amount.clone());
        body["data"]["object"]["amount_due"] = amount;
        assert_eq!(
            take(&signed(body.to_string())),
            Received::Malformed(Malformed("amount_remaining is missing or not what is documented".to_owned()))
        );
    }
}

#[test]
fn depth_in_what_is_not_read_does_no_harm() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"id": "evt_1", "type": "ping", "data": {{"object": {{"deep": {open}{close}}}}}}}"#);
    assert!(matches!(take(&signed(body)), Received::Taken(taken) if taken.ignored.len() == 1));
}

#[test]
fn a_field_of_another_type_costs_no_event() {
    for (pointer, value) in [
        ("/created", json!("2026-11-23T10:00:00Z")),
        ("/created", json!(i64::MAX)),
        ("/created", json!(-1)),
        ("/livemode", json!("yes")),
        ("/account", json!({"id": "acct_1"})),
        ("/data/object/customer", json!(7)),
        ("/data/object/customer", json!({"object": "customer"})),
        ("/data/object/customer", Value::Null),
        ("/data/object/parent", json!([1])),
        ("/data/object/number", json!({})),
        ("/data/object/attempt_count", json!(-1)),
        ("/data/object/next_payment_attempt", json!("soon")),
        ("/data/object/status_transitions", json!("paid")),
        ("/data/object/collection_method", json!("by_pigeon")),
    ] {
        let event = event(&changed(pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn amounts_are_in_the_minor_units_of_iso_4217() {
    for (currency, stripe, shown) in [
        ("eur", 4_900, "EUR 49.00"),
        ("jpy", 5_000, "JPY 5,000"),
        ("kwd", 1_250, "KWD 1.250"),
        ("huf", 1_045, "HUF 10.45"),
        ("isk", 500, "ISK 5"),
        ("ugx", 500, "UGX 5"),
        ("mga", 500, "MGA 500.00"),
        ("mga", i64::MAX, "MGA 92,233,720,368,547,758.07"),
    ] {
        let mut body = changed("/data/object/currency", json!(currency));
        body["data"]["object"]["amount_remaining"] = json!(stripe);
        let summary = event(&body).summary;
        assert!(summary.starts_with(&format!("Payment of {shown} for")), "{summary}");
    }
}

#[test]
fn a_summary_says_where_collecting_stands() {
    for (method, attempt, next, end) in [
        ("charge_automatically", json!(1), json!(1_795_604_500), "failed (attempt 1; next on 2026-11-25)"),
        ("charge_automatically", json!(4), Value::Null, "failed for good (attempt 4)"),
        ("charge_automatically", Value::Null, Value::Null, "failed for good"),
        ("charge_automatically", Value::Null, json!(1_795_604_500), "failed (next on 2026-11-25)"),
        ("charge_automatically", json!(2), json!("soon"), "failed (attempt 2)"),
        ("send_invoice", json!(1), Value::Null, "failed (attempt 1)"),
        ("send_invoice", Value::Null, Value::Null, "failed"),
    ] {
        let mut body = changed("/data/object/collection_method", json!(method));
        body["data"]["object"]["attempt_count"] = attempt;
        body["data"]["object"]["next_payment_attempt"] = next;
        assert_eq!(event(&body).summary, format!("Payment of EUR 120.00 for invoice 3DAA-0002 {end}"));
    }
}

#[test]
fn only_what_stripe_signed_lately_gets_in() {
    let body = fixture("invoice_paid_2026").to_string();
    let good = signed(body.as_str());
    assert!(matches!(take(&good), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    let at = |received_at| Delivery { received_at, ..good.clone() };
    for (delivery, secrets, rejection) in [
        (unsigned(body.as_str()), SECRET, Rejection::MissingSignature),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "whsec_other", Rejection::Mismatch),
        (Delivery { body: body.replace("4900", "4901").into(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (at(NOW + Millis::seconds(301)), SECRET, Rejection::Stale),
        (at(NOW - Millis::seconds(301)), SECRET, Rejection::Future),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
    assert!(matches!(take(&at(NOW + Millis::seconds(300))), Received::Taken(_)));
}

#[test]
fn an_id_leads_nowhere_else() {
    for id in ["in_1/../../evil", "in_1?x", "in_1#x", "<script>", "@evil.example"] {
        assert_eq!(event(&changed("/data/object/id", json!(id))).link, None, "{id}");
        let mut body = fixture("invoice_paid_2026");
        body["account"] = json!(id);
        assert_eq!(event(&body).link, None, "{id}");
    }
}

proptest::proptest! {
    #[test]
    fn no_signature_header_panics_or_passes(body: Vec<u8>, header in ".{0,100}") {
        let headers = [("stripe-signature".to_owned(), header)].into_iter().collect();
        let received = take(&Delivery { headers, ..unsigned(body) });
        proptest::prop_assert!(matches!(received, Received::Rejected(_)));
    }
}
