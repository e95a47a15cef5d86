//! The proof of Cal.com's deliveries.

use crate::CalCom;
use nerve_signatures::{Format, body_hmac};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const CALCOM: Vendor<CalCom> = Vendor::new(Keys::of_body(|secret, delivery, _| {
    vec![("x-cal-signature-256", body_hmac::sign(secret, &delivery.body, Format::hex("")))]
}));
