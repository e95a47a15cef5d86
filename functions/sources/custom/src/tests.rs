//! Whole deliveries of the mappings that are shipped, and what a mapping may not say.

use crate::{Custom, mapping::Mapping};
use nerve_intake::{Delivery, Received, Source, receive};
use nerve_model::{Event, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use nerve_testkit::{
    SeededEntropy,
    sources::{check_fixtures, check_hostile, delivery, fixtures},
};
use serde_json::{Value, json};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];
const TALLY: &str = "https://crm.example/hooks/custom/tally";

fn signed(url: &str, body: &str) -> Delivery {
    let secret = Secrets::parse("hush").iter().next().cloned().unwrap();
    let header = body_hmac::sign(&secret, body.as_bytes(), Format::base64(""));
    delivery(url, [("Tally-Signature".to_owned(), header)], body)
}

fn take(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Custom>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event(body: &Value) -> Event {
    match take(&signed(TALLY, &body.to_string()), "hush") {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn response() -> Value {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == "tally_response").unwrap().body.unwrap()
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Custom>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Custom>(FOLDER);
}

#[test]
fn a_sender_is_known_by_its_own_secret() {
    let body = response().to_string();
    let good = signed(TALLY, &body);
    assert_eq!(Custom::secrets_name(&good), "CUSTOM_TALLY_SECRETS");
    for secrets in ["hush", "other, hush"] {
        assert!(matches!(take(&good, secrets), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    }
    let nobody = signed("https://crm.example/hooks/custom/nobody", &body);
    for (delivery, secrets, rejection) in [
        (delivery(TALLY, [], body.as_str()), "hush", Rejection::MissingSignature),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: body.replace("Ada", "Eve").into(), ..good.clone() }, "hush", Rejection::Mismatch),
        (nobody, "hush", Rejection::NoSecret),
        (signed("https://crm.example/hooks/custom", &body), "hush", Rejection::NoSecret),
        (signed("https://crm.example/hooks/custom/../tally", &body), "hush", Rejection::NoSecret),
    ] {
        assert_eq!(take(&delivery, secrets), Received::Rejected(rejection), "{}", delivery.url);
    }
}

#[test]
fn a_delivery_that_is_repeated_keeps_its_key() {
    let first = event(&response());
    let mut other = response();
    other["eventId"] = json!("evt-2");
    assert_eq!(event(&response()).dedup_key, first.dedup_key);
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
