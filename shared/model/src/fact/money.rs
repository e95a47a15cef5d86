//! Invoices and payments.

use crate::{Money, Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};

/// An invoice at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceRef {
    /// The vendor's id.
    pub id: String,
    /// The number printed on it.
    pub number: Option<String>,
    /// The page where the customer can see and pay the invoice; always `https`.
    pub url: Option<String>,
}

impl InvoiceRef {
    /// The number where there is one, else the id.
    pub fn label(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.id)
    }
}

/// Details of `invoice.paid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoicePaid {
    /// The invoice.
    pub invoice: InvoiceRef,
    /// The amount paid.
    pub amount: Money,
    /// The time of the payment, where the vendor reports it.
    pub paid_at: Option<Timestamp>,
    /// The vendor's id of the subscription that was invoiced.
    pub subscription: Option<String>,
}

/// Details of `payment.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentFailed {
    /// The unpaid invoice; null for a payment without one.
    pub invoice: Option<InvoiceRef>,
    /// The vendor's id of the payment (Stripe: payment intent or charge).
    pub payment: Option<String>,
    /// The amount due.
    pub amount: Money,
    /// The number of attempts so far, where the vendor counts them.
    pub attempt: Option<u32>,
    /// The time of the vendor's next attempt.
    pub next_attempt_at: Option<Timestamp>,
    /// The vendor makes no further attempt.
    pub final_attempt: bool,
    /// The vendor's reason: one line, from outside.
    pub reason: Option<String>,
    /// The vendor's id of the subscription that was to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
}

named_enum! {
    /// The way in which an amount ceased to be owed or expected.
    "closing" enum Closing {
        /// The invoice was voided.
        Voided = "voided",
        /// The invoice was written off.
        Uncollectible = "uncollectible",
        /// The whole amount was given back.
        Refunded = "refunded",
        /// The payment was called off.
        Canceled = "canceled",
        /// The subscription ended, and what it still owed is not collected.
        SubscriptionEnded = "subscription_ended",
        /// A payment without an invoice went through after all.
        Paid = "paid",
    }
}

impl Closing {
    /// The end of a sentence that begins with the invoice or payment, for example `was voided`.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Voided => "was voided",
            Self::Uncollectible => "was marked uncollectible",
            Self::Refunded => "was refunded",
            Self::Canceled => "was canceled",
            Self::SubscriptionEnded => "ended",
            Self::Paid => "went through",
        }
    }
}

/// Details of `payment.closed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentClosed {
    /// The invoice; null for a payment without one, and for a whole subscription.
    pub invoice: Option<InvoiceRef>,
    /// The vendor's id of the payment.
    pub payment: Option<String>,
    /// The vendor's id of the subscription. Where it ended, all its open invoices are closed.
    pub subscription: Option<String>,
    /// The amount that is no longer owed.
    pub amount: Option<Money>,
    /// How it was closed.
    pub how: Closing,
}

impl PaymentClosed {
    /// What was closed and how, for example `Invoice A-0001 was voided`.
    pub fn sentence(&self) -> String {
        let how = self.how.phrase();
        match (&self.invoice, &self.subscription) {
            (_, Some(_)) if self.how == Closing::SubscriptionEnded => format!("The subscription {how}"),
            (Some(invoice), _) => format!("Invoice {} {how}", invoice.label()),
            (None, _) => {
                let of = self.amount.map(|amount| format!(" of {amount}")).unwrap_or_default();
                format!("The payment{of} {how}")
            }
        }
    }
}
