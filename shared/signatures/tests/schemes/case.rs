//! A common interface of all schemes, so that tables and properties cover each of them.

use std::collections::BTreeMap;

use nerve_model::{Millis, Timestamp};
use nerve_signatures::{
    Format, Rejection, Scheme, Secret, Secrets, TimeFormat, body_hmac, box_com, credentials, ecdsa_p256, hubspot,
    standard_webhooks, timestamped_hex, twilio, v0_hex, zendesk,
};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_430_400);
pub(crate) const TOLERANCE: Millis = Millis::seconds(300);

const URL: &str = "https://nerve.example/hooks/x?a=%2F1";

/// Headers by lower-case name; `url` stands for the request line.
pub(crate) type Headers = BTreeMap<&'static str, String>;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The header that proves the delivery genuine.
    pub(crate) proof: &'static str,
    /// The header with the signed time, for schemes that have one of its own.
    pub(crate) time: Option<(&'static str, TimeFormat)>,
    /// The scheme signs a time.
    pub(crate) timed: bool,
    /// The proof covers the body.
    pub(crate) covers_body: bool,
    /// The header may contain several signatures.
    pub(crate) list: bool,
    /// Two secrets of the vendor.
    pub(crate) keys: [&'static str; 2],
    /// The secret that the operator configures for a key.
    pub(crate) secret: fn(&str) -> String,
    pub(crate) sign: fn(&Secret, &[u8], Timestamp) -> Headers,
    pub(crate) verify: fn(&Headers, &[u8], &Secrets, Timestamp) -> Result<(), Rejection>,
}

impl Case {
    pub(crate) fn signed(&self, key: usize, body: &[u8], at: Timestamp) -> Headers {
        (self.sign)(&secret(self.keys[key]), body, at)
    }

    pub(crate) fn secrets(&self, keys: &[usize]) -> Secrets {
        let texts: Vec<_> = keys.iter().map(|key| (self.secret)(self.keys[*key])).collect();
        Secrets::parse(&texts.join(","))
    }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secrets::parse(text).iter().next().cloned().unwrap()
}

const SIGNED_BODY: Case = Case {
    name: "",
    proof: "signature",
    time: None,
    timed: false,
    covers_body: true,
    list: false,
    keys: ["nerve_test_secret_1", "nerve_test_secret_2"],
    secret: str::to_owned,
    sign: |_, _, _| Headers::new(),
    verify: |_, _, _, _| Err(Rejection::Mismatch),
};

const fn timed(format: TimeFormat) -> Case {
    Case { time: Some(("timestamp", format)), timed: true, ..SIGNED_BODY }
}

const CREDENTIALS: Case = Case { proof: "authorization", covers_body: false, ..SIGNED_BODY };

fn get<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.get(name).map(String::as_str)
}

macro_rules! headers {
    ($($name:literal: $value:expr),*) => { Headers::from([$(($name, $value)),*]) };
}

macro_rules! with_format {
    ($name:literal, $format:expr) => {
        Case {
            name: $name,
            sign: |secret, body, _| headers! {"signature": body_hmac::sign(secret, body, $format)},
            verify: |headers, body, secrets, _| body_hmac::verify(get(headers, "signature"), body, secrets, $format),
            ..SIGNED_BODY
        }
    };
}

fn scheme(json: &str, headers: &Headers, body: &[u8], secrets: &Secrets, now: Timestamp) -> Result<(), Rejection> {
    let scheme: Scheme = serde_json::from_str(json).unwrap();
    scheme.verify(&|name| get(headers, name), body, secrets, now).map(drop)
}

pub(crate) const TIMESTAMP_BODY: &str = r#"{"scheme": "hmac", "header": "signature", "encoding": "hex", "prefix": "sha256=",
    "signed": {"timestamp.body": {"header": "timestamp", "format": "milliseconds", "tolerance_seconds": 300}}}"#;
pub(crate) const ID_TIMESTAMP_BODY: &str = r#"{"scheme": "hmac", "header": "signature", "encoding": "base64",
    "signed": {"id.timestamp.body": {"id_header": "id",
        "timestamp": {"header": "timestamp", "format": "rfc3339", "tolerance_seconds": 300}}}}"#;

