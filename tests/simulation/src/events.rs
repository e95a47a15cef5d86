//! The few customers, invoices and facts of the simulated world, so few that they collide.

use nerve_model::{
    Claim, ClaimKind, DedupKey, Event, EventId, Fact, Role, SemanticKey, SourceName, Subject, Timestamp,
};
use nerve_testkit::events::{invoice_paid, payment_failed};

pub(crate) const CUSTOMERS: u8 = 4;
pub(crate) const INVOICES: u8 = 3;
pub(crate) const REPORTS: u8 = 3;

/// The content and sender of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    /// The number of the customer.
    pub customer: u8,
    /// The number of one of the customer's invoices.
    pub invoice: u8,
    /// 0: paid; 1 to 3: that attempt to collect it failed; 4: the last attempt failed.
    pub fact: u8,
    /// The same fact under another delivery id.
    pub report: u8,
    /// A second tool sent it, which knows the customer by mail address only.
    pub other_tool: bool,
    /// It also names this customer, so that its record is uncertain.
    pub also: Option<u8>,
}

impl Happening {
    /// The event that a source makes of the delivery.
    pub(crate) fn event(self, id: EventId, at: Timestamp) -> Event {
        let invoice = format!("in_{}_{}", self.customer, self.invoice);
        let base = if self.fact == 0 { invoice_paid(0, &invoice) } else { failed(&invoice, self.fact) };
        let source = SourceName::from_static(if self.other_tool { "shop" } else { "stripe" });
        let email = format!("customer{}@example.com", self.customer);
        let email = Claim { kind: ClaimKind::Email, value: email, role: Role::Customer };
        let known = |customer| Claim::external(&source, "customer", &format!("cus_{customer}"), Role::Customer);
        let own = if self.other_tool { vec![email] } else { vec![known(self.customer), email] };
        let claims = own.into_iter().chain(self.also.map(known)).collect();
        Event {
            id,
            source,
            claims,
            dedup_key: DedupKey::new(format!("{self:?}")),
            semantic_key: self.fact(),
            subject: Subject::new(format!("stripe:invoice:{invoice}")),
            party_name: Some(format!("Customer {}", self.customer)),
            occurred_at: at,
            said_at: None,
            received_at: at,
            ..base
        }
    }

    /// The key of the fact, whichever tool reports it.
    pub(crate) fn fact(self) -> SemanticKey {
        let Self { customer, invoice, fact, .. } = self;
        SemanticKey::new(format!("invoice in_{customer}_{invoice} fact {fact}"))
    }

    /// The customers it names.
    pub(crate) fn named(self) -> impl Iterator<Item = u8> {
        core::iter::once(self.customer).chain(self.also)
    }

    /// The raw body, the same in each copy.
    pub(crate) fn body(self) -> Vec<u8> {
        format!("{self:?}").into_bytes().repeat(1 + usize::from(self.report) * 40)
    }
}

fn failed(invoice: &str, attempt: u8) -> Event {
    let mut event = payment_failed(0, invoice);
    if let Fact::PaymentFailed(detail) = &mut event.fact {
        detail.attempt = Some(attempt.into());
        detail.final_attempt = attempt == 4;
        if detail.final_attempt {
            detail.next_attempt_at = None;
        }
    }
    event
}
