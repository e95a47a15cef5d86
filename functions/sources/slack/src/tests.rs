//! Complete deliveries: those Slack sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Received, Reply};
use nerve_signatures::Rejection;
use serde_json::json;
use signing::SLACK;

nerve_testkit::source_tests!(SLACK);

#[test]
fn a_challenge_is_answered_only_when_slack_asks() {
    let body = json!({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"});
    let reply = Reply {
        status: 200,
        content_type: "text/plain; charset=utf-8",
        body: "3eZbrw1aBm2rZgRNFdxV2595E9CY".to_owned(),
    };
    assert_eq!(SLACK.take(&body), Received::Reply(reply));
    let unsigned = SLACK.unsigned(body.to_string());
    assert_eq!(SLACK.receive(&unsigned), Received::Rejected(Rejection::MissingSignature));
}

#[test]
fn a_repeated_attempt_is_a_copy_and_an_answer_belongs_to_its_thread() {
    let [first, answer] = ["message", "message_in_thread"];
    assert_eq!(SLACK.event(first).dedup_key, SLACK.event(first).dedup_key);
    assert_eq!(SLACK.event(first).subject, SLACK.event(answer).subject);
    assert_ne!(SLACK.event(first).semantic_key, SLACK.event(answer).semantic_key);
}

#[test]
fn messages_within_one_second_keep_their_order() {
    let mut body = SLACK.body("message");
    let mut at = |ts: &str| {
        body["event"]["ts"] = json!(ts);
        SLACK.event(&body).occurred_at.as_millis()
    };
    assert_eq!(at("1790000000.900000") - at("1790000000.100000"), 800);
}

#[test]
fn a_message_is_what_somebody_says() {
    let mut body = SLACK.body("message");
    for (subtype, events) in [
        ("thread_broadcast", 1),
        ("reply_broadcast", 1),
        ("me_message", 1),
        ("file_share", 1),
        ("message_changed", 0),
        ("message_deleted", 0),
        ("message_replied", 0),
        ("channel_join", 0),
        ("channel_topic", 0),
        ("bot_message", 0),
        ("tombstone", 0),
    ] {
        body["event"]["subtype"] = json!(subtype);
        assert_eq!(SLACK.events(&body).len(), events, "{subtype}");
    }
}
