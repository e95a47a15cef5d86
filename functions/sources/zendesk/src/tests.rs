//! Complete deliveries: those Zendesk sends, and those that Nerve rejects.

mod signing;

use nerve_intake::Received;
use nerve_testkit::sources::with_headers;
use signing::ZENDESK;

nerve_testkit::source_tests!(ZENDESK);

#[test]
fn an_agent_who_asks_in_his_own_ticket_is_no_customer() {
    let ticket = ZENDESK.body("priority_risen");
    assert_eq!(ZENDESK.event(&ticket).outside_claims().count(), 1);
    let own = ZENDESK.changed("priority_risen", "/detail/requester_id", ticket["detail"]["assignee_id"].clone());
    assert_eq!(ZENDESK.event(&own).outside_claims().count(), 0);
}

#[test]
fn the_same_invocation_is_a_copy_and_another_is_not() {
    let key = |invocation| {
        let header = [("X-Zendesk-Webhook-Invocation-Id", invocation)];
        ZENDESK.event(&with_headers(&ZENDESK.fixture("trigger").delivery, header)).dedup_key
    };
    assert_eq!(key("01A"), key("01A"));
    assert_ne!(key("01A"), key("01B"));
    let [risen, tagged] = ["priority_risen", "tagged"].map(|name| ZENDESK.event(name));
    assert_eq!(risen.subject, tagged.subject, "one ticket, one matter");
}

#[test]
fn a_setting_that_cannot_be_read_takes_nothing_in() {
    let settings = [("ESCALATES", "priority=asap")];
    let received = ZENDESK.receive_under(&ZENDESK.signed("priority_risen"), &settings);
    assert!(matches!(received, Received::Misconfigured(wrong) if wrong.name == "ESCALATES"));
}
