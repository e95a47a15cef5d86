use crate::{booking::Invitee, notification::Notification, submission::Submission};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source};
use nerve_model::{EventKind, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, timestamped_hex};

/// The tolerance between Calendly's clock and ours. Its guide takes 3 minutes as an example
/// (<https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures>). A slightly wrong clock must not
/// cost a booking, and the dedup key recognizes replays within 5 minutes.
const TOLERANCE: Millis = Millis::minutes(5);

const MOVED: &str = "canceled because it was moved";
const NO_SHOW: &str = "mark of a no-show";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

/// Calendly's webhooks.
#[derive(Debug)]
pub struct Calendly;

impl Source for Calendly {
    const NAME: SourceName = SourceName::from_static("calendly");

    const TITLE: &'static str = "Calendly";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "invitee.created", becomes: Becomes::Event(&[EventKind::BookingCreated]) },
        Selected { delivery: "invitee.canceled", becomes: Becomes::Event(&[EventKind::BookingCanceled]) },
        Selected { delivery: "invitee.canceled with rescheduled: true", becomes: Becomes::Ignored(MOVED) },
        Selected { delivery: "routing_form_submission.created", becomes: Becomes::Event(&[EventKind::FormSubmitted]) },
        Selected { delivery: "invitee_no_show.created", becomes: Becomes::Ignored(NO_SHOW) },
        Selected { delivery: "invitee_no_show.deleted", becomes: Becomes::Ignored(NO_SHOW) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "calendly-webhook-signature"];

    /// Calendly repeats failed deliveries and finally disables the webhook; an unreadable body stays unreadable.
    const MALFORMED_STATUS: u16 = 200;

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("calendly-webhook-signature");
        timestamped_hex::verify(header, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let notification = Notification::read(delivery, &deployment.people)?;
        Ok(match notification.event_type.as_str() {
            "invitee.created" => Outcome::event(notification.payload::<Invitee>()?.created(&notification)?),
            "invitee.canceled" => {
                let invitee: Invitee = notification.payload()?;
                if invitee.was_moved() {
                    return Ok(Outcome::ignored(MOVED, invitee.id()?.as_str()));
                }
                Outcome::event(invitee.canceled(&notification)?)
            }
            "routing_form_submission.created" => {
                Outcome::event(notification.payload::<Submission>()?.submitted(&notification)?)
            }
            "invitee_no_show.created" | "invitee_no_show.deleted" => {
                Outcome::ignored(NO_SHOW, &notification.event_type)
            }
            other => Outcome::ignored(NOT_SUBSCRIBED, other),
        })
    }
}
