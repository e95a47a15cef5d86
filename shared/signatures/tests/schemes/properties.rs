//! Properties of all schemes, for any bytes.

use crate::case::{NOW, all};
use nerve_model::{Millis, Timestamp};
use proptest::prelude::*;

/// Any bytes for all schemes but the one that parses a form, which gets letters: a form has several spellings.
fn body(name: &str, bytes: &[u8]) -> Vec<u8> {
    match name {
        "twilio, form" => bytes.iter().map(|byte| b'a' + byte % 26).collect(),
        _ => bytes.to_vec(),
    }
}

fn flip(bytes: &[u8], bit: prop::sample::Index) -> Vec<u8> {
    let (mut changed, bit) = (bytes.to_vec(), bit.index(bytes.len() * 8));
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_signed_delivery_is_accepted(bytes: Vec<u8>, at in 0..4_000_000_000_i64, late in -300..=300_i64) {
        let at = Timestamp::from_seconds(at);
        for case in all() {
            let body = body(case.name, &bytes);
            let headers = case.signed(0, &body, at);
            let verdict = (case.verify)(&headers, &body, &case.secrets(&[1, 0]), at + Millis::seconds(late));
            prop_assert_eq!(verdict, Ok(()), "{}", case.name);
        }
    }

    #[test]
    fn one_changed_bit_is_rejected(
        bytes in prop::collection::vec(any::<u8>(), 1..200), bit: prop::sample::Index, header: prop::sample::Index,
    ) {
        for case in all() {
            let body = body(case.name, &bytes);
            let (headers, secrets) = (case.signed(0, &body, NOW), case.secrets(&[0]));
            if case.covers_body {
                prop_assert!((case.verify)(&headers, &flip(&body, bit), &secrets, NOW).is_err(), "{}", case.name);
            }
            let name = *header.get(&headers.keys().copied().collect::<Vec<_>>());
            if let Ok(value) = String::from_utf8(flip(headers[name].as_bytes(), bit)) {
                let mut changed = headers.clone();
                changed.insert(name, value);
                let verdict = (case.verify)(&changed, &body, &secrets, NOW);
                // The names of authentication schemes are case-insensitive.
                let same = case.name == "basic" || case.name == "bearer";
                prop_assert!(verdict.is_err() || same && changed[name].eq_ignore_ascii_case(&headers[name]), "{} {changed:?}", case.name);
            }
        }
    }

    #[test]
    fn no_input_panics_or_passes(value in ".{0,120}", body: Vec<u8>, now: i64) {
        let now = Timestamp::from_millis(now);
        for case in all() {
            let mut headers = case.signed(0, &body, NOW);
            for name in headers.keys().copied().collect::<Vec<_>>() {
                let kept = headers.insert(name, value.clone()).unwrap();
                prop_assert!((case.verify)(&headers, &body, &case.secrets(&[0]), now).is_err(), "{} {name}", case.name);
                headers.insert(name, kept);
            }
            headers.values_mut().for_each(|text| text.clone_from(&value));
            prop_assert!((case.verify)(&headers, &body, &case.secrets(&[0]), now).is_err(), "{}", case.name);
        }
    }
}
