use crate::{booking::Appointment, form::Form, notification::Notification, transcript::transcribed};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Malformed, Outcome, Selected, Source};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};

const NOT_CONFIRMED: &str = "booking not confirmed yet";
const REPEATED: &str = "form already told when it was submitted";
const NO_TRANSCRIPT: &str = "recording without a transcript";
const PING: &str = "test of the webhook";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

const CREATED: Becomes = Becomes::Event(&[EventKind::BookingCreated]);
const CANCELED: Becomes = Becomes::Event(&[EventKind::BookingCanceled]);

/// Cal.com's webhooks.
#[derive(Debug)]
pub struct CalCom;

impl Source for CalCom {
    const NAME: SourceName = SourceName::from_static("calcom");

    const TITLE: &'static str = "Cal.com";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "BOOKING_CREATED", becomes: CREATED },
        Selected { delivery: "BOOKING_RESCHEDULED", becomes: CREATED },
        Selected { delivery: "BOOKING_CANCELLED", becomes: CANCELED },
        Selected { delivery: "BOOKING_REJECTED", becomes: CANCELED },
        Selected { delivery: "FORM_SUBMITTED", becomes: Becomes::Event(&[EventKind::FormSubmitted]) },
        Selected {
            delivery: "RECORDING_TRANSCRIPTION_GENERATED",
            becomes: Becomes::Event(&[EventKind::MeetingTranscribed]),
        },
        Selected { delivery: "BOOKING_REQUESTED", becomes: Becomes::Ignored(NOT_CONFIRMED) },
        Selected { delivery: "FORM_SUBMITTED_NO_EVENT", becomes: Becomes::Ignored(REPEATED) },
        Selected { delivery: "RECORDING_READY", becomes: Becomes::Ignored(NO_TRANSCRIPT) },
        Selected { delivery: "PING", becomes: Becomes::Ignored(PING) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "x-cal-signature-256"];

    /// Without a secret Cal.com sends `no-secret-provided` as the signature
    /// (<https://github.com/calcom/cal.com/blob/main/packages/features/webhooks/lib/sendPayload.ts>), which proves
    /// nothing.
    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("x-cal-signature-256");
        body_hmac::verify(header, &delivery.body, secrets, Format::hex(""))?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        Ok(normalize(&Notification::read(delivery, &deployment.people)?)?)
    }
}

fn normalize(notification: &Notification<'_>) -> Result<Outcome, Malformed> {
    let appointment = || notification.payload::<Appointment>();
    let event = match notification.trigger.as_str() {
        "BOOKING_CREATED" | "BOOKING_RESCHEDULED" => appointment()?.created(notification),
        "BOOKING_CANCELLED" => appointment()?.canceled(notification, false),
        "BOOKING_REJECTED" => appointment()?.canceled(notification, true),
        "FORM_SUBMITTED" => notification.payload::<Form>()?.submitted(notification),
        "RECORDING_TRANSCRIPTION_GENERATED" => transcribed(&appointment()?, notification),
        other => return Ok(Outcome::ignored(reason_to_ignore(other), other)),
    };
    event.map(Outcome::event)
}

fn reason_to_ignore(trigger: &str) -> &'static str {
    match trigger {
        "BOOKING_REQUESTED" => NOT_CONFIRMED,
        "FORM_SUBMITTED_NO_EVENT" => REPEATED,
        "RECORDING_READY" => NO_TRANSCRIPT,
        "PING" => PING,
        _ => NOT_SUBSCRIBED,
    }
}
