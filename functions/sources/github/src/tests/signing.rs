//! The proof of GitHub's deliveries.

use crate::GitHub;
use nerve_signatures::{Format, body_hmac};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const GITHUB: Vendor<GitHub> = Vendor::new(
    Keys::of_body(|secret, delivery, _| {
        vec![("x-hub-signature-256", body_hmac::sign(secret, &delivery.body, Format::hex("sha256=")))]
    })
    .with_secrets(["It's a Secret to Everybody", "another secret"]),
);
