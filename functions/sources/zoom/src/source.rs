use crate::{
    handshake,
    recording::{Notification, Recording},
};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{Loose, instant_of_millis, json, required},
};
use nerve_model::{EventKind, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, v0_hex};
use serde::Deserialize;

/// The tolerance between Zoom's clock and ours. Zoom prescribes none; other vendors use five minutes.
const TOLERANCE: Millis = Millis::minutes(5);

const OTHER_FILES: &str = "recording without a transcript";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

const TRANSCRIBED: Becomes = Becomes::Event(&[EventKind::MeetingTranscribed]);

/// Zoom's webhooks.
#[derive(Debug)]
pub struct Zoom;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    event: Loose<String>,
    /// Milliseconds since 1970.
    event_ts: Loose<i64>,
    payload: Loose<Payload>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    object: Loose<Recording>,
    #[serde(rename = "plainToken")]
    plain_token: Loose<String>,
}

impl Source for Zoom {
    const NAME: SourceName = SourceName::from_static("zoom");

    const TITLE: &'static str = "Zoom";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "recording.transcript_completed", becomes: TRANSCRIBED },
        Selected { delivery: "recording.completed with a file of type TRANSCRIPT", becomes: TRANSCRIBED },
        Selected { delivery: "recording.completed without one", becomes: Becomes::Ignored(OTHER_FILES) },
        Selected { delivery: "endpoint.url_validation", becomes: Becomes::Handshake },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-zm-signature", "x-zm-request-timestamp"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        let (signature, timestamp) = (header("x-zm-signature"), header("x-zm-request-timestamp"));
        v0_hex::verify(signature, timestamp, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let Envelope { event, event_ts, payload } = json(&delivery.body, "the event")?;
        let event = required(event.0, "event")?;
        let payload = payload.0.unwrap_or_default();
        let at = event_ts.0.and_then(instant_of_millis).unwrap_or(delivery.received_at);
        let notification = Notification { event: &event, millis: event_ts.0, at };
        match event.as_str() {
            "endpoint.url_validation" => {
                let token = required(payload.plain_token.0, "payload.plainToken")?;
                Ok(Outcome::Reply(handshake::answer(&token, delivery, secrets)?))
            }
            "recording.transcript_completed" | "recording.completed" => {
                let recording = required(payload.object.0, "payload.object")?;
                if event == "recording.completed" && !recording.has_transcript() {
                    return Ok(Outcome::ignored(OTHER_FILES, recording.topic()));
                }
                Ok(Outcome::event(recording.transcribed(&notification, &deployment.people)?))
            }
            other => Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
        }
    }
}
