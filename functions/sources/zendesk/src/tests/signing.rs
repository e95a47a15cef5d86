//! The proof of Zendesk's deliveries.

use crate::Zendesk;
use nerve_model::Millis;
use nerve_signatures::{TimeFormat, zendesk};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const ZENDESK: Vendor<Zendesk> = Vendor::new(Keys::timed(Millis::minutes(5), |secret, delivery, at| {
    let time = TimeFormat::Rfc3339.write(at);
    vec![
        ("x-zendesk-webhook-signature", zendesk::sign(secret, &delivery.body, &time)),
        ("x-zendesk-webhook-signature-timestamp", time),
    ]
}));
