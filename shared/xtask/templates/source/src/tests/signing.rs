//! The proof of __Title__'s deliveries.

use crate::__Title__;
use nerve_signatures::{Format, body_hmac};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const __NAME__: Vendor<__Title__> = Vendor::new(Keys::of_body(|secret, delivery, _| {
    vec![("x-__name__-signature", body_hmac::sign(secret, &delivery.body, Format::hex("sha256=")))]
}));
