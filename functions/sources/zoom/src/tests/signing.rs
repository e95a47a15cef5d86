//! The proof of Zoom's deliveries.

use crate::Zoom;
use nerve_model::Millis;
use nerve_signatures::{TimeFormat, v0_hex};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const ZOOM: Vendor<Zoom> = Vendor::new(
    Keys::timed(Millis::minutes(5), |secret, delivery, at| {
        vec![
            ("x-zm-signature", v0_hex::sign(secret, &delivery.body, at)),
            ("x-zm-request-timestamp", TimeFormat::Seconds.write(at)),
        ]
    })
    .with_secrets(["secret token of the fixtures", "the next secret"]),
);
