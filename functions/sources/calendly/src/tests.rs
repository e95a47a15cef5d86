//! Complete deliveries: those Calendly sends, and those that Nerve rejects.

mod signing;

use nerve_intake::Received;
use nerve_model::{Event, Fact};
use serde_json::{Value, json};
use signing::CALENDLY;

nerve_testkit::source_tests!(CALENDLY);

#[test]
fn a_host_who_books_is_no_customer_even_without_our_domains() {
    let event = CALENDLY.event(&CALENDLY.changed("invitee_created", "/payload/email", json!("Mia@Ours.example")));
    assert!(event.claims.iter().any(|claim| claim.value == "mia@ours.example"), "{:?}", event.claims);
    assert!(event.outside_claims().all(|claim| claim.value != "mia@ours.example"), "{:?}", event.claims);
}

#[test]
fn facts_of_one_booking_share_a_subject_and_no_key() {
    let created = CALENDLY.event("invitee_created");
    let canceled = CALENDLY.event("invitee_canceled_by_invitee");
    let moved = CALENDLY.event("invitee_created_moved");
    assert_eq!(created.subject, canceled.subject);
    assert_ne!(created.subject, moved.subject);
    let keys = [&created, &canceled, &moved].map(|event| (event.semantic_key.clone(), event.dedup_key.clone()));
    assert!(keys[0].0 != keys[1].0 && keys[0].0 != keys[2].0 && keys[1].0 != keys[2].0, "{keys:?}");
    assert!(keys[0].1 != keys[1].1 && keys[0].1 != keys[2].1 && keys[1].1 != keys[2].1, "{keys:?}");
    let Fact::BookingCreated(fact) = moved.fact else { panic!("{moved:?}") };
    assert_eq!(
        fact.moved_from.as_deref().map(|id| format!("calendly:booking:{id}")).as_deref(),
        Some(created.subject.as_str())
    );
}

#[test]
fn a_repeated_delivery_has_the_same_keys() {
    let first = CALENDLY.event("invitee_created");
    let again =
        CALENDLY.event(&CALENDLY.changed("invitee_created", "/created_at", json!("2026-11-23T09:00:00.000000Z")));
    assert_eq!((first.dedup_key, first.semantic_key), (again.dedup_key, again.semantic_key));
}

#[test]
fn an_undocumented_body_is_malformed() {
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({"event": "invitee.created"}),
        json!({"event": "invitee.created", "payload": null}),
        json!({"event": "invitee.created", "payload": "text"}),
        CALENDLY.changed("invitee_created", "/payload/uri", Value::Null),
        CALENDLY.changed("invitee_created", "/payload/uri", json!("https://api.calendly.com/invitees/")),
        CALENDLY.changed("invitee_created", "/payload/uri", json!("https://api.calendly.com/invitees/a b")),
        CALENDLY.changed("invitee_canceled_moved", "/payload/uri", json!(true)),
        CALENDLY.changed("routing_form_submission", "/payload/routing_form", Value::Null),
    ] {
        assert!(matches!(CALENDLY.take(&body), Received::Malformed(_)), "{body}");
    }
}

#[test]
fn a_field_of_another_type_costs_no_event() {
    for (pointer, value) in [
        ("/created_at", json!(1)),
        ("/payload/email", json!(["nora@fjordglas.example"])),
        ("/payload/name", Value::Null),
        ("/payload/rescheduled", json!("no")),
        ("/payload/old_invitee", json!({"uri": "x"})),
        ("/payload/questions_and_answers", json!("none")),
        ("/payload/questions_and_answers", json!([1, {"question": "?"}])),
        ("/payload/scheduled_event", Value::Null),
        ("/payload/scheduled_event", json!("https://api.calendly.com/scheduled_events/1")),
        ("/payload/scheduled_event/start_time", json!("soon")),
        ("/payload/scheduled_event/start_time", json!("9999-12-31T23:59:59-10:00")),
        ("/payload/scheduled_event/location", json!("here")),
        ("/payload/scheduled_event/event_memberships", json!({})),
    ] {
        let event = CALENDLY.event(&CALENDLY.changed("invitee_created", pointer, value));
        assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event, "{pointer}");
    }
}

#[test]
fn a_number_is_claimed_only_where_it_is_the_invitees() {
    for (location, claimed) in [
        (json!({"type": "outbound_call", "location": "+47 22 12 34 56"}), true),
        (json!({"type": "inbound_call", "location": "+47 22 12 34 56"}), false),
        (json!({"type": "physical", "location": "+47 22 12 34 56"}), false),
    ] {
        let event =
            CALENDLY.event(&CALENDLY.changed("invitee_created", "/payload/scheduled_event/location", location.clone()));
        assert_eq!(event.claims.iter().any(|claim| claim.value == "+4722123456"), claimed, "{location}");
    }
}

#[test]
fn a_summary_says_who_did_what() {
    for (canceler, summary) in [
        (
            json!("invitee"),
            "Nora Quist canceled \"Site visit\" for 2026-11-25 09:00 UTC: The panes can wait until spring.",
        ),
        (
            json!("host"),
            "We canceled \"Site visit\" for 2026-11-25 09:00 UTC with Nora Quist: The panes can wait until spring.",
        ),
        (
            Value::Null,
            "Canceled: \"Site visit\" for 2026-11-25 09:00 UTC with Nora Quist: The panes can wait until spring.",
        ),
    ] {
        let body = CALENDLY.changed("invitee_canceled_by_invitee", "/payload/cancellation/canceler_type", canceler);
        assert_eq!(CALENDLY.event(&body).summary, summary);
    }
    let nameless = CALENDLY.changed("invitee_created", "/payload/name", Value::Null);
    assert!(CALENDLY.event(&nameless).summary.starts_with("nora.quist@fjordglas.example booked"));
}

#[test]
fn long_and_hidden_text_is_clipped() {
    let text = json!("\u{202e}Ä b\r\n".repeat(10_000));
    let mut body = CALENDLY.changed("invitee_canceled_by_invitee", "/payload/name", text.clone());
    body["payload"]["scheduled_event"]["name"] = text.clone();
    body["payload"]["cancellation"]["reason"] = text;
    let event = CALENDLY.event(&body);
    assert!(event.summary.chars().count() <= 200 && !event.summary.contains(['\n', '\u{202e}']), "{}", event.summary);
    assert!(json!(event).to_string().len() < 5_000);
}
