//! Deliveries that all schemes must reject.

use crate::case::{Case, Headers, NOW, TOLERANCE, all};
use nerve_model::Millis;
use nerve_signatures::{Rejection, Secrets, TimeFormat};

const BODY: &[u8] = b"CallSid=CA1&Text=Hello";

type Damage = fn(&str) -> String;

fn check(case: &Case, headers: &Headers) -> Result<(), Rejection> {
    (case.verify)(headers, BODY, &case.secrets(&[0]), NOW)
}

fn with(headers: &Headers, name: &'static str, value: String) -> Headers {
    let mut headers = headers.clone();
    headers.insert(name, value);
    headers
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
    text.chars().map(swap).collect()
}

#[test]
fn a_signed_delivery_is_accepted_while_its_secret_is_configured() {
    for case in all() {
        for (key, configured, verdict) in [
            (0, &[0][..], None),
            (0, &[0, 1], None),
            (1, &[0, 1], None),
            (1, &[1, 0], None),
            (1, &[0], Some([Rejection::Mismatch, Rejection::WrongCredentials])),
            (0, &[1], Some([Rejection::Mismatch, Rejection::WrongCredentials])),
        ] {
            let headers = case.signed(key, BODY, NOW);
            let actual = (case.verify)(&headers, BODY, &case.secrets(configured), NOW).err();
            let expected = verdict.map(|[signed, token]| if case.covers_body { signed } else { token });
            assert_eq!(actual, expected, "{}: {key} {configured:?}", case.name);
        }
    }
}

#[test]
fn a_damaged_proof_is_rejected() {
    let damages: [(&str, Damage); 14] = [
        ("half", |good| good[..good.len() / 2].to_owned()),
        ("the other half", |good| good[good.len() / 2..].to_owned()),
        ("without the first character", |good| good[1..].to_owned()),
        ("one character more", |good| format!("{good}A")),
        ("padding more", |good| format!("{good}=")),
        ("two characters more", |good| format!("{good}00")),
        ("wrong case", swap_case),
        ("not ASCII at the end", |good| format!("{}é", &good[..good.len() - 2])),
        ("not ASCII at the start", |good| format!("\u{feff}{good}")),
        ("fullwidth digits", |good| good.replace(|c: char| c.is_ascii_digit(), "\u{ff11}")),
        ("control characters", |good| format!("{good}\0\r\n")),
        ("ten thousand times, spaces between", |good| vec![good; 10_000].join(" ")),
        ("ten thousand times, commas between", |good| vec![good; 10_000].join(",")),
        ("Cal.com's literal", |_| "no-secret-provided".to_owned()),
    ];
    for case in all() {
        let headers = case.signed(0, BODY, NOW);
        for (damage, apply) in damages {
            let damaged = apply(&headers[case.proof]);
            // A text without a digit cannot be damaged this way.
            if damaged != headers[case.proof] {
                let verdict = check(&case, &with(&headers, case.proof, damaged));
                assert!(verdict.is_err(), "{}: {damage}", case.name);
            }
        }
    }
}

#[test]
fn part_of_a_signature_cannot_be_read() {
    for case in all().iter().filter(|case| case.covers_body) {
        let headers = case.signed(0, BODY, NOW);
        for missing in [1, 4, 8] {
            let good = &headers[case.proof];
            let part = good[..good.len() - missing].to_owned();
            let verdict = check(case, &with(&headers, case.proof, part));
            assert_eq!(verdict, Err(Rejection::MalformedSignature), "{}: {missing}", case.name);
        }
    }
}

#[test]
fn a_repeated_header_is_no_signature_unless_the_scheme_has_lists() {
    for case in all().iter().filter(|case| !case.list) {
        let headers = case.signed(0, BODY, NOW);
        for between in [",", ", ", " ", "\n"] {
            let twice = [headers[case.proof].as_str(); 2].join(between);
            assert!(check(case, &with(&headers, case.proof, twice)).is_err(), "{}: {between:?}", case.name);
        }
    }
}

#[test]
fn without_a_proof_nothing_is_genuine() {
    for case in all() {
        let missing = if case.covers_body { Rejection::MissingSignature } else { Rejection::MissingCredentials };
        let good = case.signed(0, BODY, NOW);
        let mut absent = good.clone();
        absent.remove(case.proof);
        for headers in [&absent, &with(&good, case.proof, String::new()), &with(&good, case.proof, " \t".to_owned())] {
            assert_eq!(check(&case, headers), Err(missing), "{}", case.name);
        }
    }
}

#[test]
fn without_a_secret_nothing_is_genuine() {
    for case in all() {
        let good = case.signed(0, BODY, NOW);
        for headers in [&good, &with(&good, case.proof, "no-secret-provided".to_owned())] {
            for list in ["", " , ,", "no-secret-provided", "no-secret-provided, ,no-secret-provided"] {
                let verdict = (case.verify)(headers, BODY, &Secrets::parse(list), NOW);
                assert_eq!(verdict, Err(Rejection::NoSecret), "{}: {list:?}", case.name);
            }
        }
    }
}

