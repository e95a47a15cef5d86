//! Invoices and payments.

use crate::{Money, Timestamp};
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
}
