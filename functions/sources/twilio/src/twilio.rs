use crate::call::{Call, Progress};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, twilio};
use std::borrow::Cow;

const UNDER_WAY: &str = "call not ended";
const NO_CALL: &str = "no call status";

/// Where Twilio reaches us, if it is not the address that requests come in with: `https://crm.example`.
const PUBLIC_URL: &str = "PUBLIC_URL";

/// Twilio's voice status callbacks.
#[derive(Debug)]
pub struct Twilio;

impl Source for Twilio {
    const NAME: SourceName = SourceName::from_static("twilio");

    const TITLE: &'static str = "Twilio";

    const SELECTED: &'static [Selected] = &[
        Selected {
            delivery: "CallStatus completed, busy, no-answer, failed, canceled",
            becomes: Becomes::Event(&[EventKind::CallEnded]),
        },
        Selected {
            delivery: "CallStatus queued, initiated, ringing, in-progress",
            becomes: Becomes::Ignored(UNDER_WAY),
        },
        Selected { delivery: "anything without CallStatus", becomes: Becomes::Ignored(NO_CALL) },
    ];

    /// The signature is no secret, and with it the kept body can be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-twilio-signature", "i-twilio-idempotency-token"];

    fn verify(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Trust, Rejection> {
        let signature = delivery.headers.get("x-twilio-signature");
        let url = called(delivery, deployment.settings.get(PUBLIC_URL));
        twilio::verify(signature, &url, &delivery.body, secrets)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let call = Call::read(delivery)?;
        match call.progress() {
            Progress::Unknown => Ok(Outcome::ignored(NO_CALL, call.status())),
            Progress::UnderWay => Ok(Outcome::ignored(UNDER_WAY, call.status())),
            Progress::Ended(result) => Ok(Outcome::event(call.ended(result, delivery, &deployment.people)?)),
        }
    }
}

/// The URL as Twilio called it: behind a proxy, the public address with our path and query.
fn called(delivery: &Delivery, public: Option<String>) -> Cow<'_, str> {
    let Some(public) = public else { return Cow::Borrowed(&delivery.url) };
    let after_host = delivery.url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    Cow::Owned(format!("{}{}", public.trim_end_matches('/'), after_host.unwrap_or("/")))
}
