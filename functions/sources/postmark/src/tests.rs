//! Complete deliveries: those Postmark sends, and those that Nerve rejects.

mod signing;

use crate::Postmark;
use nerve_intake::Received;
use nerve_model::Fact;
use serde_json::json;
use signing::POSTMARK;

nerve_testkit::source_tests!(POSTMARK);

#[test]
fn a_senders_own_headers_are_no_evidence() {
    let authentication = |name: &str| {
        let Fact::EmailReceived(message) = POSTMARK.event(name).fact else { panic!() };
        (message.authentication.supports(&message.from.address), message.authentication)
    };
    let (supported, evidence) = authentication("mail_with_findings_of_a_stranger");
    assert!(!supported && evidence.dkim.is_empty() && evidence.dmarc.is_none(), "{evidence:?}");
    let fixture = POSTMARK.fixture("mail_with_findings_of_our_server");
    let Received::Taken(taken) = fixture.read::<Postmark>() else { panic!() };
    let Fact::EmailReceived(message) = &taken.events[0].event.fact else { panic!() };
    assert!(message.authentication.supports(&message.from.address));
}

#[test]
fn an_answer_belongs_to_its_thread_and_a_repeated_attempt_is_a_copy() {
    let answer = POSTMARK.event("answer");
    assert_eq!(answer.subject.as_str(), "postmark:mail:question-1@ours.example");
    assert_eq!(answer.dedup_key, POSTMARK.event("answer").dedup_key);
}

#[test]
fn ten_megabytes_of_attachments_leave_a_small_event() {
    let mut body = POSTMARK.body("mail");
    body["Attachments"] = json!([{"Name": "plan.pdf", "Content": "A".repeat(10_000_000), "ContentType": "application/pdf", "ContentLength": 7_500_000}]);
    let event = POSTMARK.event(&body);
    assert!(json!(event).to_string().len() < 4_000);
}
