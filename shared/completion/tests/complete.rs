//! Events completed by the telephone numbers that their sources left as written.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_completion::complete;
use nerve_model::{CallDirection, CallEnded, CallResult, Claim, ClaimKind, Event, Fact, Role};
use nerve_protocol::unread::{Unread, UnreadPhone};
use nerve_testkit::events::{event, payment_failed};

fn phone(written: &str, role: Role, after: usize) -> UnreadPhone {
    UnreadPhone { written: written.to_owned(), role, after }
}

fn unread(phones: Vec<UnreadPhone>) -> Unread {
    Unread { phones, home: "DE".parse().ok(), mail: None }
}

fn claimed(event: &Event) -> Vec<&str> {
    event.claims.iter().map(|claim| claim.value.as_str()).collect()
}

#[test]
fn an_event_without_unread_parts_stays_as_it_is() {
    let event = payment_failed(1, "in_1");
    assert_eq!(complete(event.clone(), &Unread::default(), b""), Ok(event));
}

#[test]
fn a_number_becomes_a_claim_in_the_place_of_its_text() {
    let number = Claim { kind: ClaimKind::Phone, value: "+4930901820".to_owned(), role: Role::Customer };
    for (after, expected) in [
        (0, ["+4930901820", "stripe:customer:cus_ada", "ada@example.com"]),
        (1, ["stripe:customer:cus_ada", "+4930901820", "ada@example.com"]),
        (2, ["stripe:customer:cus_ada", "ada@example.com", "+4930901820"]),
        (9, ["stripe:customer:cus_ada", "ada@example.com", "+4930901820"]),
    ] {
        let phones = vec![phone("030 / 90 18 20", Role::Customer, after)];
        let completed = complete(payment_failed(1, "in_1"), &unread(phones), b"").unwrap();
        assert_eq!(claimed(&completed), expected, "after {after}");
        assert!(completed.claims.contains(&number));
    }
}

#[test]
fn what_is_no_number_is_no_claim_and_one_number_is_claimed_once() {
    let written = ["anonymous", "030 901820", "+49 30 901820", "", "0049 30 901820"];
    let phones = written.iter().map(|text| phone(text, Role::Customer, 2)).chain([phone("030 901820", Role::Owner, 2)]);
    let completed = complete(payment_failed(1, "in_1"), &unread(phones.collect()), b"").unwrap();
    let numbers: Vec<(&str, Role)> = completed.claims[2..].iter().map(|c| (c.value.as_str(), c.role)).collect();
    assert_eq!(numbers, [("+4930901820", Role::Customer), ("+4930901820", Role::Owner)]);
}

#[test]
fn the_sides_of_a_call_are_numbers_in_normal_form_or_as_written() {
    let call = Fact::CallEnded(CallEnded {
        call: "CA1".to_owned(),
        direction: CallDirection::Inbound,
        result: CallResult::NoAnswer,
        from: Some("030 901820".to_owned()),
        to: Some("sip:desk@ours.example".to_owned()),
        seconds: None,
    });
    let missed = Event { summary: "Call from 030 901820".to_owned(), ..event(1, call, "call", "twilio:call:CA1") };
    let completed = complete(missed, &unread(Vec::new()), b"").unwrap();
    assert_eq!(completed.summary, "Call from +4930901820");
    let Fact::CallEnded(call) = completed.fact else { unreachable!() };
    assert_eq!((call.from.as_deref(), call.to.as_deref()), (Some("+4930901820"), Some("sip:desk@ours.example")));
}
