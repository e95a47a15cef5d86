//! Whole deliveries: what GitHub sends in, what Nerve keeps out.

use crate::GitHub;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use nerve_testkit::{
    SeededEntropy,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};

const SECRET: &str = "It's a Secret to Everybody";
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");
const NO_SETTINGS: [(&str, &str); 0] = [];

fn fixture(name: &str) -> Fixture {
    fixtures(FOLDER).into_iter().find(|fixture| fixture.name == name).unwrap()
}

fn signature(body: &[u8]) -> String {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    body_hmac::sign(&secret, body, Format::hex("sha256="))
}

fn with(delivery: &Delivery, also: &[(&str, &str)]) -> Delivery {
    let kept = ["x-github-event", "x-github-delivery", "content-type"];
    let own = also.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let headers = delivery.headers.select(&kept).into_iter().chain(own).collect();
    Delivery { headers, ..delivery.clone() }
}

fn signed(delivery: &Delivery) -> Delivery {
    with(delivery, &[("X-Hub-Signature-256", &signature(&delivery.body))])
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<GitHub>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
}

fn event(name: &str) -> Event {
    match take_with(&signed(&fixture(name).delivery), SECRET) {
        Received::Taken(taken) if taken.events.len() == 1 => taken.events.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<GitHub>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<GitHub>(FOLDER);
}

#[test]
fn what_ran_well_is_about_what_failed_and_each_attempt_is_a_fact() {
    let [failed, well, again] =
        ["workflow_run_failure", "workflow_run_success", "workflow_run_second_attempt"].map(event);
    assert_eq!([&failed.subject, &failed.subject], [&well.subject, &again.subject]);
    assert!(well.fact.settles() && !failed.fact.settles() && !again.fact.settles());
    let keys = [&failed, &well, &again].map(|event| event.semantic_key.as_str());
    assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2], "{keys:?}");
    assert_eq!(event("workflow_run_as_form").semantic_key, failed.semantic_key, "the same, sent as a form");
}

/// The example of GitHub's guide: docs.github.com, *Validating webhook deliveries*.
#[test]
fn the_published_signature_is_reproduced() {
    let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert_eq!(signature(b"Hello, World!"), expected);
}

#[test]
fn only_what_github_signed_gets_in() {
    let delivery = fixture("workflow_run_failure").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    assert!(matches!(take_with(&good, &format!("next,{SECRET}")), Received::Taken(_)), "two secrets at once");
    let old = signature(&delivery.body).replace("sha256=", "sha1=");
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), "other", Rejection::Mismatch),
        (Delivery { body: b"{}".to_vec(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (delivery.clone(), SECRET, Rejection::MissingSignature),
        (with(&delivery, &[("X-Hub-Signature", &old)]), SECRET, Rejection::MissingSignature),
        (with(&delivery, &[("X-Hub-Signature-256", &old)]), SECRET, Rejection::MalformedSignature),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
