//! The proof of Slack's deliveries.

use crate::Slack;
use nerve_model::Millis;
use nerve_signatures::{TimeFormat, v0_hex};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const SLACK: Vendor<Slack> = Vendor::new(Keys::timed(Millis::minutes(5), |secret, delivery, at| {
    vec![
        ("x-slack-signature", v0_hex::sign(secret, &delivery.body, at)),
        ("x-slack-request-timestamp", TimeFormat::Seconds.write(at)),
    ]
}));
