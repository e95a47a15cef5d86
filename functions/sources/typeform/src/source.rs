use crate::{customer::CustomerIdField, response::Response, vendor};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{Loose, VendorId, json, required},
};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use serde::Deserialize;
use serde_json::value::RawValue;

const PARTIAL: &str = "form not finished";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

/// Typeform's webhooks.
#[derive(Debug)]
pub struct Typeform;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    event_id: Loose<VendorId>,
    event_type: Loose<String>,
    /// Stays text until the event is known to be of use.
    form_response: Option<Box<RawValue>>,
}

impl Source for Typeform {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Typeform";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "form_response", becomes: Becomes::Event(&[EventKind::FormSubmitted]) },
        Selected { delivery: "form_response_partial", becomes: Becomes::Ignored(PARTIAL) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "typeform-signature"];

    /// Typeform repeats failed deliveries and disables a webhook that fails too often, on 404 and 410 at once; an
    /// unreadable body stays unreadable.
    const MALFORMED_STATUS: u16 = 200;

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("typeform-signature");
        body_hmac::verify(header, &delivery.body, secrets, Format::base64("sha256="))?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let customer = CustomerIdField::read(deployment)?;
        let envelope: Envelope = json(&delivery.body, "the event")?;
        match required(envelope.event_type.0, "event_type")?.as_str() {
            "form_response" => {
                let id = required(envelope.event_id.0, "event_id")?;
                let response = required(envelope.form_response, "form_response")?;
                let response: Response = json(response.get().as_bytes(), "form_response")?;
                Ok(Outcome::event(response.submitted(&id, delivery, &deployment.people, &customer)?))
            }
            partial @ "form_response_partial" => Ok(Outcome::ignored(PARTIAL, partial)),
            other => Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
        }
    }
}
