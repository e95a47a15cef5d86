//! Complete deliveries: those Box sends, and those that Nerve rejects.

mod signing;

use nerve_intake::Received;
use nerve_model::ClaimKind;
use nerve_signatures::{Secrets, box_com};
use nerve_testkit::sources::with_headers;
use serde_json::{Value, json};
use signing::BOX;

nerve_testkit::source_tests!(BOX);

#[test]
fn without_our_domains_the_folder_alone_tells_whose_a_file_is() {
    let kinds = |body: &Value| {
        let event = BOX.event(body);
        (event.claims.iter().map(|claim| claim.kind).collect::<Vec<_>>(), event.party_name)
    };
    let ada = Some("Ada Lovelace".to_owned());
    assert_eq!(kinds(&BOX.body("uploaded")), (vec![ClaimKind::External], None));
    let in_no_folder = BOX.changed("uploaded", "/source/path_collection/entries", json!([]));
    assert_eq!(kinds(&in_no_folder), (vec![ClaimKind::Email], ada.clone()));
    let set = [("OWN_DOMAINS", "ours.example")];
    let Received::Taken(taken) = BOX.receive_under(&BOX.signed("uploaded"), &set) else { panic!() };
    let event = &taken.events[0].event;
    assert_eq!((event.claims.len(), &event.party_name), (2, &ada));
}

/// Box's form of the fixtures' arrival time, 10:00 UTC.
const SENT: &str = "2026-11-23T02:00:00-08:00";

#[test]
fn either_of_two_keys_will_do() {
    let tag = |secret: &str| {
        let secret = Secrets::parse(secret).iter().next().cloned().unwrap();
        box_com::sign(&secret, &BOX.fixture("uploaded").delivery.body, SENT)
    };
    let both = [
        ("BOX-SIGNATURE-PRIMARY", tag("replaced long ago")),
        ("BOX-SIGNATURE-SECONDARY", tag(&BOX.keys.configured(0))),
        ("BOX-DELIVERY-TIMESTAMP", SENT.to_owned()),
    ];
    assert!(matches!(BOX.receive(&with_headers(&BOX.signed("uploaded"), both)), Received::Taken(_)));
}

#[test]
fn a_repeated_attempt_is_a_copy_although_its_delivery_id_is_another() {
    let again = with_headers(&BOX.fixture("uploaded").delivery, [("BOX-DELIVERY-ID", "another")]);
    assert_eq!(BOX.event("uploaded").dedup_key, BOX.event(&again).dedup_key);
}

#[test]
fn a_new_version_is_a_new_fact_about_the_same_file() {
    let [first, second] = ["uploaded", "uploaded_new_version"].map(|name| BOX.event(name));
    assert_eq!(first.subject, second.subject);
    assert_ne!(first.semantic_key, second.semantic_key);
}
