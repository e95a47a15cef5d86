//! HMAC-SHA256 in hexadecimal over `{t}.{body}`, in a header `t=<unix seconds>,v1=<hex>[,v1=<hex>...]`.
//!
//! Stripe and Calendly sign this way: <https://docs.stripe.com/webhooks/signature>. The key is the whole secret as
//! text, with a prefix such as `whsec_`. While a secret is being rotated the vendor writes one `v1` for each.

use crate::{
    Encoding, Format, Rejection, Secret, Secrets, TimeFormat,
    mac::{self, TAG_BYTES},
    signed_time::SignedTime,
    tag::list,
};
use nerve_model::{Millis, Timestamp};

/// Accepts a `header` with a signature of `body` by one of `secrets`, made no more than `tolerance` before or after
/// `now`.
///
/// All `v1` are tried with all secrets. Other schemes, and a `v1` that is not 32 bytes of lower-case hexadecimal, are
/// skipped.
pub fn verify(
    header: Option<&str>,
    body: &[u8],
    secrets: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    secrets.required()?;
    let Signature { time, tags } = parse(list(header)?).ok_or(Rejection::MalformedSignature)?;
    mac::verify(secrets, &[time.as_bytes(), b".", body], &tags)?;
    time.within(tolerance, now)
}

/// The header that a vendor sends for `body` at the second of `at`.
pub fn sign(secret: &Secret, body: &[u8], at: Timestamp) -> String {
    let time = TimeFormat::Seconds.write(at);
    let tag = Format::hex("v1=").sign(secret, &[time.as_bytes(), b".", body]);
    format!("t={time},{tag}")
}

struct Signature<'a> {
    time: SignedTime<'a>,
    /// One or more tags.
    tags: Vec<[u8; TAG_BYTES]>,
}

