//! Complete deliveries: those Box sends, and those that Nerve rejects.

mod signing;

use nerve_intake::Received;
use nerve_signatures::{Secrets, box_com};
use nerve_testkit::sources::with_headers;
use signing::BOX;

nerve_testkit::source_tests!(BOX);

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