#[test]
fn a_secret_of_the_wrong_form_is_reported_and_harms_no_other() {
    for (name, unusable) in [
        ("standard_webhooks", "whsec_***,whsec_,whsec_YQ"),
        ("ecdsa_p256", "MFkw,bmVydmU=,***,MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAAAA"),
        // A valid point, declared to be on another curve.
        (
            "ecdsa_p256",
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQgDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
        ),
        ("basic", "nerve,:password,user:,:"),
    ] {
        let case = all().into_iter().find(|case| case.name == name).unwrap();
        let headers = case.signed(0, BODY, NOW);
        let verify = |list: &str| (case.verify)(&headers, BODY, &Secrets::parse(list), NOW);
        assert_eq!(verify(unusable), Err(Rejection::UnusableSecret), "{name}");
        assert_eq!(verify(&format!("{unusable},{}", (case.secret)(case.keys[0]))), Ok(()), "{name}");
    }
}

#[test]
fn the_time_may_differ_by_the_tolerance_both_ways_and_no_more() {
    for case in all().iter().filter(|case| case.timed) {
        let headers = case.signed(0, BODY, NOW);
        let edge = TOLERANCE.0;
        for (off_by, verdict) in [
            (0, Ok(())),
            (edge - 1, Ok(())),
            (edge, Ok(())),
            (edge + 1, Err(Rejection::Stale)),
            (1 - edge, Ok(())),
            (-edge, Ok(())),
            (-edge - 1, Err(Rejection::Future)),
        ] {
            let now = NOW + Millis(off_by);
            assert_eq!((case.verify)(&headers, BODY, &case.secrets(&[0]), now), verdict, "{}: {off_by}", case.name);
        }
    }
}

#[test]
fn a_time_that_was_not_signed_or_cannot_be_read_is_rejected() {
    for case in all() {
        let Some((header, format)) = case.time else { continue };
        let good = case.signed(0, BODY, NOW);
        let mut absent = good.clone();
        absent.remove(header);
        assert_eq!(check(&case, &absent), Err(Rejection::MissingTimestamp), "{}", case.name);
        let time = good[header].clone();
        for (text, rejection) in [
            (String::new(), Rejection::MissingTimestamp),
            ("  ".to_owned(), Rejection::MissingTimestamp),
            (format!("+{time}"), Rejection::MalformedTimestamp),
            (format!("-{time}"), Rejection::MalformedTimestamp),
            (format!(" {time}"), Rejection::MalformedTimestamp),
            (format!("{time}, {time}"), Rejection::MalformedTimestamp),
            (format!("{time}e0"), Rejection::MalformedTimestamp),
            (format!("{time}\0"), Rejection::MalformedTimestamp),
            ("yesterday".to_owned(), Rejection::MalformedTimestamp),
            ("0x1".to_owned(), Rejection::MalformedTimestamp),
            ("1.795e9".to_owned(), Rejection::MalformedTimestamp),
            ("\u{661}\u{667}".to_owned(), Rejection::MalformedTimestamp),
            ("9".repeat(10_000), Rejection::MalformedTimestamp),
            (format.write(NOW + Millis::seconds(1)), Rejection::Mismatch),
        ] {
            assert_eq!(check(&case, &with(&good, header, text.clone())), Err(rejection), "{}: {text:.40}", case.name);
        }
    }
}

#[test]
fn a_time_with_a_leading_zero_is_not_the_one_signed() {
    for case in all() {
        let Some((header, TimeFormat::Seconds | TimeFormat::Milliseconds)) = case.time else { continue };
        let good = case.signed(0, BODY, NOW);
        let zero = with(&good, header, format!("0{}", good[header]));
        assert_eq!(check(&case, &zero), Err(Rejection::Mismatch), "{}", case.name);
    }
}

#[test]
fn an_id_is_part_of_what_is_signed() {
    for case in all() {
        let good = case.signed(0, BODY, NOW);
        if good.contains_key("id") {
            let mut absent = good.clone();
            absent.remove("id");
            assert_eq!(check(&case, &absent), Err(Rejection::MissingId), "{}", case.name);
            let other = with(&good, "id", "msg_other".to_owned());
            assert_eq!(check(&case, &other), Err(Rejection::Mismatch), "{}", case.name);
        }
    }
}

#[test]
fn box_signs_in_one_version_with_one_algorithm() {
    for case in all().iter().filter(|case| case.name.starts_with("box_com")) {
        let good = case.signed(0, BODY, NOW);
        for (header, text) in
            [("version", "2"), ("version", ""), ("algorithm", "HmacSHA1"), ("algorithm", "hmacsha256")]
        {
            let verdict = check(case, &with(&good, header, text.to_owned()));
            assert_eq!(verdict, Err(Rejection::UnsupportedSignature), "{header}: {text}");
        }
    }
}
