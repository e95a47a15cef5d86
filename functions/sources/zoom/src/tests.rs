//! Complete deliveries: those Zoom sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Received, Reply};
use nerve_signatures::Rejection;
use serde_json::{Value, json};
use signing::ZOOM;

nerve_testkit::source_tests!(ZOOM);

#[test]
fn two_reports_of_one_transcript_are_one_fact_and_a_repetition_is_a_copy() {
    let [ready, with_files] = ["transcript_completed", "completed_with_transcript"];
    assert_eq!(ZOOM.event(ready).semantic_key, ZOOM.event(with_files).semantic_key);
    assert_ne!(ZOOM.event(ready).dedup_key, ZOOM.event(with_files).dedup_key, "told at another time");
    assert_eq!(ZOOM.event(ready).dedup_key, ZOOM.event(ready).dedup_key);
}

/// The tokens are the output of `openssl dgst -sha256 -hmac <secret>`.
#[test]
fn the_handshake_is_answered_with_the_secret_it_was_signed_with() {
    let body = json!({"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}});
    for (secret, encrypted) in [
        ("secret token of the fixtures", "8957332c464b0fda3d604bd1a6e61e85db08e5261a42f29d4a97dc49fc2cafbd"),
        ("the next secret", "a2f2d1d5b6c8095df09165f074695a616dc2782d8af1a5e23e56984747dd09cf"),
    ] {
        let both = [0, 1].map(|nth| ZOOM.keys.configured(nth)).join(",");
        let received = ZOOM.receive_with(&ZOOM.signed_by(secret, &body), &both);
        let Received::Reply(Reply { status: 200, content_type: "application/json", body }) = received else {
            panic!("{received:?}")
        };
        let expected = json!({"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": encrypted});
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    }
    let unsigned = ZOOM.unsigned(body.to_string());
    assert_eq!(ZOOM.receive(&unsigned), Received::Rejected(Rejection::MissingSignature), "nobody else is answered");
}

#[test]
fn a_key_to_the_recording_is_nowhere_in_the_event() {
    let text = json!(ZOOM.event("completed_with_transcript")).to_string();
    for secret in ["download", "passcode", "aB3dE9fG", "eyJhbGciOi"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
