//! Documents of each kind, complete and partial.

use crate::{Field, Frame, Missing, Shape, event, fields};
use nerve_intake::{Malformed, NewEvent, reading::People};
use nerve_model::{EventKind, Fact, Role};
use nerve_testkit::events::NOW;
use serde_json::{Value, json};

fn read(document: &Value) -> Result<NewEvent, Malformed> {
    let people = People::new(vec!["ours.example".to_owned()], None);
    let frame = Frame { scope: "standard", delivery: "msg_1", received_at: NOW, people: &people };
    event(document.as_object().unwrap(), frame)
}

fn wrong(document: Value) -> String {
    read(&document).unwrap_err().0
}

fn told() -> impl Iterator<Item = EventKind> {
    EventKind::ALL.iter().copied().filter(|kind| *kind != EventKind::VendorReplied)
}

/// A value of a shape, with all fields or only the required ones.
fn sample(shape: Shape, all: bool) -> Value {
    match shape {
        Shape::Id | Shape::Line(_) | Shape::Prose(_) => json!("text"),
        Shape::Time => json!("2026-11-23T10:00:00.000Z"),
        Shape::Whole(_) => json!(7),
        Shape::Flag => json!(true),
        Shape::Link => json!("https://tool.example/1"),
        Shape::Word(words) => json!(words[0]),
        Shape::Money => json!({"minor": 1_250, "currency": "EUR"}),
        Shape::Object(fields) => object(fields, all),
        Shape::List(_, shape) => json!([sample(*shape, all)]),
    }
}

fn object(fields: &[Field], all: bool) -> Value {
    let there = fields.iter().filter(|field| all || matches!(field.missing, Missing::Fault | Missing::Said));
    Value::Object(there.map(|field| (field.name.to_owned(), sample(field.shape, all))).collect())
}

#[test]
fn the_fields_of_every_kind_are_those_of_the_model() {
    for kind in told() {
        let mut detail = object(fields(kind), true);
        if let Some(people) = detail.get_mut("participants") {
            people[0]["email"] = json!("ada@acme.example");
        }
        let event = read(&json!({"kind": kind, "detail": detail})).unwrap();
        assert_eq!(json!(event.fact)["detail"], detail, "{kind}");
    }
}

#[test]
fn optional_fields_of_a_detail_may_be_missing() {
    for kind in told() {
        let event = read(&json!({"kind": kind, "detail": object(fields(kind), false)})).unwrap();
        assert_eq!(event.fact.kind(), kind);
        assert_eq!(serde_json::from_value::<Fact>(json!(event.fact)).unwrap(), event.fact);
        assert!(!event.summary.is_empty() && event.subject.as_str().starts_with("standard:"), "{event:?}");
        assert_eq!(event.occurred_at, NOW);
    }
}

#[test]
fn a_stage_taken_away_is_said_and_never_merely_left_out() {
    let moved = |detail: Value| json!({"kind": "record.stage_changed", "detail": detail});
    for empty in [json!(null), json!(""), json!(" ")] {
        let event = read(&moved(json!({"object": "deal", "id": "7", "name": "Roof", "to": empty}))).unwrap();
        assert_eq!(json!(event.fact)["detail"]["to"], Value::Null);
        assert_eq!(event.summary, "deal Roof was taken out of its stage");
    }
    assert_eq!(wrong(moved(json!({"object": "deal", "id": "7"}))), "detail.to is missing");
}

#[test]
fn faults_are_reported_by_path() {
    assert!(wrong(json!({})).starts_with("kind must be one of form.submitted, meeting.transcribed, "));
    assert!(!wrong(json!({"kind": "lead.created"})).contains("vendor.replied"));
    assert!(wrong(json!({"kind": "vendor.replied"})).contains("send email.received"));
    for (document, expected) in [
        (json!({"kind": "form.submitted"}), "detail.form is missing"),
        (json!({"kind": "form.submitted", "detail": []}), "detail must be an object"),
        (
            json!({"kind": "form.submitted", "id": "a b", "occurred_at": "today", "detail": {"form": {}, "answers": [{}, 1]}}),
            "detail.form must be text; detail.answers[0].question is missing; detail.answers[1] must be an object; \
             occurred_at must be an RFC 3339 time; id must be 1 to 255 visible ASCII characters",
        ),
        (
            json!({"kind": "invoice.paid", "detail": {"invoice": {"id": 7}, "amount": {"amount": 12.5}}}),
            "detail.amount must have a currency, a code of ISO 4217 such as EUR",
        ),
        (
            json!({"kind": "call.ended", "detail": {"call": "1", "direction": "up", "result": "busy"}}),
            "detail.direction must be one of inbound, outbound",
        ),
    ] {
        assert_eq!(wrong(document), expected);
    }
}

