//! Payments without an invoice, or with a mere reference to one: payment intents and their charges.

use crate::{
    notification::{Notification, Report},
    party::Party,
    wire::{Contact, Related, money},
};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{ANSWER_CHARS, Loose, VendorId, line, required},
};
use nerve_model::{Closing, Currency, Fact, InvoiceRef, Money, PaymentClosed, PaymentFailed, Timestamp};
use serde::Deserialize;

/// The parts of a payment intent that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentIntent {
    id: Loose<VendorId>,
    amount: Loose<i64>,
    currency: Loose<Currency>,
    customer: Loose<Related>,
    receipt_email: Loose<String>,
    latest_charge: Loose<Related>,
    last_payment_error: Loose<PaymentError>,
    /// In APIs up to 2025.
    invoice: Loose<Related>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PaymentError {
    message: Loose<String>,
    charge: Loose<Related>,
    payment_method: Loose<PaymentMethod>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PaymentMethod {
    billing_details: Loose<Contact>,
}

/// The parts of a charge that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Charge {
    id: Loose<VendorId>,
    amount: Loose<i64>,
    currency: Loose<Currency>,
    customer: Loose<Related>,
    receipt_email: Loose<String>,
    billing_details: Loose<Contact>,
    failure_message: Loose<String>,
    payment_intent: Loose<Related>,
    /// In APIs up to 2025.
    invoice: Loose<Related>,
    /// The whole amount was given back.
    refunded: Loose<bool>,
}

/// The parts of a subscription that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Subscription {
    id: Loose<VendorId>,
    customer: Loose<Related>,
}

impl Subscription {
    /// The event that a subscription ended, and with it what it still owed.
    pub(crate) fn ended(self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let id = required(self.id.0, "data.object.id")?;
        let fact = PaymentClosed {
            invoice: None,
            payment: None,
            subscription: Some(id.as_str().to_owned()),
            amount: None,
            how: Closing::SubscriptionEnded,
        };
        Ok(notification.closed(("subscription", &id), notification.party(self.customer.0, Vec::new()), fact))
    }
}

impl PaymentIntent {
    /// The event that a payment without an invoice ended in this way.
    pub(crate) fn closed(self, notification: &Notification<'_>, how: Closing) -> Result<NewEvent, Malformed> {
        let closed = Closed {
            payment: ("payment_intent", required(self.id.0, "data.object.id")?),
            invoice: self.invoice.0.map(Related::into_id),
            amount: read_money(self.amount.0, self.currency.0).ok(),
            party: notification.party(self.customer.0, vec![receipt(self.receipt_email)]),
            how,
        };
        Ok(closed.into_event(notification))
    }

    /// The event that a payment failed.
    pub(crate) fn failed(self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let intent = required(self.id.0, "data.object.id")?;
        // An attempt can fail before it has a charge. Then the latest charge belongs to an earlier attempt.
        let (charge, message, details) = match self.last_payment_error.0 {
            Some(error) => {
                (error.charge.0, error.message.0, error.payment_method.0.and_then(|method| method.billing_details.0))
            }
            None => (self.latest_charge.0, None, None),
        };
        let contacts = details.into_iter().chain([receipt(self.receipt_email)]).collect();
        let failure = Failure {
            payment: ("payment_intent", intent),
            charge: charge.map(Related::into_id),
            invoice: self.invoice.0.map(Related::into_id),
            amount: read_money(self.amount.0, self.currency.0)?,
            reason: message.and_then(|message| line(&message, ANSWER_CHARS)),
            party: notification.party(self.customer.0, contacts),
        };
        Ok(failure.into_event(notification))
    }
}

impl Charge {
    /// The event that the whole payment was given back; `None` if it was given back in part.
    pub(crate) fn refunded(self, notification: &Notification<'_>) -> Result<Option<NewEvent>, Malformed> {
        if self.refunded.0 != Some(true) {
            return Ok(None);
        }
        let charge = required(self.id.0, "data.object.id")?;
        let contacts = self.billing_details.0.into_iter().chain([receipt(self.receipt_email)]).collect();
        let closed = Closed {
            payment: self.payment_intent.0.map_or(("charge", charge), |intent| ("payment_intent", intent.into_id())),
            invoice: self.invoice.0.map(Related::into_id),
            amount: read_money(self.amount.0, self.currency.0).ok(),
            party: notification.party(self.customer.0, contacts),
            how: Closing::Refunded,
        };
        Ok(Some(closed.into_event(notification)))
    }