pub(crate) fn all() -> Vec<Case> {
    vec![
        Case {
            name: "timestamped_hex",
            timed: true,
            list: true,
            sign: |secret, body, at| headers! {"signature": timestamped_hex::sign(secret, body, at)},
            verify: |headers, body, secrets, now| {
                timestamped_hex::verify(get(headers, "signature"), body, secrets, TOLERANCE, now)
            },
            ..SIGNED_BODY
        },
        with_format!("body_hmac, sha256= and hex", Format::hex("sha256=")),
        with_format!("body_hmac, sha256= and base64", Format::base64("sha256=")),
        with_format!("body_hmac, bare hex", Format::hex("")),
        Case {
            name: "v0_hex",
            sign: |secret, body, at| {
                headers! {"timestamp": TimeFormat::Seconds.write(at), "signature": v0_hex::sign(secret, body, at)}
            },
            verify: |headers, body, secrets, now| {
                let (signature, timestamp) = (get(headers, "signature"), get(headers, "timestamp"));
                v0_hex::verify(signature, timestamp, body, secrets, TOLERANCE, now)
            },
            ..timed(TimeFormat::Seconds)
        },
        Case {
            name: "zendesk",
            sign: |secret, body, at| {
                headers! {"timestamp": at.to_string(), "signature": zendesk::sign(secret, body, &at.to_string())}
            },
            verify: |headers, body, secrets, now| {
                let (signature, timestamp) = (get(headers, "signature"), get(headers, "timestamp"));
                zendesk::verify(signature, timestamp, body, secrets, TOLERANCE, now)
            },
            ..timed(TimeFormat::Rfc3339)
        },
        Case { name: "box_com, primary", ..box_signed("primary") },
        Case { name: "box_com, secondary", proof: "secondary", ..box_signed("secondary") },
        Case {
            name: "hubspot",
            sign: |secret, body, at| {
                let signature = hubspot::sign(secret, hubspot::Request { method: "POST", uri: URL, body }, at);
                headers! {"timestamp": TimeFormat::Milliseconds.write(at), "signature": signature}
            },
            verify: |headers, body, secrets, now| {
                let (signature, timestamp) = (get(headers, "signature"), get(headers, "timestamp"));
                let request = hubspot::Request { method: "POST", uri: URL, body };
                hubspot::verify(signature, timestamp, request, secrets, TOLERANCE, now)
            },
            ..timed(TimeFormat::Milliseconds)
        },
        Case {
            name: "standard_webhooks",
            list: true,
            keys: [
                "whsec_bmVydmUgdGVzdCBrZXkgb2YgMzIgYnl0ZXMgaGVyZSE=",
                "bmVydmUgb3RoZXIga2V5IG9mIDMyIGJ5dGVzIGhlcmU=",
            ],
            sign: |secret, body, at| {
                let signature = standard_webhooks::sign(secret, "msg_1", at, body);
                headers! {
                    "id": "msg_1".to_owned(), "timestamp": TimeFormat::Seconds.write(at), "signature": signature
                }
            },
            verify: |headers, body, secrets, now| {
                let [id, timestamp, signature] = ["id", "timestamp", "signature"].map(|name| get(headers, name));
                let headers = standard_webhooks::Headers { id, timestamp, signature };
                standard_webhooks::verify(headers, body, secrets, TOLERANCE, now)
            },
            ..timed(TimeFormat::Seconds)
        },
        Case {
            name: "twilio, form",
            sign: |secret, body, _| headers! {"url": URL.to_owned(), "signature": twilio::sign(secret, URL, body)},
            verify: |headers, body, secrets, _| twilio_verify(headers, body, secrets),
            ..SIGNED_BODY
        },
        Case {
            name: "twilio, any body",
            sign: |secret, body, _| {
                let url = format!("{URL}&{}", twilio::body_digest(body));
                headers! {"signature": twilio::sign(secret, &url, body), "url": url}
            },
            verify: |headers, body, secrets, _| twilio_verify(headers, body, secrets),
            ..SIGNED_BODY
        },
        Case {
            name: "ecdsa_p256",
            keys: ["nerve test key of 32 bytes here!", "nerve other key of 32 bytes here"],
            secret: |key| ecdsa_p256::public_key_of(key.as_bytes().try_into().unwrap()).unwrap(),
            sign: |secret, body, at| {
                let time = TimeFormat::Seconds.write(at);
                let signature = ecdsa_p256::sign(secret.as_bytes().try_into().unwrap(), &time, body).unwrap();
                headers! {"timestamp": time, "signature": signature}
            },
            verify: |headers, body, keys, now| {
                let (signature, timestamp) = (get(headers, "signature"), get(headers, "timestamp"));
                ecdsa_p256::verify(signature, timestamp, body, keys, TOLERANCE, now)
            },
            ..timed(TimeFormat::Seconds)
        },
        Case {
            name: "basic",
            keys: ["nerve:Secret one", "nerve:Secret:two"],
            sign: |secret, _, _| headers! {"authorization": credentials::basic(secret)},
            verify: |headers, _, secrets, _| credentials::verify_basic(get(headers, "authorization"), secrets),
            ..CREDENTIALS
        },
        Case {
            name: "bearer",
            sign: |secret, _, _| headers! {"authorization": format!("Bearer {}", text(secret))},
            verify: |headers, _, secrets, _| credentials::verify_bearer(get(headers, "authorization"), secrets),
            ..CREDENTIALS
        },
        Case {
            name: "token",
            proof: "x-token",
            sign: |secret, _, _| headers! {"x-token": text(secret)},
            verify: |headers, _, secrets, _| credentials::verify_token(get(headers, "x-token"), secrets),
            ..CREDENTIALS
        },
        Case {
            name: "scheme, timestamp.body",
            sign: |secret, body, at| {
                let time = TimeFormat::Milliseconds.write(at);
                let message = [time.as_bytes(), b".", body].concat();
                let signature = body_hmac::sign(secret, &message, Format::hex("sha256="));
                headers! {"timestamp": time, "signature": signature}
            },
            verify: |headers, body, secrets, now| scheme(TIMESTAMP_BODY, headers, body, secrets, now),
            ..timed(TimeFormat::Milliseconds)
        },
        Case {
            name: "scheme, id.timestamp.body",
            sign: |secret, body, at| {
                let message = [b"1.", at.to_string().as_bytes(), b".", body].concat();
                let signature = body_hmac::sign(secret, &message, Format::base64(""));
                headers! {"id": "1".to_owned(), "timestamp": at.to_string(), "signature": signature}
            },
            verify: |headers, body, secrets, now| scheme(ID_TIMESTAMP_BODY, headers, body, secrets, now),
            ..timed(TimeFormat::Rfc3339)
        },
    ]
}

