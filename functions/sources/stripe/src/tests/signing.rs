//! The proof of Stripe's deliveries.

use crate::Stripe;
use nerve_model::Millis;
use nerve_signatures::timestamped_hex;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const STRIPE: Vendor<Stripe> = Vendor::new(
    Keys::timed(Millis::minutes(5), |secret, delivery, at| {
        vec![("stripe-signature", timestamped_hex::sign(secret, &delivery.body, at))]
    })
    .with_secrets(["whsec_of_the_fixtures", "whsec_other"]),
);
