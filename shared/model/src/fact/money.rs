//! Invoices and payments.

use crate::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// A vendor's invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceRef {
    /// The vendor's id.
    pub id: String,
    /// The number printed on it.
    pub number: Option<String>,
    /// Where the customer can see and pay it; always `https`.
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
    /// What was paid.
    pub amount: Money,
    /// When it was paid, where the vendor says.
    pub paid_at: Option<Timestamp>,
    /// The subscription it belongs to.
    pub subscription: Option<String>,
}

/// Details of `payment.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentFailed {
    /// The invoice that was to be paid, for payments that have one.
    pub invoice: Option<InvoiceRef>,
    /// The vendor's id of the payment (Stripe: payment intent or charge).
    pub payment: Option<String>,
    /// What was to be paid.
    pub amount: Money,
    /// How many times it has been tried, where the vendor counts.
    pub attempt: Option<u32>,
    /// When the vendor will try again.
    pub next_attempt_at: Option<Timestamp>,
    /// Whether the vendor has given up.
    pub final_attempt: bool,
    /// The vendor's reason: one line, from outside.
    pub reason: Option<String>,
}
