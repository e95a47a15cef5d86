//! The proof of Twilio's deliveries.

use crate::Twilio;
use nerve_signatures::twilio;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const TWILIO: Vendor<Twilio> = Vendor::new(Keys::of_body(|secret, delivery, _| {
    vec![("x-twilio-signature", twilio::sign(secret, &delivery.url, &delivery.body))]
}));
