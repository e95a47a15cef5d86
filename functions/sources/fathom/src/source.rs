use crate::{meeting::Meeting, vendor};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{VendorId, json, required},
};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{
    Rejection, Secrets,
    standard_webhooks::{self, Headers, TOLERANCE},
};

/// Fathom's webhooks. They report only that a recorded meeting is ready.
#[derive(Debug)]
pub struct Fathom;

impl Source for Fathom {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Fathom";

    const SELECTED: &'static [Selected] =
        &[Selected { delivery: "a meeting", becomes: Becomes::Event(&[EventKind::MeetingTranscribed]) }];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let headers = Headers::named("webhook", |name| delivery.headers.get(name));
        standard_webhooks::verify(headers, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let id = delivery.headers.get("webhook-id").and_then(VendorId::new);
        let id = required(id, "the header webhook-id")?;
        let meeting: Meeting = json(&delivery.body, "the meeting")?;
        Ok(Outcome::event(meeting.transcribed(&id, delivery.received_at, &deployment.people)?))
    }
}
