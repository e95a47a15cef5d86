//! The deliveries as Stripe would send and sign them, in the shape of its API of 2026-10-28.

use serde_json::{Value, json};

use super::story::{Customer, Delivery, Kind};

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The body of a webhook; `now` in seconds since 1970.
pub(super) fn event(delivery: &Delivery, now: u64) -> Value {
    let created = now.saturating_sub(delivery.minutes_ago * 60);
    let object = match delivery.kind {
        Kind::InvoicePaid => invoice(delivery, created, paid(delivery, created)),
        Kind::InvoiceFailed { attempt, retry_in_days } => {
            invoice(delivery, created, failed(delivery, created, attempt, retry_in_days))
        }
        Kind::PaymentFailed => payment_intent(delivery, created),
        Kind::CustomerUpdated => customer(delivery.customer, created),
    };
    let own = json!({
        "id": format!("evt_{}", delivery.event),
        "created": created,
        "data": { "object": object },
        "type": delivery.kind.event_type(),
    });
    merged(include_str!("../../demo/event.json"), own)
}

fn invoice(delivery: &Delivery, created: u64, state: Value) -> Value {
    let Delivery { object, customer, amount, .. } = delivery;
    let page = format!("https://invoice.stripe.com/i/acct_Demo/test_{object}");
    let own = json!({
        "id": format!("in_{object}"),
        "number": number(object),
        "amount_due": amount,
        "created": created,
        "currency": customer.currency,
        "customer": customer.id,
        "customer_address": { "country": customer.country },
        "customer_email": customer.email,
        "customer_name": customer.name,
        "customer_phone": customer.phone,
        "hosted_invoice_url": page,
        "invoice_pdf": format!("{page}/pdf"),
        "lines": lines(delivery, created),
        "parent": { "subscription_details": { "subscription": customer.subscription } },
        "period_end": created,
        "period_start": created.saturating_sub(30 * DAY_SECONDS),
        "subtotal": amount,
        "total": amount,
    });
    let mut invoice = merged(include_str!("../../demo/invoice.json"), own);
    merge(&mut invoice, state);
    invoice
}

/// `BRANDT-0003` for `DemoBrandt0003`.
fn number(object: &str) -> String {
    let name = object.trim_start_matches("Demo").trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = object.trim_start_matches(|c: char| !c.is_ascii_digit());
    format!("{}-{digits}", name.to_uppercase())
}

fn lines(delivery: &Delivery, created: u64) -> Value {
    let Delivery { object, customer, amount, .. } = delivery;
    json!({
        "object": "list",
        "data": [{
            "id": format!("il_{object}"),
            "object": "line_item",
            "amount": amount,
            "currency": customer.currency,
            "description": "Maintenance plan",
            "period": { "end": created, "start": created.saturating_sub(30 * DAY_SECONDS) },
            "quantity": 1,
        }],
        "has_more": false,
        "total_count": 1,
        "url": format!("/v1/invoices/in_{object}/lines"),
    })
}

fn paid(delivery: &Delivery, created: u64) -> Value {
    json!({
        "amount_paid": delivery.amount,
        "amount_remaining": 0,
        "attempt_count": 1,
        "status": "paid",
        "status_transitions": { "finalized_at": created, "paid_at": created },
    })
}

fn failed(delivery: &Delivery, created: u64, attempt: u32, retry_in_days: Option<u64>) -> Value {
    json!({
        "amount_paid": 0,
        "amount_remaining": delivery.amount,
        "attempt_count": attempt,
        "next_payment_attempt": retry_in_days.map(|days| created + days * DAY_SECONDS),
        "status": "open",
        "status_transitions": { "finalized_at": created, "paid_at": null },
    })
}

fn payment_intent(delivery: &Delivery, created: u64) -> Value {
    let Delivery { object, customer, amount, .. } = delivery;
    let own = json!({
        "id": format!("pi_{object}"),
        "amount": amount,
        "created": created,
        "currency": customer.currency,
        "customer": customer.id,
        "description": "On-site inspection",
        "latest_charge": format!("ch_{object}"),
        "last_payment_error": {
            "charge": format!("ch_{object}"),
            "payment_method": {
                "id": format!("pm_{object}"),
                "object": "payment_method",
                "billing_details": { "email": customer.email, "name": customer.name, "phone": customer.phone },
                "type": "card",
            },
        },
        "receipt_email": customer.email,
    });
    merged(include_str!("../../demo/payment_intent.json"), own)
}

fn customer(customer: &Customer, created: u64) -> Value {
    json!({
        "id": customer.id,
        "object": "customer",
        "created": created,
        "email": customer.email,
        "livemode": false,
        "metadata": {},
        "name": customer.name,
        "phone": customer.phone,
    })
}

/// A template with what is particular laid over it. The templates are checked by a test.
fn merged(template: &str, own: Value) -> Value {
    let mut value = serde_json::from_str(template).unwrap_or_default();
    merge(&mut value, own);
    value
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{STORY, Step};
    use super::*;
    use std::collections::HashMap;

    const NOW: u64 = 1_795_428_000;

    fn events() -> impl Iterator<Item = Value> {
        STORY.iter().filter_map(|step| match step {
            Step::Deliver(delivery) => Some(event(delivery, NOW)),
            Step::UntilProposed(_) => None,
        })
    }

    #[test]
    fn an_invoice_has_the_fields_of_its_api_version() {
        let event = events().find(|event| event["type"] == "invoice.payment_failed").unwrap();
        let invoice = &event["data"]["object"];
        assert_eq!(event["api_version"], "2026-10-28.endive");
        assert_eq!(invoice["status"], "open");
        assert_eq!(invoice["attempt_count"], 1);
        assert_eq!(invoice["amount_remaining"], 124_900);
        assert!(invoice["next_payment_attempt"].as_u64().unwrap() > NOW);
        assert_eq!(invoice["parent"]["subscription_details"]["subscription"], "sub_DemoBrandt01");
        assert_eq!(invoice["parent"]["type"], "subscription_details");
        for gone in ["paid", "charge", "payment_intent", "subscription"] {
            assert!(invoice.get(gone).is_none(), "{gone}");
        }
    }

    #[test]
    fn the_last_attempt_has_no_next() {
        let last = events().find(|event| event["data"]["object"]["attempt_count"] == 3).unwrap();
        assert!(last["data"]["object"]["next_payment_attempt"].is_null());
    }

    #[test]
    fn a_single_payment_names_its_customer() {
        let event = events().find(|event| event["type"] == "payment_intent.payment_failed").unwrap();
        let intent = &event["data"]["object"];
        assert_eq!(intent["last_payment_error"]["code"], "card_declined");
        assert_eq!(intent["last_payment_error"]["payment_method"]["billing_details"]["name"], "Олена Коваленко");
    }

    #[test]
    fn an_event_told_twice_is_the_same_event() {
        let mut seen = HashMap::new();
        let mut repeated = 0;
        for event in events() {
            if let Some(before) = seen.insert(event["id"].clone(), event.clone()) {
                assert_eq!(before, event);
                repeated += 1;
            }
        }
        assert_eq!((seen.len(), repeated), (13, 1));
    }
}
