//! The proof of SendGrid's deliveries.

use crate::SendGrid;
use nerve_signatures::{TimeFormat, ecdsa_p256};
use nerve_testkit::sources::{Keys, Vendor};

const PRIVATE_KEYS: [&str; 2] = ["one private key of the fixtures.", "another private key of fixtures."];

pub(crate) const SENDGRID: Vendor<SendGrid> = Vendor::new(
    Keys::timed(ecdsa_p256::TOLERANCE, |secret, delivery, at| {
        let time = TimeFormat::Seconds.write(at);
        let key = secret.as_bytes().try_into().unwrap();
        vec![
            ("x-twilio-email-event-webhook-signature", ecdsa_p256::sign(key, &time, &delivery.body).unwrap()),
            ("x-twilio-email-event-webhook-timestamp", time),
        ]
    })
    .with_secrets(PRIVATE_KEYS)
    .with_public_keys(|key| ecdsa_p256::public_key_of(key.as_bytes().try_into().unwrap()).unwrap()),
);
