//! The proof of HubSpot's deliveries.

use crate::HubSpot;
use nerve_signatures::{
    TimeFormat,
    hubspot::{self, Request},
};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const HUBSPOT: Vendor<HubSpot> = Vendor::new(Keys::timed(hubspot::TOLERANCE, |secret, delivery, at| {
    let request = Request { method: &delivery.method, uri: &delivery.url, body: &delivery.body };
    vec![
        ("x-hubspot-signature-v3", hubspot::sign(secret, request, at)),
        ("x-hubspot-request-timestamp", TimeFormat::Milliseconds.write(at)),
    ]
}));