    /// The event that a payment failed.
    pub(crate) fn failed(self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let charge = required(self.id.0, "data.object.id")?;
        let intent = self.payment_intent.0.map(Related::into_id);
        let contacts = self.billing_details.0.into_iter().chain([receipt(self.receipt_email)]).collect();
        let failure = Failure {
            payment: intent.map_or_else(|| ("charge", charge.clone()), |intent| ("payment_intent", intent)),
            charge: Some(charge),
            invoice: self.invoice.0.map(Related::into_id),
            amount: read_money(self.amount.0, self.currency.0)?,
            reason: self.failure_message.0.and_then(|message| line(&message, ANSWER_CHARS)),
            party: notification.party(self.customer.0, contacts),
        };
        Ok(failure.into_event(notification))
    }
}

/// The common parts of a payment that is closed.
struct Closed {
    payment: (&'static str, VendorId),
    invoice: Option<VendorId>,
    amount: Option<Money>,
    party: Party,
    how: Closing,
}

impl Closed {
    fn into_event(self, notification: &Notification<'_>) -> NewEvent {
        let (object, payment) = &self.payment;
        let about = self.invoice.as_ref().map_or((*object, payment), |invoice| ("invoice", invoice));
        let fact = PaymentClosed {
            invoice: self.invoice.as_ref().map(unnumbered),
            payment: Some(payment.as_str().to_owned()),
            subscription: None,
            amount: self.amount,
            how: self.how,
        };
        notification.closed(about, self.party, fact)
    }
}

/// An invoice of which a payment names only the id.
fn unnumbered(id: &VendorId) -> InvoiceRef {
    InvoiceRef { id: id.as_str().to_owned(), number: None, url: None }
}

/// The common parts of a payment intent and its charge.
struct Failure {
    /// The intent or, without one, the charge, with the name of its object.
    payment: (&'static str, VendorId),
    /// The charge that failed.
    charge: Option<VendorId>,
    invoice: Option<VendorId>,
    amount: Money,
    reason: Option<String>,
    party: Party,
}

impl Failure {
    fn into_event(self, notification: &Notification<'_>) -> NewEvent {
        let (_, payment) = &self.payment;
        notification.event(Report {
            semantic_key: self.semantic_key(notification.created_at),
            subject: self.subject(),
            summary: self.summary(),
            link: notification.dashboard("payments", payment),
            occurred_at: notification.created_at,
            fact: Fact::PaymentFailed(PaymentFailed {
                payment: Some(payment.as_str().to_owned()),
                invoice: self.invoice.as_ref().map(unnumbered),
                amount: self.amount,
                // Stripe does not retry such a payment: attempts are not counted, and none is the last.
                attempt: None,
                next_attempt_at: None,
                final_attempt: false,
                reason: self.reason,
                subscription: None,
            }),
            party: self.party,
        })
    }

    /// Each attempt makes its own charge, which both the intent and the charge report.
    fn semantic_key(&self, created_at: Timestamp) -> String {
        let (object, payment) = &self.payment;
        match &self.charge {
            Some(charge) => format!("stripe charge {} failed", charge.as_str()),
            None => format!("stripe {object} {} failed at {created_at}", payment.as_str()),
        }
    }

    fn subject(&self) -> String {
        let (object, payment) = &self.payment;
        let (object, id) = self.invoice.as_ref().map_or((*object, payment), |invoice| ("invoice", invoice));
        format!("stripe:{object}:{}", id.as_str())
    }

    fn summary(&self) -> String {
        let invoice = self.invoice.as_ref().map(|id| format!(" for invoice {}", id.as_str())).unwrap_or_default();
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("Payment of {}{invoice} failed{reason}", self.amount)
    }
}

fn receipt(email: Loose<String>) -> Contact {
    Contact { email, ..Contact::default() }
}

fn read_money(amount: Option<i64>, currency: Option<Currency>) -> Result<Money, Malformed> {
    let currency = required(currency, "currency")?;
    Ok(money(required(amount, "amount")?, currency))
}
