//! How Tally, by its mapping, proves that a delivery is its own.

use crate::Custom;
use nerve_signatures::{Format, body_hmac};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const CUSTOM: Vendor<Custom> = Vendor::new(Keys::of_body(|secret, delivery, _| {
    vec![("tally-signature", body_hmac::sign(secret, &delivery.body, Format::base64("")))]
}));
