use crate::{
    invoice::Invoice,
    notification::{Notification, Read},
    payment::{Charge, PaymentIntent},
};
use nerve_intake::{Delivery, Ignored, Malformed, NewEvent, Outcome, Source};
use nerve_model::{Millis, SourceName, Trust, one_line};
use nerve_signatures::{Rejection, Secrets, timestamped_hex};

/// How far Stripe's clock and ours may differ: the default of Stripe's own libraries.
const TOLERANCE: Millis = Millis::seconds(300);

/// Longer names of event types are clipped.
const TYPE_CHARS: usize = 100;

/// Stripe's webhooks.
#[derive(Debug)]
pub struct Stripe;

impl Source for Stripe {
    const NAME: SourceName = SourceName::from_static("stripe");

    /// The signature is no secret, and with it the kept body can be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "stripe-signature"];

    fn verify(delivery: &Delivery, secrets: &Secrets) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("stripe-signature");
        timestamped_hex::verify(header, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery) -> Result<Outcome, Malformed> {
        match Notification::read(&delivery.body, delivery.received_at)? {
            Read::Snapshot(notification) => normalize(&notification),
            Read::Thin { event_type } => Ok(ignored("thin event", &event_type)),
        }
    }
}

fn normalize(notification: &Notification<'_>) -> Result<Outcome, Malformed> {
    let event = match notification.event_type.as_str() {
        // Stripe sends both when an invoice is paid through it, and only the first when it is marked as paid.
        "invoice.paid" | "invoice.payment_succeeded" => notification.object::<Invoice>()?.paid(notification),
        "invoice.payment_failed" => notification.object::<Invoice>()?.failed(notification),
        "payment_intent.payment_failed" => notification.object::<PaymentIntent>()?.failed(notification),
        "charge.failed" => notification.object::<Charge>()?.failed(notification),
        other => return Ok(ignored("event type not subscribed", other)),
    };
    event.map(|event: NewEvent| Outcome::Events(vec![event]))
}

fn ignored(reason: &'static str, event_type: &str) -> Outcome {
    Outcome::Ignored(Ignored { reason, subject: one_line(event_type, TYPE_CHARS) })
}
