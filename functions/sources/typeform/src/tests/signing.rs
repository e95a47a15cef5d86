//! The proof of Typeform's deliveries.

use crate::Typeform;
use nerve_signatures::{Format, body_hmac};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const TYPEFORM: Vendor<Typeform> = Vendor::new(Keys::of_body(|secret, delivery, _| {
    vec![("typeform-signature", body_hmac::sign(secret, &delivery.body, Format::base64("sha256=")))]
}));
