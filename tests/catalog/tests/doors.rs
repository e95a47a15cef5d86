//! What no source may let in, whatever its scheme, and what every one must.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_catalog::{DOORS, Door, feed};
use nerve_intake::{Delivery, Headers, Received};
use nerve_model::{Millis, Timestamp};
use proptest::prelude::*;

fn takes(door: &Door, delivery: &Delivery, configured: &[usize]) -> bool {
    !matches!(door.receive(delivery, configured), Received::Rejected(_))
}

/// Every change to one of the headers that prove something, with what it is.
fn damaged(proof: &[(&'static str, String)]) -> Vec<(String, Vec<(&'static str, String)>)> {
    let mut damaged = Vec::new();
    for n in 0..proof.len() {
        let (name, value) = &proof[n];
        for (how, value) in [
            ("empty", String::new()),
            ("blank", " ".to_owned()),
            ("truncated", value[..value.len() - 1].to_owned()),
            ("cut in half", value[..value.len() / 2].to_owned()),
            ("extended", format!("{value}0")),
            ("in another script", value.replace(|c: char| c.is_ascii_alphanumeric(), "é")),
            ("of control characters", "\u{0}\u{7f}".to_owned()),
            ("very long", value.repeat(5_000)),
        ] {
            let mut proof = proof.to_vec();
            proof[n].1 = value;
            damaged.push((format!("{name} {how}"), proof));
        }
    }
    damaged
}

#[test]
fn a_genuine_delivery_comes_in_whatever_the_case_of_its_header_names() {
    for door in DOORS {
        let delivery = door.delivery();
        let signed = door.signed(&delivery, 0, delivery.received_at);
        assert!(takes(door, &signed, &[0]), "{}", door.name);
        let shouted = signed.headers.iter().map(|(name, value)| (name.to_ascii_uppercase(), value.clone())).collect();
        assert_eq!(
            door.receive(&Delivery { headers: shouted, ..signed.clone() }, &[0]),
            door.receive(&signed, &[0]),
            "{}",
            door.name
        );
    }
}

#[test]
fn secrets_rotate_without_a_gap() {
    for door in DOORS {
        let delivery = door.delivery();
        let [old, new] = [0, 1].map(|nth| door.signed(&delivery, nth, delivery.received_at));
        for (configured, takes_old, takes_new) in [
            (&[0][..], true, false),
            (&[0, 1], true, true),
            (&[1, 0], true, true),
            (&[1], false, true),
            (&[], false, false),
        ] {
            let found = (takes(door, &old, configured), takes(door, &new, configured));
            assert_eq!(found, (takes_old, takes_new), "{} with {configured:?}", door.name);
        }
    }
}

#[test]
fn without_the_whole_proof_nothing_comes_in() {
    for door in DOORS {
        let delivery = door.delivery();
        let proof = door.proof(&delivery);
        let bare = Delivery { headers: Headers::default(), body: Vec::new(), ..delivery.clone() };
        assert!(!takes(door, &bare, &[0]), "{}: nothing at all", door.name);
        assert!(!takes(door, &delivery, &[0]), "{}: no proof", door.name);
        for n in 0..proof.len() {
            let without: Vec<_> =
                proof.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, own)| own.clone()).collect();
            assert!(!takes(door, &door.with_proof(&delivery, without), &[0]), "{} without {}", door.name, proof[n].0);
        }
        for (how, proof) in damaged(&proof) {
            assert!(!takes(door, &door.with_proof(&delivery, proof), &[0]), "{}: {how}", door.name);
        }
    }
}

#[test]
fn what_was_changed_on_the_way_stays_out() {
    for door in DOORS.iter().filter(|door| door.keys.covers_body) {
        let delivery = door.delivery();
        let signed = door.signed(&delivery, 0, delivery.received_at);
        for at in (0..signed.body.len()).step_by((signed.body.len() / 40).max(1)) {
            let mut body = signed.body.clone();
            body[at] ^= 1;
            assert!(!takes(door, &Delivery { body, ..signed.clone() }, &[0]), "{}: byte {at}", door.name);
        }
        let longer = [&signed.body[..], b" "].concat();
        assert!(!takes(door, &Delivery { body: longer, ..signed }, &[0]), "{}: a byte more", door.name);
    }
}

#[test]
fn a_delivery_is_as_old_as_its_scheme_allows_and_no_older() {
    for door in DOORS {
        let (delivery, Some(tolerance)) = (door.delivery(), door.keys.tolerance) else { continue };
        let second = 1_000;
        for (off, in_time) in [
            (0, true),
            (tolerance.0 - second, true),
            (tolerance.0, true),
            (tolerance.0 + second, false),
            (second - tolerance.0, true),
            (-tolerance.0, true),
            (-tolerance.0 - second, false),
            (Millis::days(365).0, false),
        ] {
            let at = Timestamp::from_millis(delivery.received_at.as_millis() + off);
            assert_eq!(takes(door, &door.signed(&delivery, 0, at), &[0]), in_time, "{} by {off} ms", door.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_source_panic(
        body in proptest::collection::vec(any::<u8>(), 0..400),
        headers in proptest::collection::vec(("[a-z-]{1,20}", "\\PC{0,40}"), 0..5),
        n in 0..DOORS.len(),
    ) {
        let door = &DOORS[n];
        let delivery = Delivery { body, ..door.delivery() };
        let unproven = Delivery { headers: headers.into_iter().collect(), ..delivery.clone() };
        prop_assert!(!takes(door, &unproven, &[0]), "{}", door.name);
        door.receive(&door.signed(&delivery, 0, delivery.received_at), &[0]);
    }
}

/// What the fuzz targets do for as long as one likes, for a moment: every body of the fixtures, cut and changed.
#[test]
fn the_fuzz_targets_run_clean() {
    for door in DOORS {
        for (n, fixture) in door.fixtures().iter().enumerate() {
            let model = u8::try_from(n).unwrap();
            let body = &fixture.delivery.body;
            for at in (0..=body.len()).step_by((body.len() / 8).max(1)) {
                feed(door, &[&[model], &body[..at]].concat());
                feed(door, &[&[model], &body[..at], &[0xff, b'"', b'\\', b'{'], &body[at..]].concat());
            }
        }
    }
}
