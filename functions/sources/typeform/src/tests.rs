//! Whole deliveries: what Typeform sends in, what Nerve keeps out.

use crate::Typeform;
use nerve_intake::{Delivery, Received, Source, receive};
use nerve_model::{ClaimKind, Event, Fact, Millis, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use nerve_testkit::{
    SeededEntropy,
    events::NOW,
    sources::{check_fixtures, check_hostile, fixtures},
};
use serde_json::{Value, json};

const SECRET: &str = "secret of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn unsigned(body: impl Into<Vec<u8>>) -> Delivery {
    nerve_testkit::sources::delivery("https://crm.example/hooks/typeform", [], body)
}

fn signed(body: impl Into<Vec<u8>>) -> Delivery {
    let delivery = unsigned(body);
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    let header = body_hmac::sign(&secret, &delivery.body, Format::base64("sha256="));
    Delivery { headers: [("Typeform-Signature".to_owned(), header)].into_iter().collect(), ..delivery }
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Typeform>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn take(body: &Value) -> Received {
    take_with(&signed(body.to_string()), SECRET)
}

/// The one event of a body.
fn event(body: &Value) -> Event {
    match take(body) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn fixture(name: &str) -> Value {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap().body.unwrap()
}

/// A fixture with one thing changed.
fn changed(name: &str, pointer: &str, value: Value) -> Value {
    let mut body = fixture(name);
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[field] = value;
    body
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Typeform>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Typeform>(FOLDER);
}

#[test]
fn a_repeated_delivery_has_the_same_keys_and_another_response_others() {
    let body = fixture("form_response").to_string();
    let later = Delivery { received_at: NOW + Millis::minutes(9), ..signed(body.as_str()) };
    let Received::Taken(again) = take_with(&later, SECRET) else { panic!("{body}") };
    let (first, again) = (event(&fixture("form_response")), &again.events[0]);
    assert_eq!((&first.dedup_key, &first.semantic_key), (&again.dedup_key, &again.semantic_key));

    let told_by_another = event(&changed("form_response", "/event_id", json!("01OTHER")));
    assert_eq!(first.semantic_key, told_by_another.semantic_key);
    assert_ne!(first.dedup_key, told_by_another.dedup_key);
    let another = event(&changed("form_response", "/form_response/token", json!("other")));
    assert_ne!((&first.semantic_key, &first.subject), (&another.semantic_key, &another.subject));
}

#[test]
fn what_typeform_does_not_document_is_malformed() {
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({"event_type": "form_response", "event_id": "01"}),
        json!({"event_type": "form_response", "event_id": "01", "form_response": "text"}),
        changed("form_response", "/event_id", Value::Null),
        changed("form_response", "/event_id", json!("0 1")),
        changed("form_response", "/event_type", json!(1)),
        changed("form_response", "/form_response/token", json!("")),
        changed("form_response", "/form_response/form_id", Value::Null),
    ] {
        assert!(matches!(take(&body), Received::Malformed(_)), "{body}");
    }
}

#[test]
fn a_failing_webhook_is_never_turned_off_by_an_answer() {
    assert!(!matches!(<Typeform as Source>::MALFORMED_STATUS, 404 | 410));
}

#[test]
fn a_field_of_another_type_costs_no_event() {
    for (pointer, value) in [
        ("/form_response/submitted_at", json!(7)),
        ("/form_response/hidden", json!([])),
        ("/form_response/definition", json!("Water damage")),
        ("/form_response/definition/fields", json!([7, {"id": null}])),
        ("/form_response/answers", json!("none")),
        ("/form_response/answers", json!([{"type": "text"}, {"type": "choices", "choices": {"labels": [1]}}, 7])),
        ("/form_response/answers/2/email", json!({})),
        ("/form_response/answers/7/number", json!("3")),
        ("/form_response/answers/5/choice", json!("Second")),
    ] {
        let event = event(&changed("form_response", pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn only_the_hidden_field_of_the_setting_is_a_claim() {
    let hidden = json!({"customer_id": 1042, "email": "eve@evil.example", "campaign": "storm"});
    let mut body = changed("form_response", "/form_response/hidden", hidden);
    body["form_response"]["definition"]["fields"] = json!([]);
    let body = body.to_string();
    for (field, claimed) in [
        ("customer_id", Some("typeform:customer:1042")),
        ("campaign", Some("typeform:customer:storm")),
        ("Customer_ID", None),
        ("missing", None),
    ] {
        let settings = [("CUSTOMER_ID_FIELD", field)];
        let received =
            receive::<Typeform>(&signed(body.as_str()), &Secrets::parse(SECRET), &settings, &SeededEntropy::new(1));
        let Received::Taken(taken) = received else { panic!("{received:?}") };
        let external = taken.events[0].claims.iter().find(|claim| claim.kind == ClaimKind::External);
        assert_eq!(external.map(|claim| claim.value.as_str()), claimed, "{field}");
        assert!(taken.events[0].claims.iter().all(|claim| claim.value != "eve@evil.example"));
        assert!(
            taken.events[0].summary.starts_with("bram@visser-hout.example filled in"),
            "{}",
            taken.events[0].summary
        );
    }
}

#[test]
fn a_name_is_taken_only_where_the_question_asks_for_it() {
    for (question, name) in [
        ("Full name*", Some("Bram")),
        ("what is your name?", Some("Bram")),
        ("First Name", Some("Bram Visser")),
        ("Name of your landlord", Some("Visser")),
    ] {
        let body = changed("form_response", "/form_response/definition/fields/0/title", json!(question));
        assert_eq!(event(&body).party_name.as_deref(), name, "{question}");
    }
}

#[test]
fn an_id_leads_nowhere_else() {
    for id in ["a/../../evil", "a?x", "a#x", "<script>", "@evil.example"] {
        assert_eq!(event(&changed("form_response", "/form_response/form_id", json!(id))).link, None, "{id}");
    }
}

#[test]
fn long_forms_and_texts_are_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(1_000));
    let given = json!({"type": "text", "text": text, "field": {"id": "f1", "title": text}});
    let mut body = changed("form_response", "/form_response/answers", json!(vec![given; 150]));
    body["form_response"]["definition"]["title"] = text;
    body["form_response"]["definition"]["fields"] = json!([]);
    let event = event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    let Fact::FormSubmitted(form) = event.fact else { panic!("{event:?}") };
    assert_eq!(form.answers.len(), 100);
    assert!(form.answers.iter().all(|answer| answer.question.chars().count() <= 120));
    assert!(form.answers.iter().all(|answer| answer.answer.chars().count() <= 500));
}

#[test]
fn only_what_typeform_signed_gets_in() {
    let body = fixture("form_response").to_string();
    let good = signed(body.as_str());
    let accepted = |secrets: &str| matches!(take_with(&good, secrets), Received::Taken(taken) if taken.events[0].trust == Trust::Signed);
    assert!(accepted(SECRET) && accepted(&format!("new secret, {SECRET}")));
    let with = |header: &str| {
        let headers = [("Typeform-Signature".to_owned(), header.to_owned())].into_iter().collect();
        Delivery { headers, ..unsigned(body.as_str()) }
    };
    // printf '{"a":1}' | openssl dgst -sha256 -hmac 'secret of the fixtures' -binary | base64
    let by_openssl =
        Delivery { body: br#"{"a":1}"#.to_vec(), ..with("sha256=lgJh3g2QJXBm2alDfDbRrvDA+trm/j6AvYw/EYXx0eA=") };
    assert!(matches!(take_with(&by_openssl, SECRET), Received::Malformed(_)));
    let bare = good.headers.get("typeform-signature").unwrap().trim_start_matches("sha256=").to_owned();
    for (delivery, secrets, rejection) in [
        (unsigned(body.as_str()), SECRET, Rejection::MissingSignature),
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: body.replace("Bram", "Bran").into(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (with(&bare), SECRET, Rejection::MalformedSignature),
        (with("sha256="), SECRET, Rejection::MalformedSignature),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}

proptest::proptest! {
    #[test]
    fn no_signature_header_panics_or_passes(body: Vec<u8>, header in ".{0,100}") {
        let headers = [("typeform-signature".to_owned(), header)].into_iter().collect();
        let received = take_with(&Delivery { headers, ..unsigned(body) }, SECRET);
        proptest::prop_assert!(matches!(received, Received::Rejected(_)));
    }
}
