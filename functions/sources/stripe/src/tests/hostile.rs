//! Text that is up to no good.

use super::*;
use proptest::prelude::*;

const TYPES: [&str; 5] = [
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice.payment_failed",
    "payment_intent.payment_failed",
    "charge.failed",
];

/// An event stays small, whatever it was made of: it travels in queues and is shown in lists.
const MAX_EVENT_BYTES: usize = 8_000;

/// Replaces every text in a document, except the names by which Stripe's events are told apart.
fn with_every_text(value: &mut Value, text: &str) {
    match value {
        Value::String(old) => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| with_every_text(item, text)),
        Value::Object(fields) => {
            let replaced =
                fields.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "id" | "type" | "object" | "currency"));
            replaced.for_each(|(_, field)| with_every_text(field, text));
            if let Some(object) = fields.get_mut("object").filter(|object| object.is_object()) {
                with_every_text(object, text);
            }
        }
        _ => {}
    }
}

#[test]
fn no_text_makes_an_event_big_or_leaves_its_line() {
    let big = "Ä".repeat(5_000);
    let texts = [
        "<script>alert(1)</script>",
        "'; DROP TABLE events; --",
        "\u{202e}\u{2066}gnp.exe",
        "a\r\nb\0c",
        "javascript:alert(1)",
        "",
        &big,
    ];
    for (name, text) in names().flat_map(|name| texts.map(|text| (name.clone(), text))) {
        let mut body = fixture(&name);
        with_every_text(&mut body, text);
        let event = event(&body);
        let stored = json!(event).to_string();
        assert!(stored.len() < MAX_EVENT_BYTES, "{name} {text:.40}: {}", stored.len());
        assert!(event.summary.chars().count() <= 200, "{}", event.summary);
        let plain = |text: &str| {
            text.chars().all(|c| {
                !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c) && !('\u{2066}'..='\u{2069}').contains(&c)
            })
        };
        assert!(plain(&event.summary) && plain(event.party_name.as_deref().unwrap_or_default()), "{name} {text:.40}");
        assert!(event.link.is_none_or(|link| link.starts_with("https://dashboard.stripe.com/")), "{name}");
        assert!(event.fact.invoice().and_then(|invoice| invoice.url.as_ref()).is_none(), "{name} {text:.40}");
    }
}

#[test]
fn a_name_of_a_megabyte_is_clipped() {
    let event = event(&changed("/data/object/customer_name", json!("N".repeat(1_000_000))));
    assert_eq!(event.party_name, Some(format!("{}…", "N".repeat(119))));
    assert!(json!(event).to_string().len() < MAX_EVENT_BYTES);
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

/// Small documents of everything JSON has, in the field names that are read.
fn anything() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{2}_[A-Za-z0-9]{1,8}",
        "[a-z]{3}",
        "\\PC{0,20}",
        Just("eur".to_owned()),
        Just("send_invoice".to_owned())
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..2_000_000_000_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let fields = prop::collection::hash_map(prop::sample::select(FIELDS), inner.clone(), 0..12);
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), fields.prop_map(|fields| json!(fields))]
    })
}

const FIELDS: &[&str] = &[
    "id",
    "number",
    "amount",
    "amount_due",
    "amount_paid",
    "amount_remaining",
    "currency",
    "customer",
    "customer_email",
    "customer_name",
    "customer_phone",
    "email",
    "name",
    "phone",
    "collection_method",
    "attempt_count",
    "next_payment_attempt",
    "status_transitions",
    "paid_at",
    "subscription",
    "parent",
    "subscription_details",
    "last_payment_error",
    "message",
    "charge",
    "latest_charge",
    "payment_intent",
    "invoice",
    "billing_details",
    "payment_method",
    "receipt_email",
    "failure_message",
    "hosted_invoice_url",
    "last_finalization_error",
];

proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>, header in ".{0,100}") {
        let headers = [("stripe-signature".to_owned(), header)].into_iter().collect();
        let delivery = Delivery { headers, ..unsigned(body) };
        prop_assert!(Stripe::verify(&delivery, &Secrets::parse(SECRET)).is_err());
        prop_assert!(Stripe::normalize(&delivery).is_err());
    }

    #[test]
    fn no_object_panics_and_every_event_reads_back(
        event_type in prop::sample::select(&TYPES[..]), mut object in anything(), amount: i64, created: i64, account in anything(),
    ) {
        if let Some(fields) = object.as_object_mut() {
            // Without these, hardly any object would become an event.
            for (field, value) in [("id", json!("in_1")), ("currency", json!("mga"))] {
                fields.entry(field).or_insert(value);
            }
            for field in ["amount", "amount_paid", "amount_due"] {
                fields.entry(field).or_insert(json!(amount));
            }
        }
        let body = json!({"id": "evt_1", "type": event_type, "created": created, "account": account, "data": {"object": object}});
        if let Received::Events(events) = take(&signed(body.to_string())) {
            for event in events {
                let stored = json!(event).to_string();
                prop_assert!(stored.len() < MAX_EVENT_BYTES);
                prop_assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event);
            }
        }
    }
}
