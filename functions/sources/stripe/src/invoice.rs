//! Invoices, in the shapes of 2022 and of 2026.

use crate::{
    notification::{Notification, Report},
    party::Party,
    wire::{Contact, Postal, Related, money},
};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{ANSWER_CHARS, Loose, NAME_CHARS, VendorId, https, instant, line, required},
};
use nerve_model::{Closing, Currency, Fact, InvoicePaid, InvoiceRef, Money, PaymentClosed, PaymentFailed, Timestamp};
use serde::Deserialize;

/// The parts of an invoice that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Invoice {
    id: Loose<VendorId>,
    number: Loose<String>,
    hosted_invoice_url: Loose<String>,
    currency: Loose<Currency>,
    amount_due: Loose<i64>,
    amount_paid: Loose<i64>,
    amount_remaining: Loose<i64>,
    customer: Loose<Related>,
    customer_email: Loose<String>,
    customer_name: Loose<String>,
    customer_phone: Loose<String>,
    customer_address: Loose<Postal>,
    collection_method: Loose<CollectionMethod>,
    attempt_count: Loose<u32>,
    /// Null if Stripe will not retry.
    next_payment_attempt: Loose<Option<i64>>,
    last_finalization_error: Loose<Failure>,
    status_transitions: Loose<StatusTransitions>,
    /// In APIs up to 2025; `parent` holds it since then.
    subscription: Loose<Related>,
    parent: Loose<Parent>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CollectionMethod {
    ChargeAutomatically,
    /// The customer pays manually.
    SendInvoice,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Failure {
    message: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StatusTransitions {
    paid_at: Loose<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parent {
    subscription_details: Loose<SubscriptionDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SubscriptionDetails {
    subscription: Loose<Related>,
}

impl Invoice {
    /// The event that an invoice was paid.
    ///
    /// A payment of zero (a trial) is an event too: it may close the invoice's open item.
    pub(crate) fn paid(self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let amount = self.money(self.amount_paid.0, "amount_paid")?;
        let paid_at = self.status_transitions.0.as_ref().and_then(|at| instant(at.paid_at.0?));
        let (id, invoice, subscription, party) = self.into_parts(notification)?;
        Ok(notification.event(Report {
            semantic_key: format!("stripe:invoice:{id} paid"),
            subject: format!("stripe:invoice:{id}"),
            summary: format!("Invoice {} paid: {amount}", invoice.label()),
            link: notification.dashboard("invoices", &id),
            occurred_at: paid_at.unwrap_or(notification.created_at),
            party,
            fact: Fact::InvoicePaid(InvoicePaid { invoice, amount, paid_at, subscription }),
        }))
    }

    /// The event that an attempt to collect an invoice failed.
    pub(crate) fn failed(self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let amount = self.money(self.amount_remaining.0.or(self.amount_due.0), "amount_remaining")?;
        let schedule = self.schedule();
        let reason =
            self.last_finalization_error.0.as_ref().and_then(|error| line(error.message.0.as_deref()?, ANSWER_CHARS));
        let (id, invoice, subscription, party) = self.into_parts(notification)?;
        Ok(notification.event(Report {
            semantic_key: schedule.semantic_key(&id, notification.created_at),
            subject: format!("stripe:invoice:{id}"),
            summary: format!("Payment of {amount} for invoice {} failed{}", invoice.label(), schedule.outlook()),
            link: notification.dashboard("invoices", &id),
            occurred_at: notification.created_at,
            party,
            fact: Fact::PaymentFailed(PaymentFailed {
                invoice: Some(invoice),
                payment: None,
                amount,
                attempt: schedule.attempt,
                next_attempt_at: schedule.next_attempt_at,
                final_attempt: schedule.is_over,
                reason,
                subscription,
            }),
        }))
    }

    /// The event that an invoice is no longer owed.
    pub(crate) fn closed(self, notification: &Notification<'_>, how: Closing) -> Result<NewEvent, Malformed> {
        let amount = self.money(self.amount_remaining.0.or(self.amount_due.0), "amount_remaining").ok();
        let (id, invoice, subscription, party) = self.into_parts(notification)?;
        Ok(notification.closed(
            ("invoice", &id),
            party,
            PaymentClosed { invoice: Some(invoice), payment: None, subscription, amount, how },
        ))
    }

    fn money(&self, amount: Option<i64>, field: &str) -> Result<Money, Malformed> {
        let currency = required(self.currency.0, "currency")?;
        Ok(money(required(amount, field)?, currency))
    }

    fn schedule(&self) -> Schedule {
        let by_hand = self.collection_method.0 == Some(CollectionMethod::SendInvoice);
        Schedule {
            attempt: self.attempt_count.0,
            next_attempt_at: self.next_payment_attempt.0.flatten().and_then(instant),
            is_over: self.next_payment_attempt.0 == Some(None) && !by_hand,
        }
    }

    fn into_parts(
        self,
        notification: &Notification<'_>,
    ) -> Result<(VendorId, InvoiceRef, Option<String>, Party), Malformed> {
        let id = required(self.id.0, "data.object.id")?;
        let invoice = InvoiceRef {
            id: id.as_str().to_owned(),
            number: self.number.0.and_then(|number| line(&number, NAME_CHARS)),
            url: self.hosted_invoice_url.0.and_then(|url| https(&url)),
        };
        let in_parent = self.parent.0.and_then(|parent| parent.subscription_details.0?.subscription.0);
        let subscription = in_parent.or(self.subscription.0).map(|related| related.into_id().as_str().to_owned());
        let contact = Contact {
            email: self.customer_email,
            name: self.customer_name,
            phone: self.customer_phone,
            address: self.customer_address,
        };
        Ok((id, invoice, subscription, notification.party(self.customer.0, vec![contact])))
    }
}

/// The state of Stripe's own attempts to collect.
struct Schedule {
    attempt: Option<u32>,
    next_attempt_at: Option<Timestamp>,
    /// Stripe gave up. It never tries, and so never gives up, if the customer pays manually.
    is_over: bool,
}

impl Schedule {
    /// An attempt fails once, however many events report it.
    fn semantic_key(&self, id: &VendorId, created_at: Timestamp) -> String {
        match self.attempt {
            Some(attempt) => format!("stripe:invoice:{id} payment failed attempt {attempt}"),
            None => format!("stripe:invoice:{id} payment failed at {created_at}"),
        }
    }

    fn outlook(&self) -> String {
        let attempt = self.attempt.map(|attempt| format!("attempt {attempt}"));
        let next = self.next_attempt_at.map(|at| format!("next on {}", at.date()));
        let details: Vec<String> = attempt.into_iter().chain(next).collect();
        let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
        let for_good = if self.is_over { " for good" } else { "" };
        format!("{for_good}{details}")
    }
}
