use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{Loose, json},
};
use nerve_model::{SourceName, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use serde::Deserialize;

const NOT_SUBSCRIBED: &str = "type not subscribed";

/// The envelope of a delivery.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Notification {
    #[serde(rename = "type")]
    kind: Loose<String>,
}

/// __Title__'s webhooks.
#[derive(Debug)]
pub struct __Title__;

impl Source for __Title__ {
    const NAME: SourceName = SourceName::from_static("__name__");

    const TITLE: &'static str = "__Title__";

    const SELECTED: &'static [Selected] =
        &[Selected { delivery: "any type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) }];

    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("x-__name__-signature");
        body_hmac::verify(header, &delivery.body, secrets, Format::hex("sha256="))?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, _: &Deployment<'_>) -> Result<Outcome, Fault> {
        let notification: Notification = json(&delivery.body, "the delivery")?;
        Ok(Outcome::ignored(NOT_SUBSCRIBED, notification.kind.0.as_deref().unwrap_or_default()))
    }
}
