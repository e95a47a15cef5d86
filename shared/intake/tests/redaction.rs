//! Text that is redacted, and text that only looks similar.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::{
    inbox::{self, Arrival, Task},
    redaction::{redact, without},
};
use nerve_model::{Answer, Claim, ClaimKind, Event, Fact, FormSubmitted, Role};
use nerve_testkit::{
    ObjectSqlite,
    events::{NOW, event, mail_from},
};

#[track_caller]
fn becomes(text: &str, clean: &str) {
    assert_eq!(without(text).as_deref(), Some(clean), "{text}");
}

#[track_caller]
fn stays(text: &str) {
    assert_eq!(without(text), None, "{text}");
}

#[test]
fn card_numbers_are_taken_out_however_they_are_written() {
    // Test numbers published by the networks and by payment providers.
    for number in [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242\u{a0}4242\u{a0}4242\u{a0}4242",
        "42424242 42424242",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "6011111111111117",
        "3056 930902 5904",
        "30569309025904",
        "36227206271667",
        "3566002020360505",
        "6200000000000005",
        "6759649826438453",
        "6304000000000000",
        "2200700000000017",
    ] {
        becomes(number, "[card number removed]");
        becomes(&format!("Karte: {number}, danke"), "Karte: [card number removed], danke");
        becomes(&format!("({number})"), "([card number removed])");
    }
    becomes("2 4242 4242 4242 4242 12/27", "2 [card number removed] 12/27");
    becomes("4242424242424242 CVC 123", "[card number removed] CVC [security code removed]");
    becomes("4242 4242 4242 4242 cvv2: 1234.", "[card number removed] cvv2: [security code removed].");
    becomes("+49 151 12345678, 4242424242424242", "+49 151 12345678, [card number removed]");
    becomes("a 4242424242424242 b 5555555555554444", "a [card number removed] b [card number removed]");
}

#[test]
fn numbers_that_are_no_cards_stay() {
    for text in [
        "4242424242424241",     // the check digit is wrong
        "42424242424242424242", // too long
        "4006381333931",        // a bar code
        "+4242 4242 4242 4242", // begins as a telephone number
        "+49 4242 4242 4242",
        "0049 151 12345678",
        "cus_4242424242424242", // an id
        "evt4242424242424242",
        "4242424242424242a",
        "f4242424242424242",
        "in_4242 4242424242",
        "1764083002000", // a time
        "20261125152803",
        "356938035643809",      // an IMEI, with the same check digit
        "89490200001234567890", // a SIM
        "EUR 1.234.567.890.123,00",
        "424242 4242 424242", // grouped as no card is
        "42 42 42 42 42 42 42 42",
        "4242, 4242, 4242, 4242",
        "DE89 3704 0044 0532 0130 00", // an account
        "192.168.100.200",
        "NRV-2026-0042 4242",
        "6f2c4242-4242-4242-4242-42424242424b",
        "CVC Capital Partners 2026 Fund",
        "security code 123456",
    ] {
        stays(text);
    }
}

