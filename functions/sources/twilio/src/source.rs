use crate::call::{Call, Progress};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, twilio};

const UNDER_WAY: &str = "call not ended";
const NO_CALL: &str = "no call status";

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

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-twilio-signature", "i-twilio-idempotency-token"];

    fn verify(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Trust, Rejection> {
        let signature = delivery.headers.get("x-twilio-signature");
        twilio::verify(signature, &deployment.called_url(delivery), &delivery.body, secrets)?;
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
