//! Complete deliveries of the shipped mappings, and mappings that are refused.

mod signing;

use crate::{Custom, mapping::Mapping};
use nerve_intake::{Delivery, Received, Source};
use nerve_model::Event;
use nerve_signatures::Rejection;
use serde_json::{Value, json};
use signing::CUSTOM;

nerve_testkit::source_tests!(CUSTOM);

fn event(body: &Value) -> Event {
    CUSTOM.event(&CUSTOM.fixture("tally_response").with_body(body.clone()).delivery)
}

#[test]
fn a_sender_is_known_by_its_own_secret() {
    let good = CUSTOM.signed("tally_response");
    assert_eq!(good.url, "https://crm.example/hooks/custom/tally");
    assert_eq!(Custom::secrets_name(&good), "CUSTOM_TALLY_SECRETS");
    for door in ["/nobody", "", "/../tally"] {
        let delivery = Delivery { url: format!("https://crm.example/hooks/custom{door}"), ..good.clone() };
        assert_eq!(CUSTOM.receive(&delivery), Received::Rejected(Rejection::NoSecret), "{door}");
    }
}

#[test]
fn a_delivery_that_is_repeated_keeps_its_key() {
    let first = CUSTOM.event("tally_response");
    let mut other = CUSTOM.body("tally_response");
    other["eventId"] = json!("evt-2");
    assert_eq!(CUSTOM.event("tally_response").dedup_key, first.dedup_key);
    assert_ne!(event(&other).dedup_key, first.dedup_key);
    assert_eq!(event(&other).semantic_key, first.semantic_key);
}

#[test]
fn a_mistake_in_a_mapping_is_told_with_its_line() {
    let good = include_str!("../mappings/tally.toml");
    assert!(toml::from_str::<Mapping>(good).is_ok());
    for (from, to, line, said) in [
        ("scheme = \"hmac\"", "scheme = \"rot13\"", "line 6,", "rot13"),
        ("kind = \"form.submitted\"", "kind = \"form.sent\"", "line 11,", "kind must be one of form.submitted"),
        ("kind = \"form.submitted\"", "kind = \"vendor.replied\"", "line 11,", "send email.received"),
        ("title = ", "titel = ", "line 11,", "detail.titel is no field"),
        ("form = \"/data/formId\"\n", "", "line 11,", "detail.form is missing"),
        ("question = [\"/label\", \"/key\"], ", "", "line 11,", "detail.answers.question is missing"),
        ("\"/data/formId\"", "\"/data/formId | upper\"", "line 26,", "no conversion"),
        ("\"/data/formId\"", "\"/data/formId | map x\"", "", "there is no table maps.x"),
        ("\"submission:{/data/responseId}\"", "\"submission:{/data/responseId\"", "line 17,", "not closed"),
        ("key = \"/eventId\"\n", "", "line 11,", "key"),
        ("\"/eventType\" =", "\"eventType\" =", "line 12,", "must begin with a pointer"),
    ] {
        let error = toml::from_str::<Mapping>(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(line) && error.contains(said), "{from} -> {to}: {error}");
    }
}