fn box_signed(which: &'static str) -> Case {
    fn headers(which: &'static str, secret: &Secret, body: &[u8], at: Timestamp) -> Headers {
        let mut headers = headers! {
            "version": "1".to_owned(), "algorithm": "HmacSHA256".to_owned(), "timestamp": at.to_string()
        };
        headers.insert(which, box_com::sign(secret, body, &at.to_string()));
        headers
    }
    Case {
        proof: which,
        sign: match which {
            "primary" => |secret, body, at| headers("primary", secret, body, at),
            _ => |secret, body, at| headers("secondary", secret, body, at),
        },
        verify: |headers, body, secrets, now| {
            let [primary, secondary, version, algorithm, timestamp] =
                ["primary", "secondary", "version", "algorithm", "timestamp"].map(|name| get(headers, name));
            let headers = box_com::Headers { primary, secondary, version, algorithm, timestamp };
            box_com::verify(headers, body, secrets, TOLERANCE, now)
        },
        ..timed(TimeFormat::Rfc3339)
    }
}

fn twilio_verify(headers: &Headers, body: &[u8], secrets: &Secrets) -> Result<(), Rejection> {
    twilio::verify(get(headers, "signature"), get(headers, "url").unwrap(), body, secrets)
}

fn text(secret: &Secret) -> String {
    String::from_utf8(secret.as_bytes().to_vec()).unwrap()
}
