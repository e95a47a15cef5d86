//! The proof of Calendly's deliveries.

use crate::Calendly;
use nerve_model::Millis;
use nerve_signatures::timestamped_hex;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const CALENDLY: Vendor<Calendly> = Vendor::new(Keys::timed(Millis::minutes(5), |secret, delivery, at| {
    vec![("calendly-webhook-signature", timestamped_hex::sign(secret, &delivery.body, at))]
}));
