//! Complete deliveries: those Typeform sends, and those that Nerve rejects.

mod signing;

use crate::Typeform;
use nerve_intake::{Delivery, Received, Source};
use nerve_model::{ClaimKind, Event, Fact, Millis};
use nerve_signatures::Rejection;
use nerve_testkit::{events::NOW, sources::with_headers};
use serde_json::{Value, json};
use signing::TYPEFORM;

nerve_testkit::source_tests!(TYPEFORM);

#[test]
fn a_repeated_delivery_has_the_same_keys_and_another_response_others() {
    let later = Delivery { received_at: NOW + Millis::minutes(9), ..TYPEFORM.signed("form_response") };
    let (first, again) = (TYPEFORM.event("form_response"), TYPEFORM.event(&later));
    assert_eq!((&first.dedup_key, &first.semantic_key), (&again.dedup_key, &again.semantic_key));

    let told_by_another = TYPEFORM.event(&TYPEFORM.changed("form_response", "/event_id", json!("01OTHER")));
    assert_eq!(first.semantic_key, told_by_another.semantic_key);
    assert_ne!(first.dedup_key, told_by_another.dedup_key);
    let another = TYPEFORM.event(&TYPEFORM.changed("form_response", "/form_response/token", json!("other")));
    assert_ne!((&first.semantic_key, &first.subject), (&another.semantic_key, &another.subject));
}

#[test]
fn an_undocumented_body_is_malformed() {
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({"event_type": "form_response", "event_id": "01"}),
        json!({"event_type": "form_response", "event_id": "01", "form_response": "text"}),
        TYPEFORM.changed("form_response", "/event_id", Value::Null),
        TYPEFORM.changed("form_response", "/event_id", json!("0 1")),
        TYPEFORM.changed("form_response", "/event_type", json!(1)),
        TYPEFORM.changed("form_response", "/form_response/token", json!("")),
        TYPEFORM.changed("form_response", "/form_response/form_id", Value::Null),
    ] {
        assert!(matches!(TYPEFORM.take(&body), Received::Malformed(_)), "{body}");
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
        let event = TYPEFORM.event(&TYPEFORM.changed("form_response", pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn only_the_hidden_field_of_the_setting_is_a_claim() {
    let hidden = json!({"customer_id": 1042, "email": "eve@evil.example", "campaign": "storm"});
    let mut body = TYPEFORM.changed("form_response", "/form_response/hidden", hidden);
    body["form_response"]["definition"]["fields"] = json!([]);
    let signed = TYPEFORM.signed(&body);
    for (field, claimed) in [
        ("customer_id", Some("typeform:customer:1042")),
        ("campaign", Some("typeform:customer:storm")),
        ("Customer_ID", None),
        ("missing", None),
    ] {
        let settings = [("CUSTOMER_ID_FIELD", field)];
        let received = TYPEFORM.receive_under(&signed, &settings);
        let Received::Taken(taken) = received else { panic!("{received:?}") };
        let external = taken.events[0].event.claims.iter().find(|claim| claim.kind == ClaimKind::External);
        assert_eq!(external.map(|claim| claim.value.as_str()), claimed, "{field}");
        assert!(taken.events[0].event.claims.iter().all(|claim| claim.value != "eve@evil.example"));
        assert!(
            taken.events[0].event.summary.starts_with("bram@visser-hout.example filled in"),
            "{}",
            taken.events[0].event.summary
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
        let body = TYPEFORM.changed("form_response", "/form_response/definition/fields/0/title", json!(question));
        assert_eq!(TYPEFORM.event(&body).party_name.as_deref(), name, "{question}");
    }
}

#[test]
fn an_id_leads_nowhere_else() {
    for id in ["a/../../evil", "a?x", "a#x", "<script>", "@evil.example"] {
        assert_eq!(
            TYPEFORM.event(&TYPEFORM.changed("form_response", "/form_response/form_id", json!(id))).link,
            None,
            "{id}"
        );
    }
}

#[test]
fn long_forms_and_texts_are_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(1_000));
    let given = json!({"type": "text", "text": text, "field": {"id": "f1", "title": text}});
    let mut body = TYPEFORM.changed("form_response", "/form_response/answers", json!(vec![given; 150]));
    body["form_response"]["definition"]["title"] = text;
    body["form_response"]["definition"]["fields"] = json!([]);
    let event = TYPEFORM.event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    let Fact::FormSubmitted(form) = event.fact else { panic!("{event:?}") };
    assert_eq!(form.answers.len(), 100);
    assert!(form.answers.iter().all(|answer| answer.question.chars().count() <= 120));
    assert!(form.answers.iter().all(|answer| answer.answer.chars().count() <= 500));
}

#[test]
fn only_what_typeform_signed_gets_in() {
    let good = TYPEFORM.signed("form_response");
    let with = |header: &str| with_headers(&good, [("Typeform-Signature", header)]);
    // printf '{"a":1}' | openssl dgst -sha256 -hmac 'secret of the fixtures' -binary | base64
    let by_openssl =
        Delivery { body: br#"{"a":1}"#.to_vec(), ..with("sha256=lgJh3g2QJXBm2alDfDbRrvDA+trm/j6AvYw/EYXx0eA=") };
    assert!(matches!(TYPEFORM.receive(&by_openssl), Received::Malformed(_)));
    let bare = good.headers.get("typeform-signature").unwrap().trim_start_matches("sha256=");
    for header in [bare, "sha256="] {
        assert_eq!(TYPEFORM.receive(&with(header)), Received::Rejected(Rejection::MalformedSignature));
    }
}
