//! Whole deliveries: what Twilio sends in, what Nerve keeps out.

use crate::Twilio;
use nerve_intake::{Delivery, Received, receive};
use nerve_model::{Event, Trust};
use nerve_signatures::{Rejection, Secrets, twilio};
use nerve_testkit::{
    SeededEntropy,
    sources::{Fixture, check_fixtures, check_hostile, fixtures},
};

const SECRET: &str = "secret of the fixtures";
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

const OTHER: &str = "another token";

fn signature(delivery: &Delivery, url: &str) -> String {
    let secret = Secrets::parse(SECRET).iter().next().cloned().unwrap();
    twilio::sign(&secret, url, &delivery.body)
}

fn signed(delivery: &Delivery) -> Delivery {
    with(delivery, vec![("X-Twilio-Signature", signature(delivery, &delivery.url))])
}

fn take_with(delivery: &Delivery, secrets: &str) -> Received {
    receive::<Twilio>(delivery, &Secrets::parse(secrets), &NO_SETTINGS, &SeededEntropy::new(1))
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
    check_fixtures::<Twilio>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<Twilio>(FOLDER);
}

#[test]
fn behind_a_proxy_the_public_address_is_what_twilio_signed() {
    let inside = Delivery { url: "http://10.0.0.7:8787/hooks/twilio?a=b".to_owned(), ..fixture("completed").delivery };
    let tag = signature(&inside, "https://crm.example/hooks/twilio?a=b");
    let delivery = with(&inside, vec![("X-Twilio-Signature", tag)]);
    let take = |settings: &dyn nerve_intake::Settings| {
        receive::<Twilio>(&delivery, &Secrets::parse(SECRET), settings, &SeededEntropy::new(1))
    };
    assert!(matches!(take(&[("PUBLIC_URL", "https://crm.example/")]), Received::Taken(_)));
    assert_eq!(take(&NO_SETTINGS), Received::Rejected(Rejection::Mismatch));
}

#[test]
fn a_body_of_json_is_covered_by_its_digest_in_the_url() {
    let body = fixture("completed_as_json").delivery;
    let url = format!("{}?{}", body.url, twilio::body_digest(&body.body));
    let delivery = signed(&Delivery { url, ..body });
    assert!(matches!(take_with(&delivery, SECRET), Received::Taken(_)));
    let forged = Delivery { body: b"{\"CallSid\":\"CA2\"}".to_vec(), ..delivery };
    assert!(matches!(take_with(&forged, SECRET), Received::Rejected(_)));
}

#[test]
fn a_call_is_told_by_the_other_side() {
    let [inbound, outbound] = ["completed", "outbound_no_answer"].map(event);
    let theirs = |event: &Event| event.outside_claims().map(|claim| claim.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (theirs(&inbound), theirs(&outbound)),
        (vec!["+442079460199".to_owned()], vec!["+442079460199".to_owned()])
    );
    assert_eq!(event("completed").dedup_key, event("completed").dedup_key);
}

#[test]
fn only_what_is_signed_gets_in() {
    let delivery = fixture("completed").delivery;
    let good = signed(&delivery);
    assert!(matches!(take_with(&good, SECRET), Received::Taken(taken) if taken.events[0].trust == Trust::Signed));
    assert!(matches!(take_with(&good, &format!("{OTHER},{SECRET}")), Received::Taken(_)), "two secrets at once");
    for (delivery, secrets, rejection) in [
        (good.clone(), "", Rejection::NoSecret),
        (good.clone(), OTHER, Rejection::Mismatch),
        (Delivery { body: b"{}".to_vec(), ..good.clone() }, SECRET, Rejection::Mismatch),
        (delivery.clone(), SECRET, Rejection::MissingSignature),
    ] {
        assert_eq!(take_with(&delivery, secrets), Received::Rejected(rejection));
    }
}
