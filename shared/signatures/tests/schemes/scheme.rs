//! Schemes chosen by configuration.

use crate::case::{ID_TIMESTAMP_BODY, NOW, TIMESTAMP_BODY, secret};
use nerve_model::Trust;
use nerve_signatures::{
    Format, Rejection, Scheme, Secrets, body_hmac, credentials, standard_webhooks, timestamped_hex, v0_hex,
};

const KEY: &str = "bmVydmU=:x";

fn read(json: &str) -> Result<Scheme, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn every_scheme_can_be_chosen_and_says_how_far_to_trust() {
    let body = b"{}";
    let key = &secret(KEY);
    let list = Secrets::parse("bmVydmU=:x,bmVydmU=");
    let standard = standard_webhooks::sign(&secret("bmVydmU="), "1", NOW, body);
    let hmac = body_hmac::sign(key, body, Format::base64("sig="));
    let cases = [
        (
            r#"{"scheme": "hmac", "header": "X-Sig", "encoding": "base64", "prefix": "sig=", "signed": "body"}"#,
            "X-Sig",
            hmac,
            Trust::Signed,
        ),
        (
            r#"{"scheme": "timestamped_hex", "header": "s", "tolerance_seconds": 60}"#,
            "s",
            timestamped_hex::sign(key, body, NOW),
            Trust::Signed,
        ),
        (
            r#"{"scheme": "v0_hex", "header": "s", "timestamp_header": "webhook-timestamp", "tolerance_seconds": 60}"#,
            "s",
            v0_hex::sign(key, body, NOW),
            Trust::Signed,
        ),
        (r#"{"scheme": "standard_webhooks", "tolerance_seconds": 60}"#, "webhook-signature", standard, Trust::Signed),
        (r#"{"scheme": "basic"}"#, "authorization", credentials::basic(key), Trust::Token),
        (r#"{"scheme": "bearer"}"#, "authorization", format!("Bearer {KEY}"), Trust::Token),
        (r#"{"scheme": "token", "header": "x-token"}"#, "x-token", KEY.to_owned(), Trust::Token),
    ];
    for (json, name, value, trust) in &cases {
        let header = |wanted: &str| match wanted {
            "webhook-id" => Some("1"),
            "webhook-timestamp" => Some("1795430400"),
            _ => (wanted == *name).then_some(value.as_str()),
        };
        let scheme = read(json).unwrap();
        assert_eq!(scheme.verify(&header, body, &list, NOW), Ok(*trust), "{json}");
        assert_eq!(scheme.verify(&header, body, &Secrets::default(), NOW), Err(Rejection::NoSecret), "{json}");
        assert!(scheme.verify(&|_| None, body, &list, NOW).is_err(), "{json}");
    }
}

#[test]
fn a_configuration_that_is_not_understood_is_refused() {
    for json in [TIMESTAMP_BODY, ID_TIMESTAMP_BODY] {
        assert!(read(json).is_ok(), "{json}");
        for (good, bad) in [
            (r#""scheme": "hmac""#, r#""scheme": "hmac", "tolerence": 1"#),
            (r#""scheme": "hmac""#, r#""scheme": "none""#),
            (r#""tolerance_seconds": 300"#, r#""tolerance_seconds": -1"#),
            (r#""tolerance_seconds": 300"#, r#""tolerance_seconds": 300, "unit": "s""#),
            (r#""tolerance_seconds": 300"#, r#""tolerance": 300"#),
            (r#""encoding": "#, r#""encoding": "rot13", "x": "#),
            (".body\"", ".Body\""),
        ] {
            let json = json.replace(good, bad);
            assert!(read(&json).is_err(), "{json}");
        }
    }
    for json in [
        r#"{"scheme": "basic", "header": "authorization"}"#,
        r#"{"scheme": "bearer", "x": 1}"#,
        r#"{"scheme": "token"}"#,
        r#"{"scheme": "standard_webhooks"}"#,
        r#"{"scheme": "hmac", "header": "s", "encoding": "hex"}"#,
        r#"{"scheme": "hmac", "header": "s", "encoding": "hex", "signed": ""}"#,
        "{}",
    ] {
        assert!(read(json).is_err(), "{json}");
    }
}
