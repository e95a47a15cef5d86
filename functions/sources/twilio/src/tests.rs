//! Complete deliveries: those Twilio sends, and those that Nerve rejects.

mod signing;

use nerve_intake::{Delivery, Received};
use nerve_model::Event;
use nerve_signatures::{Rejection, twilio};
use signing::TWILIO;

nerve_testkit::source_tests!(TWILIO);

#[test]
fn behind_a_proxy_the_public_address_is_what_twilio_signed() {
    let outside =
        Delivery { url: "https://crm.example/hooks/twilio?a=b".to_owned(), ..TWILIO.fixture("completed").delivery };
    let inside = Delivery { url: "http://10.0.0.7:8787/hooks/twilio?a=b".to_owned(), ..TWILIO.signed(&outside) };
    let settings = [("PUBLIC_URL", "https://crm.example/")];
    assert!(matches!(TWILIO.receive_under(&inside, &settings), Received::Taken(_)));
    assert_eq!(TWILIO.receive(&inside), Received::Rejected(Rejection::Mismatch));
}

#[test]
fn a_body_of_json_is_covered_by_its_digest_in_the_url() {
    let body = TWILIO.fixture("completed_as_json").delivery;
    let url = format!("{}?{}", body.url, twilio::body_digest(&body.body));
    let delivery = TWILIO.signed(&Delivery { url, ..body });
    assert!(matches!(TWILIO.receive(&delivery), Received::Taken(_)));
    let forged = Delivery { body: b"{\"CallSid\":\"CA2\"}".to_vec(), ..delivery };
    assert!(matches!(TWILIO.receive(&forged), Received::Rejected(_)));
}

#[test]
fn a_call_is_told_by_the_other_side() {
    let [inbound, outbound] = ["completed", "outbound_no_answer"].map(|name| TWILIO.event(name));
    let theirs = |event: &Event| event.outside_claims().map(|claim| claim.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (theirs(&inbound), theirs(&outbound)),
        (vec!["+442079460199".to_owned()], vec!["+442079460199".to_owned()])
    );
    assert_eq!(TWILIO.event("completed").dedup_key, TWILIO.event("completed").dedup_key);
}
