//! Complete deliveries: those Stripe sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Malformed, Received};
use nerve_model::{ClaimKind, Event};
use serde_json::{Value, json};
use signing::STRIPE;

nerve_testkit::source_tests!(STRIPE);

#[test]
fn reports_of_one_fact_share_its_key_and_reports_of_two_do_not() {
    let key = |body: &Value| STRIPE.event(body).semantic_key;
    let [paid, succeeded] = ["invoice_paid_2026", "invoice_payment_succeeded_2026"].map(|name| STRIPE.body(name));
    assert_eq!(key(&paid), key(&succeeded));
    let [intent, charge] = ["payment_intent_payment_failed_2026", "charge_failed_2026"].map(|name| STRIPE.body(name));
    assert_eq!(key(&intent), key(&charge));

    let first = STRIPE.body("invoice_payment_failed_2026");
    let mut second = first.clone();
    second["data"]["object"]["attempt_count"] = json!(2);
    assert_ne!(key(&first), key(&second));

    // The second attempt was refused before it had a charge: the latest charge belongs to the first.
    let mut refused = intent.clone();
    refused["data"]["object"]["last_payment_error"] = json!({"message": "Authentication failed."});
    assert_ne!(key(&refused), key(&intent));
    let mut unexplained = intent.clone();
    unexplained["data"]["object"]["last_payment_error"] = Value::Null;
    assert_eq!(key(&unexplained), key(&intent));
}

/// The fixture of a failed invoice with one value changed.
fn changed(pointer: &str, value: Value) -> Value {
    STRIPE.changed("invoice_payment_failed_2026", pointer, value)
}

#[test]
fn an_address_needs_a_street_and_a_place() {
    let said = |address: Value| {
        let event = STRIPE.event(&changed("/data/object/customer_address", address));
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
fn an_undocumented_body_is_malformed() {
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
        assert!(matches!(STRIPE.take(&STRIPE.unsigned(body.as_str())), Received::Malformed(_)), "{body:.200}");
    }
    for amount in [Value::Null, json!("4900"), json!(49.5), json!(1e30)] {
        let mut body = changed("/data/object/amount_remaining", amount.clone());
        body["data"]["object"]["amount_due"] = amount;
        assert_eq!(
            STRIPE.take(&body),
            Received::Malformed(Malformed("amount_remaining is missing or not what is documented".to_owned()))
        );
    }
}

#[test]
fn depth_in_unread_parts_does_no_harm() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"id": "evt_1", "type": "ping", "data": {{"object": {{"deep": {open}{close}}}}}}}"#);
    assert!(matches!(STRIPE.take(&STRIPE.unsigned(body)), Received::Taken(taken) if taken.ignored.len() == 1));
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
        let event = STRIPE.event(&changed(pointer, value));
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
        let summary = STRIPE.event(&body).summary;
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
        assert_eq!(STRIPE.event(&body).summary, format!("Payment of EUR 120.00 for invoice 3DAA-0002 {end}"));
    }
}

#[test]
fn an_id_leads_nowhere_else() {
    for id in ["in_1/../../evil", "in_1?x", "in_1#x", "<script>", "@evil.example"] {
        assert_eq!(STRIPE.event(&changed("/data/object/id", json!(id))).link, None, "{id}");
        let mut body = STRIPE.body("invoice_paid_2026");
        body["account"] = json!(id);
        assert_eq!(STRIPE.event(&body).link, None, "{id}");
    }
}