fn parse(header: &str) -> Option<Signature<'_>> {
    let (mut time, mut tags) = (None, Vec::new());
    for item in header.split(',') {
        match item.split_once('=')? {
            // With two times it would be unclear which one is signed.
            ("t", _) if time.is_some() => return None,
            ("t", text) => time = Some(text),
            ("v1", text) => tags.extend(Encoding::Hex.decode::<TAG_BYTES>(text)),
            _ => {}
        }
    }
    let time = TimeFormat::Seconds.parse(time?)?;
    (!tags.is_empty()).then_some(Signature { time, tags })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_795_430_400;
    const TOLERANCE: Millis = Millis::seconds(300);
    const SECRET: &str = "whsec_nerve_test_secret_1";
    const BODY: &str = "{\"id\":\"evt_1NerveVector\",\"object\":\"event\",\"note\":\"Grüße 👋\"}\n";
    /// Made by `webhooks.generateTestHeaderString` of Stripe's npm package 23.1.0 from the three values above.
    const HEADER: &str = "t=1795430400,v1=fdf6546aa2f1785173fe4784544f5deedb838ec8fefbf68fe989b17dd20c4a9b";

    fn now() -> Timestamp {
        Timestamp::from_seconds(NOW)
    }

    fn secret(text: &str) -> Secret {
        Secrets::parse(text).iter().next().cloned().unwrap()
    }

    fn check(header: &str, secrets: &str) -> Result<(), Rejection> {
        verify(Some(header), BODY.as_bytes(), &Secrets::parse(secrets), TOLERANCE, now())
    }

    fn tag_of(secret_text: &str) -> String {
        let header = sign(&secret(secret_text), BODY.as_bytes(), now());
        header.rsplit_once('=').map(|(_, hex)| hex.to_owned()).unwrap()
    }

    #[test]
    fn signatures_equal_those_of_stripes_own_library() {
        assert_eq!(check(HEADER, SECRET), Ok(()));
        assert_eq!(sign(&secret(SECRET), BODY.as_bytes(), now()), HEADER);
        let empty = "t=1795430400,v1=0cc4043f36af543a4292d6c9bcc451054fa77eaee7c9b469840904f3537aba22";
        assert_eq!(sign(&secret(SECRET), b"", now()), empty);
    }

    #[test]
    fn any_signature_by_any_secret_will_do() {
        let (old, new) = (tag_of("whsec_old"), tag_of("whsec_new"));
        let zeros = "0".repeat(64);
        for (header, secrets) in [
            (format!("t={NOW},v1={old},v1={new}"), "whsec_new"),
            (format!("t={NOW},v1={old},v1={new}"), "whsec_old"),
            (format!("t={NOW},v1={old}"), "whsec_new,whsec_old"),
            (format!("v1={new},t={NOW}"), "whsec_new"),
            (format!("t={NOW},v1={zeros},v1={new},v0={old}"), "whsec_new"),
            (format!("t={NOW},v1=,v1=xyz,v1={new}"), "whsec_new"),
        ] {
            assert_eq!(check(&header, secrets), Ok(()), "{header} {secrets}");
        }
    }

    #[test]
    fn unsigned_and_damaged_deliveries_are_rejected() {
        let good = tag_of(SECRET);
        for header in [
            format!("t={NOW},v1={}", "0".repeat(64)),
            format!("t={},v1={good}", NOW + 1),
            format!("t=0{NOW},v1={good}"),
            format!("t={NOW},v1={}", tag_of("whsec_other")),
            format!("t={},v1={good}", i64::MAX),
        ] {
            assert_eq!(check(&header, SECRET), Err(Rejection::Mismatch), "{header}");
        }
        assert_eq!(check(HEADER, "nerve_test_secret_1"), Err(Rejection::Mismatch));
    }

    #[test]
    fn a_header_that_cannot_be_read_is_rejected() {
        let good = tag_of(SECRET);
        let crowd: String = (0..10_000).map(|_| format!(",v1={good}")).collect();
        for header in [
            format!("v1={good}"),
            format!("t={NOW}"),
            format!("t={NOW},v0={good}"),
            format!("t={NOW},v1={}", &good[..62]),
            format!("t={NOW},v1={}", &good[..63]),
            format!("t={NOW},v1={good}00"),
            format!("t={NOW},v1={}", good.to_uppercase()),
            format!("t={NOW},v1=é{}", &good[2..]),
            format!("t={NOW},t={NOW},v1={good}"),
            format!("t=-{NOW},v1={good}"),
            format!("t=+{NOW},v1={good}"),
            format!("t={NOW}.0,v1={good}"),
            format!("t=99999999999999999999,v1={good}"),
            format!("t=,v1={good}"),
            format!("t=\u{0661},v1={good}"),
            format!("t={NOW};v1={good}"),
            format!("t={NOW}, v1={good}"),
            format!("T={NOW},V1={good}"),
            format!("{HEADER},"),
            format!("t={NOW}{crowd}"),
            "garbage".to_owned(),
            ",,,".to_owned(),
            "=".to_owned(),
            "\u{202e}\0".to_owned(),
        ] {
            assert_eq!(check(&header, SECRET), Err(Rejection::MalformedSignature), "{header:.200}");
        }
    }

    #[test]
    fn without_a_header_or_a_secret_nothing_is_genuine() {
        let secrets = Secrets::parse(SECRET);
        for header in [None, Some(""), Some("  ")] {
            let verdict = verify(header, BODY.as_bytes(), &secrets, TOLERANCE, now());
            assert_eq!(verdict, Err(Rejection::MissingSignature));
        }
        for header in [None, Some(""), Some("garbage"), Some(HEADER)] {
            let verdict = verify(header, BODY.as_bytes(), &Secrets::default(), TOLERANCE, now());
            assert_eq!(verdict, Err(Rejection::NoSecret));
        }
    }

    #[test]
    fn the_time_may_differ_by_the_tolerance_both_ways() {
        let secrets = Secrets::parse(SECRET);
        for (off_by_millis, verdict) in [
            (0, Ok(())),
            (300_000, Ok(())),
            (-300_000, Ok(())),
            (300_001, Err(Rejection::Stale)),
            (-300_001, Err(Rejection::Future)),
            (i64::MAX - NOW * 1_000, Err(Rejection::Stale)),
        ] {
            let now = now() + Millis(off_by_millis);
            assert_eq!(verify(Some(HEADER), BODY.as_bytes(), &secrets, TOLERANCE, now), verdict, "{off_by_millis}");
        }
        let header = sign(&secret(SECRET), b"", Timestamp::from_millis(i64::MAX));
        let verdict = verify(Some(&header), b"", &secrets, TOLERANCE, Timestamp::from_millis(i64::MIN));
        assert_eq!(verdict, Err(Rejection::Future));
    }

    proptest! {
        #[test]
        fn no_input_panics(header in ".{0,200}", body: Vec<u8>, now: i64, tolerance: i64) {
            let secrets = Secrets::parse(SECRET);
            let _ = verify(Some(&header), &body, &secrets, Millis(tolerance), Timestamp::from_millis(now));
        }

        #[test]
        fn no_header_of_the_right_shape_panics(header in "(t=-?[0-9]{0,25}|v[01]=[0-9a-fG]{0,70})(,(t=[0-9]{0,12}|v1=[0-9a-f]{64}))*", now: i64) {
            let secrets = Secrets::parse(SECRET);
            let verdict = verify(Some(&header), b"", &secrets, TOLERANCE, Timestamp::from_millis(now));
            prop_assert!(verdict.is_err());
        }

        #[test]
        fn a_signed_delivery_is_accepted(body: Vec<u8>, key in "[!-+.-~]{1,80}", at in 0..4_000_000_000_000_i64) {
            let at = Timestamp::from_millis(at);
            let header = sign(&secret(&key), &body, at);
            prop_assert_eq!(verify(Some(&header), &body, &Secrets::parse(&key), TOLERANCE, at), Ok(()));
        }

        #[test]
        fn one_changed_bit_is_rejected(body in prop::collection::vec(any::<u8>(), 1..200), bit: prop::sample::Index) {
            let header = sign(&secret(SECRET), &body, now());
            let secrets = Secrets::parse(SECRET);
            let flip = |bytes: &[u8]| {
                let (mut changed, bit) = (bytes.to_vec(), bit.index(bytes.len() * 8));
                changed[bit / 8] ^= 1 << (bit % 8);
                changed
            };
            let verdict = verify(Some(&header), &flip(&body), &secrets, TOLERANCE, now());
            prop_assert_eq!(verdict, Err(Rejection::Mismatch));
            let time = flip(NOW.to_string().as_bytes());
            if let Ok(time) = String::from_utf8(time) {
                let header = header.replacen(&NOW.to_string(), &time, 1);
                prop_assert!(verify(Some(&header), &body, &secrets, TOLERANCE, now()).is_err());
            }
        }
    }
}