#[test]
fn secrets_are_redacted_and_the_text_around_them_stays() {
    for (text, clean) in [
        ("Password: hunter2!", "Password: [password removed]"),
        ("my password:hunter2 and user ada", "my password:[password removed] and user ada"),
        ("Passwort = 'zwei Wörter' bitte", "Passwort = '[password removed]' bitte"),
        (r#"{"password": "a b c d", "user": "ada"}"#, r#"{"password": "[password removed]", "user": "ada"}"#),
        ("db_password=s3cr3t", "db_password=[password removed]"),
        ("Mot de passe : azerty", "Mot de passe : [password removed]"),
        ("CONTRASEÑA: abcd", "CONTRASEÑA: [password removed]"),
        ("Kennwort:\nabcd", "Kennwort:\n[password removed]"),
        ("api key: 0123456789abcdef", "api key: [secret removed]"),
        ("https://x.example/?token=0123456789abcdef", "https://x.example/?token=[secret removed]"),
        ("Authorization: Bearer abc.def-0123456789", "Authorization: Bearer [secret removed]"),
        ("bearer 0123456789abcdef.", "bearer [secret removed]"),
        ("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Authorization: Basic [secret removed]"),
        ("use sk_live_51Habc", "use [secret removed]"),
        ("(whsec_5f4dcc3b5aa765d6)", "([secret removed])"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345 is it", "[secret removed] is it"),
        ("AKIAIOSFODNN7EXAMPLE", "[secret removed]"),
        ("key=AIzaSyA0123456789abcdefghijklmnopqrstu", "key=[secret removed]"),
        ("https://hooks.slack.com/services/T000/B000/XXXX", "https:[secret removed]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc", "[secret removed]"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a [private key removed] b"),
        ("-----BEGIN PRIVATE KEY----- MIIEvQ…", "[private key removed]"),
    ] {
        becomes(text, clean);
    }
    for text in [
        "I forgot my password, please help",
        "The password is wrong",
        "password: ",
        "The secret: be kind to everybody",
        "token of appreciation: thanks",
        "bearer of good news",
        "Basic subscriptions",
        "A basic understanding of everything",
        "sk-learn-is-a-library",
        "-----BEGIN CERTIFICATE----- MIIE -----END CERTIFICATE-----",
        "Compwd: hello there",
        "key-account-management",
    ] {
        stays(text);
    }
}

#[test]
fn a_redacted_text_stays_as_it_is() {
    for text in ["Password: hunter2! 4242424242424242 cvc 123", "token=0123456789abcdef"] {
        let clean = without(text).unwrap();
        assert!(without(&clean).is_none_or(|again| again == clean), "{clean}");
    }
}

const CARD: &str = "4242 4242 4242 4242";

/// An event with a card number in each place of free text.
fn careless() -> Event {
    let answers = vec![Answer { question: format!("Q {CARD}"), answer: format!("A {CARD}") }];
    let fact = Fact::FormSubmitted(FormSubmitted {
        form: "4242424242424242".to_owned(),
        title: Some(CARD.to_owned()),
        submission: None,
        answers,
    });
    let name = Claim { kind: ClaimKind::Name, value: CARD.to_owned(), role: Role::Customer };
    let mut event = event(1, fact, "k 4242424242424242", "s 4242424242424242");
    event.claims.push(name);
    Event { summary: CARD.to_owned(), party_name: Some(CARD.to_owned()), ..event }
}

#[test]
fn free_text_is_looked_through_and_keys_stay() {
    let mut event = careless();
    let before = event.clone();
    assert!(redact(&mut event));
    let json = serde_json::to_string(&event).unwrap();
    assert!(!json.contains(CARD), "{json}");
    assert_eq!(json.matches("[card number removed]").count(), 5);
    assert_eq!((&event.semantic_key, &event.subject), (&before.semantic_key, &before.subject));
    assert_eq!(event.claims, before.claims[..2], "a name that is a card number tells nobody apart");
    assert!(!redact(&mut event), "nothing is left");
}

/// The event and body that the inbox stored, as text.
fn kept(event: &Event, body: &[u8]) -> (Event, Vec<u8>) {
    let storage = ObjectSqlite::default();
    inbox::open(&storage).unwrap();
    let (json, key) = (serde_json::to_string(event).unwrap(), &event.dedup_key);
    let arrival = Arrival { inbox: "stripe:1", id: event.id, dedup_key: key, event: &json, headers: &[], body };
    inbox::accept(&storage, arrival, NOW).unwrap();
    let Task::Dispatch(kept) = inbox::due(&storage, NOW).unwrap().remove(0).task else { panic!("not to be handed on") };
    (*kept, inbox::raw(&storage, key).unwrap().unwrap().1)
}

#[test]
fn an_inbox_keeps_the_event_without_it_and_the_body_as_it_came() {
    let (event, body) = kept(&careless(), CARD.as_bytes());
    assert_eq!(event.summary, "[card number removed]");
    assert_eq!(body, CARD.as_bytes());
    let ordinary = mail_from(2, "eva@acme.example");
    assert_eq!(kept(&ordinary, b"").0, ordinary);
}
