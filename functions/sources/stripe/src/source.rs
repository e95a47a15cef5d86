use crate::{
    invoice::Invoice,
    notification::{Notification, Read},
    payment::{Charge, PaymentIntent, Subscription},
    vendor,
};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Malformed, Outcome, Selected, Source};
use nerve_model::{Closing, EventKind, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, timestamped_hex};

/// The tolerance between Stripe's clock and ours: the default of Stripe's own libraries.
const TOLERANCE: Millis = Millis::seconds(300);

const NOT_SUBSCRIBED: &str = "event type not subscribed";
const THIN: &str = "thin event";

const PAID: Becomes = Becomes::Event(&[EventKind::InvoicePaid]);
const IN_PART: &str = "refunded in part";
const CLOSED: Becomes = Becomes::Event(&[EventKind::PaymentClosed]);
const FAILED: Becomes = Becomes::Event(&[EventKind::PaymentFailed]);

/// Stripe's webhooks.
#[derive(Debug)]
pub struct Stripe;

impl Source for Stripe {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Stripe";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "invoice.paid", becomes: PAID },
        Selected { delivery: "invoice.payment_succeeded", becomes: PAID },
        Selected { delivery: "invoice.payment_failed", becomes: FAILED },
        Selected { delivery: "payment_intent.payment_failed", becomes: FAILED },
        Selected { delivery: "charge.failed", becomes: FAILED },
        Selected { delivery: "invoice.voided", becomes: CLOSED },
        Selected { delivery: "invoice.marked_uncollectible", becomes: CLOSED },
        Selected { delivery: "payment_intent.succeeded, of a payment without an invoice", becomes: CLOSED },
        Selected { delivery: "payment_intent.canceled", becomes: CLOSED },
        Selected { delivery: "charge.refunded, in whole", becomes: CLOSED },
        Selected { delivery: "charge.refunded, in part", becomes: Becomes::Ignored(IN_PART) },
        Selected { delivery: "customer.subscription.deleted", becomes: CLOSED },
        Selected { delivery: "an event of the second API (v2)", becomes: Becomes::Ignored(THIN) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "stripe-signature"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("stripe-signature");
        timestamped_hex::verify(header, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        match Notification::read(delivery, &deployment.people)? {
            Read::Snapshot(notification) => Ok(normalize(&notification)?),
            Read::Thin { event_type } => Ok(Outcome::ignored(THIN, &event_type)),
        }
    }
}

fn normalize(notification: &Notification<'_>) -> Result<Outcome, Malformed> {
    let event = match notification.event_type.as_str() {
        // Stripe sends both if the customer pays through Stripe, and only the first if somebody marks the invoice as
        // paid.
        "invoice.paid" | "invoice.payment_succeeded" => notification.object::<Invoice>()?.paid(notification),
        "invoice.payment_failed" => notification.object::<Invoice>()?.failed(notification),
        "payment_intent.payment_failed" => notification.object::<PaymentIntent>()?.failed(notification),
        "charge.failed" => notification.object::<Charge>()?.failed(notification),
        "invoice.voided" => notification.object::<Invoice>()?.closed(notification, Closing::Voided),
        "invoice.marked_uncollectible" => {
            notification.object::<Invoice>()?.closed(notification, Closing::Uncollectible)
        }
        "payment_intent.succeeded" => notification.object::<PaymentIntent>()?.closed(notification, Closing::Paid),
        "payment_intent.canceled" => notification.object::<PaymentIntent>()?.closed(notification, Closing::Canceled),
        "charge.refunded" => match notification.object::<Charge>()?.refunded(notification)? {
            Some(event) => Ok(event),
            None => return Ok(Outcome::ignored(IN_PART, "charge.refunded")),
        },
        "customer.subscription.deleted" => notification.object::<Subscription>()?.ended(notification),
        other => return Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
    };
    event.map(Outcome::event)
}
