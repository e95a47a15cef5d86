//! The few customers, invoices and facts of the simulated world. They are few so that things collide.

use nerve_model::{
    Claim, ClaimKind, DedupKey, Event, EventId, Fact, Role, SemanticKey, SourceName, Subject, Timestamp,
};
use nerve_testkit::events::{invoice_paid, payment_failed};

pub(crate) const CUSTOMERS: u8 = 4;
pub(crate) const INVOICES: u8 = 3;
pub(crate) const REPORTS: u8 = 3;

/// What a delivery says, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    /// Which customer.
    pub customer: u8,
    /// Which of their invoices.
    pub invoice: u8,
    /// 0: paid; 1 to 3: that attempt to collect it failed; 4: the last one failed.
    pub fact: u8,
    /// The same fact under another delivery id.
    pub report: u8,
    /// By a second tool, which knows the customer by mail address only.
    pub other_tool: bool,
    /// It names this customer as well, so that nobody can tell whose it is.
    pub also: Option<u8>,
}

impl Happening {
    /// The event, as a source would make it of the delivery.
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
            received_at: at,
            ..base
        }
    }

    /// What is said, whoever says it.
    pub(crate) fn fact(self) -> SemanticKey {
        let Self { customer, invoice, fact, .. } = self;
        SemanticKey::new(format!("invoice in_{customer}_{invoice} fact {fact}"))
    }

    /// Whom it names.
    pub(crate) fn named(self) -> impl Iterator<Item = u8> {
        core::iter::once(self.customer).chain(self.also)
    }

    /// The raw body: the same in every copy.
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
