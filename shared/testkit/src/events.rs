//! Builders of complete, ordinary values; a test changes the part it is about.

use nerve_intake::inbox::{self, Arrival};
use nerve_model::{
    Address, AuthResult, Authentication, Claim, ClaimKind, DedupKey, Event, EventId, Evidence, Fact, InvoicePaid,
    InvoiceRef, Match, MatchVerdict, Medium, Message, Millis, Money, PaymentFailed, RecordId, RecordRef, RecordType,
    Role, SemanticKey, SourceName, Subject, TimeZone, Timestamp, Trust,
};
use nerve_ports::ObjectStorage;
use nerve_protocol::TimelineEntry;

/// 2026-11-23T10:00:00Z: the time of all tests.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_428_000);

/// Berlin, whose clocks go back on 2026-10-25 and forward on 2027-03-28, at 01:00 UTC.
pub fn berlin() -> TimeZone {
    let [back, forward] = [1_792_890_000, 1_806_195_600].map(Timestamp::from_seconds);
    let offset = |at| Millis::minutes(if (back..forward).contains(&at) { 60 } else { 120 });
    TimeZone::sampled("Europe/Berlin", back - Millis::days(30), forward + Millis::days(30), offset)
}

/// The record id of this number.
pub fn record_id(n: u128) -> RecordId {
    RecordId::new(NOW, n)
}

/// The customer Ada Lovelace.
pub fn ada() -> RecordRef {
    RecordRef { id: record_id(1), record_type: RecordType::Customer, name: "Ada Lovelace".to_owned() }
}

/// EUR 120.00.
pub fn amount() -> Money {
    Money { minor: 12_000, currency: "EUR".parse().unwrap() }
}

/// An invoice with a number and a link.
pub fn invoice(id: &str) -> InvoiceRef {
    InvoiceRef {
        id: id.to_owned(),
        number: Some(format!("NRV-{id}")),
        url: Some(format!("https://invoice.stripe.com/i/{id}")),
    }
}

/// The first attempt to collect an invoice failed; the next is in three days.
pub fn payment_failed(n: u128, id: &str) -> Event {
    let fact = Fact::PaymentFailed(PaymentFailed {
        invoice: Some(invoice(id)),
        payment: None,
        amount: amount(),
        attempt: Some(1),
        next_attempt_at: Some(NOW + Millis::days(3)),
        final_attempt: false,
        reason: Some("Your card was declined.".to_owned()),
        subscription: None,
    });
    event(n, fact, &format!("stripe:invoice:{id} payment failed attempt 1"), &format!("stripe:invoice:{id}"))
}

/// The payment of the same invoice.
pub fn invoice_paid(n: u128, id: &str) -> Event {
    let fact = Fact::InvoicePaid(InvoicePaid {
        invoice: invoice(id),
        amount: amount(),
        paid_at: Some(NOW),
        subscription: None,
    });
    event(n, fact, &format!("stripe:invoice:{id} paid"), &format!("stripe:invoice:{id}"))
}

/// A mail from an address; the receiving server confirmed its sender.
pub fn mail_from(n: u128, address: &str) -> Event {
    let fact = Fact::EmailReceived(Message {
        medium: Medium::Mail,
        from: Address { name: None, address: address.to_owned() },
        to: vec!["purchasing@ours.example".to_owned()],
        subject: Some("Our estimate".to_owned()),
        text: "Two hoods at 2,480 euros each.".to_owned(),
        attachments: Vec::new(),
        authentication: Authentication { dmarc: Some(AuthResult::Pass), ..Authentication::default() },
        message: format!("mail-{n}@mail.example"),
        in_reply_to: None,
    });
    let claim = Claim { kind: ClaimKind::Email, value: address.to_owned(), role: Role::Customer };
    let event = event(n, fact, &format!("mail {n}"), &format!("postmark:mail:{n}"));
    Event { claims: vec![claim], summary: "Mail: Our estimate".to_owned(), ..event }
}

/// An event of Ada's from Stripe; `n` makes its id unique.
pub fn event(n: u128, fact: Fact, semantic_key: &str, subject: &str) -> Event {
    let source = SourceName::from_static("stripe");
    let email = Claim { kind: ClaimKind::Email, value: "ada@example.com".to_owned(), role: Role::Customer };
    Event {
        id: EventId::new(NOW, n),
        claims: vec![Claim::external(&source, "customer", "cus_ada", Role::Customer), email],
        source,
        summary: format!("{} of {}", fact.kind(), amount()),
        fact,
        dedup_key: DedupKey::new(format!("evt_{n}")),
        semantic_key: SemanticKey::new(semantic_key),
        subject: Subject::new(subject),
        party_name: Some("Ada Lovelace".to_owned()),
        trust: Trust::Signed,
        test: false,
        link: Some("https://dashboard.stripe.com/invoices".to_owned()),
        occurred_at: NOW,
        said_at: None,
        received_at: NOW,
    }
}

/// A match by the vendor's id.
pub fn confident() -> Match {
    Match {
        verdict: MatchVerdict::Confident,
        confidence: 0.99,
        evidence: vec![Evidence {
            field: ClaimKind::External,
            value: "stripe:customer:cus_ada".to_owned(),
            finding: "the same".to_owned(),
            weight: 0.99,
        }],
        runner_up: None,
        prior: None,
        against: None,
    }
}

/// A timeline entry of an event.
pub fn entry(seq: u64, event: Event) -> TimelineEntry {
    TimelineEntry { seq, event, matched: confident(), reports: 1, part: None }
}

/// Puts an event into an inbox of this name.
pub fn arrive(storage: &impl ObjectStorage, inbox: &str, event: &Event, now: Timestamp) {
    let json = serde_json::to_string(event).unwrap();
    let Event { id, dedup_key, .. } = event;
    let arrival = Arrival { inbox, id: *id, dedup_key, event: &json, headers: &[], body: b"body" };
    inbox::accept(storage, arrival, now).unwrap();
}
