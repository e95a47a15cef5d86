//! Whole deliveries: what Postmark sends in, what Nerve keeps out.

use crate::Postmark;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Trust};
use nerve_signatures::{Rejection, Secrets, credentials};
use nerve_testkit::{
    SeededEntropy,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};
use serde_json::json;

const SECRET: &str = "nerve:password of the fixtures";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn fixture(name: &str) -> Fixture {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn with(delivery: &Delivery, own: Vec<(&str, String)>) -> Delivery {
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    let headers = delivery.headers.select(&["content-type"]).into_iter().chain(own).collect();
    Delivery { headers, ..delivery.clone() }
}

const OTHER: &str = "nerve:another password";

fn signed(delivery: &Delivery) -> Delivery {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    with(delivery, vec![("Authorization", credentials::basic(&secret))])
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Postmark>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event_of(delivery: &Delivery) -> Event {
    match take_with(&signed(delivery), SECRET) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn event(name: &str) -> Event {
    event_of(&fixture(name).delivery)
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<Postmark>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Postmark>(FOLDER);
}

#[test]
fn what_a_sender_writes_about_itself_is_no_evidence() {
    let authentication = |name: &str| {
        let nerve_model::Fact::EmailReceived(message) = event(name).fact else { panic!() };
        (message.authentication.supports(&message.from.address), message.authentication)
    };
    let (supported, evidence) = authentication("mail_with_findings_of_a_stranger");
    assert!(!supported && evidence.dkim.is_empty() && evidence.dmarc.is_none(), "{evidence:?}");
    let fixture = fixture("mail_with_findings_of_our_server");
    let Received::Taken(taken) = fixture.read::<Postmark>() else { panic!() };
    let nerve_model::Fact::EmailReceived(message) = &taken.events[0].fact else { panic!() };
    assert!(message.authentication.supports(&message.from.address));
}

#[test]
fn an_answer_belongs_to_its_thread_and_a_repeated_attempt_is_a_copy() {
    let answer = event("answer");
    assert_eq!(answer.subject.as_str(), "postmark:mail:question-1@ours.example");
    assert_eq!(answer.dedup_key, event("answer").dedup_key);
    assert_eq!(answer.trust, Trust::Token);
}

#[test]
fn ten_megabytes_of_attachments_leave_a_small_event() {
    let mut body = fixture("mail").body.unwrap();
    body["Attachments"] = json!([{"Name": "plan.pdf", "Content": "A".repeat(10_000_000), "ContentType": "application/pdf", "ContentLength": 7_500_000}]);
    let event = event_of(&fixture("mail").with_body(body).delivery);
    assert!(json!(event).to_string().len() < 4_000);
}

#[test]
fn only_who_knows_the_password_gets_in() {
    let delivery = fixture("mail").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Token));
    assert!(matches!(take_with(&good, &format!("{OTHER},{SECRET}")), Received::Taken(_)), "two secrets at once");
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), OTHER, Rejection::WrongCredentials),
        (delivery.clone(), SECRET, Rejection::MissingCredentials),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
