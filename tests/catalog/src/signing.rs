//! How each vendor proves that a delivery is its own, for the tests: the schemes themselves stand in `nerve_signatures`.

use crate::door::{Keys, as_it_is, body_only, timed};
use nerve_intake::Delivery;
use nerve_model::{Millis, Timestamp};
use nerve_signatures::{
    Format, Secret, TimeFormat, body_hmac, box_com, credentials, ecdsa_p256, hubspot, standard_webhooks,
    timestamped_hex, twilio, v0_hex, zendesk,
};

/// The headers by which the holder of a secret proves, at a time, that a delivery is its own.
pub type Sign = fn(&Secret, &Delivery, Timestamp) -> Vec<(&'static str, String)>;

const FIVE_MINUTES: Millis = Millis::minutes(5);

const WEBHOOK_KEYS: [&str; 2] =
    ["whsec_b25lIHNlY3JldCBvZiB0aGUgY2F0YWxvZyAuLi4=", "whsec_YW5vdGhlciBvZiBpdHMgc2VjcmV0cyAuLi4="];

pub(crate) const BOX: Keys = timed(box_com::TOLERANCE, |secret, delivery, at| {
    let time = TimeFormat::Rfc3339.write(at);
    vec![
        ("box-signature-primary", box_com::sign(secret, &delivery.body, &time)),
        ("box-signature-version", "1".to_owned()),
        ("box-signature-algorithm", "HmacSHA256".to_owned()),
        ("box-delivery-timestamp", time),
    ]
});

pub(crate) const CALCOM: Keys = body_only(|secret, delivery, _| {
    vec![("x-cal-signature-256", body_hmac::sign(secret, &delivery.body, Format::hex("")))]
});

pub(crate) const GITHUB: Keys = body_only(|secret, delivery, _| {
    vec![("x-hub-signature-256", body_hmac::sign(secret, &delivery.body, Format::hex("sha256=")))]
});

pub(crate) const TYPEFORM: Keys = body_only(|secret, delivery, _| {
    vec![("typeform-signature", body_hmac::sign(secret, &delivery.body, Format::base64("sha256=")))]
});

pub(crate) const TALLY: Keys = body_only(|secret, delivery, _| {
    vec![("tally-signature", body_hmac::sign(secret, &delivery.body, Format::base64("")))]
});

pub(crate) const TWILIO: Keys =
    body_only(|secret, delivery, _| vec![("x-twilio-signature", twilio::sign(secret, &delivery.url, &delivery.body))]);

pub(crate) const STRIPE: Keys = timed(FIVE_MINUTES, |secret, delivery, at| {
    vec![("stripe-signature", timestamped_hex::sign(secret, &delivery.body, at))]
});

pub(crate) const CALENDLY: Keys = timed(FIVE_MINUTES, |secret, delivery, at| {
    vec![("calendly-webhook-signature", timestamped_hex::sign(secret, &delivery.body, at))]
});

pub(crate) const SLACK: Keys = timed(FIVE_MINUTES, |secret, delivery, at| {
    vec![
        ("x-slack-signature", v0_hex::sign(secret, &delivery.body, at)),
        ("x-slack-request-timestamp", TimeFormat::Seconds.write(at)),
    ]
});

pub(crate) const ZOOM: Keys = timed(FIVE_MINUTES, |secret, delivery, at| {
    vec![
        ("x-zm-signature", v0_hex::sign(secret, &delivery.body, at)),
        ("x-zm-request-timestamp", TimeFormat::Seconds.write(at)),
    ]
});

pub(crate) const ZENDESK: Keys = timed(FIVE_MINUTES, |secret, delivery, at| {
    let time = TimeFormat::Rfc3339.write(at);
    vec![
        ("x-zendesk-webhook-signature", zendesk::sign(secret, &delivery.body, &time)),
        ("x-zendesk-webhook-signature-timestamp", time),
    ]
});

pub(crate) const HUBSPOT: Keys = timed(hubspot::TOLERANCE, |secret, delivery, at| {
    let request = hubspot::Request { method: &delivery.method, uri: &delivery.url, body: &delivery.body };
    vec![
        ("x-hubspot-signature-v3", hubspot::sign(secret, request, at)),
        ("x-hubspot-request-timestamp", TimeFormat::Milliseconds.write(at)),
    ]
});

pub(crate) const STANDARD: Keys = Keys {
    signing: WEBHOOK_KEYS,
    ..timed(standard_webhooks::TOLERANCE, |secret, delivery, at| {
        vec![
            ("webhook-id", "msg_of_the_catalog".to_owned()),
            ("webhook-timestamp", TimeFormat::Seconds.write(at)),
            ("webhook-signature", standard_webhooks::sign(secret, "msg_of_the_catalog", at, &delivery.body)),
        ]
    })
};

pub(crate) const SENDGRID: Keys = Keys {
    // Private keys: 32 bytes each.
    signing: ["one private key of the catalog..", "another private key of catalog.."],
    configured: |secret| ecdsa_p256::public_key_of(secret.as_bytes().try_into().unwrap()).unwrap(),
    ..timed(ecdsa_p256::TOLERANCE, |secret, delivery, at| {
        let time = TimeFormat::Seconds.write(at);
        let key = secret.as_bytes().try_into().unwrap();
        vec![
            ("x-twilio-email-event-webhook-signature", ecdsa_p256::sign(key, &time, &delivery.body).unwrap()),
            ("x-twilio-email-event-webhook-timestamp", time),
        ]
    })
};

pub(crate) const PASSWORD: Keys = Keys {
    signing: ["nerve:one password", "nerve:another password"],
    configured: as_it_is,
    sign: |secret, _, _| vec![("authorization", credentials::basic(secret))],
    tolerance: None,
    covers_body: false,
};

pub(crate) const BEARER: Keys = Keys {
    sign: |secret, _, _| vec![("authorization", credentials::bearer(secret))],
    signing: ["one-token-of-the-catalog", "another-token-of-the-catalog"],
    ..PASSWORD
};