#[test]
fn claims_are_normal_and_our_own_people_stay_ours() {
    let event = read(&json!({
        "kind": "form.submitted",
        "detail": {"form": "contact"},
        "customer": {"id": 17, "email": "Ada@Acme.example", "phone": "+49 30 901820", "name": "Ada"},
        "claims": [
            {"kind": "email", "value": "mia@ours.example", "role": "customer"},
            {"kind": "external", "value": "stripe:customer:cus_1"},
            {"kind": "external", "value": "cus_1"},
            {"kind": "domain", "value": "Acme.example"},
            {"kind": "serial", "value": "SN-1", "role": "asset"},
            {"kind": "phone", "value": "ext. 5"},
            {"kind": "email", "value": "ada@acme.example"},
            {"kind": "nose", "value": "long"},
            "ada",
        ],
    }));
    let event = event.unwrap();
    let claims: Vec<_> = event.claims.iter().map(|claim| (claim.value.as_str(), claim.role)).collect();
    assert_eq!(
        claims,
        [
            ("standard:customer:17", Role::Customer),
            ("stripe:customer:cus_1", Role::Customer),
            ("ada@acme.example", Role::Customer),
            ("mia@ours.example", Role::Owner),
            ("+49 30 901820", Role::Customer),
            ("ext. 5", Role::Customer),
            ("acme.example", Role::Customer),
            ("SN-1", Role::Asset),
        ]
    );
    assert_eq!(event.party_name.as_deref(), Some("Ada"));
}

#[test]
fn whom_the_sender_calls_ours_is_ours_whatever_the_domains() {
    let (customer, mia) = (json!({"email": "ada@acme.example"}), "mia@agency.example");
    let meeting = |ours: bool| {
        json!({"kind": "meeting.transcribed", "customer": customer,
            "detail": {"meeting": "m", "participants": [{"email": mia, "ours": ours}, {"email": "ada@acme.example"}]}})
    };
    let booking =
        |kind: &str| json!({"kind": kind, "customer": customer, "detail": {"booking": {"id": "b1", "host": mia}}});
    let file = json!({"kind": "file.uploaded", "customer": customer,
        "detail": {"file": "f", "name": "Plan.pdf", "uploaded_by": mia}});
    let alone = json!({"kind": "file.uploaded", "detail": {"file": "f", "name": "Plan.pdf", "uploaded_by": mia}});
    let (theirs, nobody) = (Some(Role::Customer), None);
    for (document, unset, set) in [
        (meeting(true), Some(Role::Owner), Some(Role::Owner)),
        (meeting(false), nobody, theirs),
        (booking("booking.created"), Some(Role::Owner), Some(Role::Owner)),
        (booking("booking.canceled"), Some(Role::Owner), Some(Role::Owner)),
        (file, nobody, theirs),
        (alone, theirs, theirs),
    ] {
        for (domains, expected) in [(Vec::new(), unset), (vec!["ours.example".to_owned()], set)] {
            let people = People::new(domains, None);
            let frame = Frame { scope: "standard", delivery: "msg_1", received_at: NOW, people: &people };
            let event = event(document.as_object().unwrap(), frame).unwrap();
            let role = |value: &str| event.claims.iter().find(|claim| claim.value == value).map(|claim| claim.role);
            assert_eq!(role(mia), expected, "{document}");
            assert!(document["customer"].is_null() || role("ada@acme.example") == theirs, "{document}");
        }
    }
}

#[test]
fn a_booking_and_its_cancellation_share_their_subject() {
    let subject = |kind: &str| {
        read(&json!({"kind": kind, "detail": {"booking": {"id": "b1"}}})).unwrap().subject.as_str().to_owned()
    };
    assert_eq!(subject("booking.created"), "standard:booking:b1");
    assert_eq!(subject("booking.created"), subject("booking.canceled"));
}

#[test]
fn the_same_fact_has_the_same_key_only_if_the_sender_says_so() {
    let key = |id: Value| {
        let document = json!({"kind": "form.submitted", "id": id, "detail": {"form": "contact"}});
        read(&document).unwrap().semantic_key.as_str().to_owned()
    };
    assert_eq!(key(Value::Null), "standard:event:msg_1 form.submitted msg_1");
    assert_eq!(key(json!(4711)), "standard:event:4711 form.submitted 4711");
}
