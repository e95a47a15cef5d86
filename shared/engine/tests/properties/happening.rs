//! Events of random parties, and the truth about them.

use nerve_model::{
    Booking, BookingCanceled, BookingCreated, CanceledBy, Claim, ClaimKind, Event, EventId, Fact, FormSubmitted,
    Millis, Role, SemanticKey,
};
use nerve_testkit::events::{NOW, event, invoice_paid, payment_failed};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The number of parties.
pub(crate) const PARTIES: usize = 3;

/// The number of facts of each party: kinds of events, and invoices or bookings.
const FACTS: (usize, usize) = (7, 2);

/// A party with one claim of each kind.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) name: &'static str,
    pub(crate) claims: [Claim; 3],
}

/// Parties without common claims.
pub(crate) fn strangers() -> Vec<Somebody> {
    let known = [
        ("Ada Lovelace", "ada@engines.example", "+4930100001"),
        ("Grace Hopper", "grace@navy.example", "+4930200002"),
        ("Emmy Noether", "emmy@rings.example", "+4930300003"),
    ];
    let somebody = |(n, (name, email, phone))| Somebody {
        name,
        claims: [
            claim(ClaimKind::External, &format!("stripe:customer:cus_{n}")),
            claim(ClaimKind::Email, email),
            claim(ClaimKind::Phone, phone),
        ],
    };
    known.into_iter().enumerate().map(somebody).collect()
}

fn claim(kind: ClaimKind, value: &str) -> Claim {
    Claim { kind, value: value.to_owned(), role: Role::Customer }
}

/// An event of a party.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    pub(crate) who: usize,
    /// The index of the claim that is left out, if any; any two remaining sets overlap.
    without: Option<usize>,
    what: usize,
    which: usize,
}

/// The age of each fact in days. Reports of one fact have the same age.
pub(crate) type Days = Vec<i64>;

pub(crate) fn any_days() -> impl Strategy<Value = Days> {
    prop::collection::vec(0..2_i64, PARTIES * FACTS.0 * FACTS.1)
}

pub(crate) fn any_happening() -> impl Strategy<Value = Happening> {
    (0..PARTIES, prop::option::of(0..3_usize), 0..FACTS.0, 0..FACTS.1)
        .prop_map(|(who, without, what, which)| Happening { who, without, what, which })
}

impl Happening {
    pub(crate) fn event(&self, n: u128, parties: &[Somebody], days: &Days) -> Event {
        let party = &parties[self.who];
        let id = format!("in_{}{}", self.who, self.which);
        let happened = match self.what {
            0 => form(n),
            1 => payment_failed(n, &id),
            2 => Event {
                semantic_key: SemanticKey::new(format!("stripe:invoice:{id} payment failed attempt 2")),
                ..payment_failed(n, &id)
            },
            3 => invoice_paid(n, &id),
            4 => booked(n, &id, None),
            5 => booked(n, &format!("{id}b"), Some(&id)),
            _ => canceled(n, &id),
        };
        let said = party.claims.iter().enumerate().filter(|(i, _)| Some(*i) != self.without);
        Event {
            claims: said.map(|(_, claim)| claim.clone()).collect(),
            party_name: Some(party.name.to_owned()),
            occurred_at: NOW - Millis::days(days[(self.who * FACTS.1 + self.which) * FACTS.0 + self.what]),
            ..happened
        }
    }
}

/// The events of these happenings, in order.
pub(crate) fn told(happened: &[Happening], parties: &[Somebody], days: &Days) -> Vec<Event> {
    (1..).zip(happened).map(|(n, it)| it.event(n, parties, days)).collect()
}

/// The party of each event.
pub(crate) fn whose(events: &[Event], happened: &[Happening]) -> BTreeMap<EventId, usize> {
    events.iter().zip(happened).map(|(event, it)| (event.id, it.who)).collect()
}

fn form(n: u128) -> Event {
    let form =
        FormSubmitted { form: "f".to_owned(), title: None, submission: Some(n.to_string()), answers: Vec::new() };
    event(n, Fact::FormSubmitted(form), &format!("form {n}"), &format!("typeform:response:{n}"))
}

fn booking(id: &str) -> Booking {
    let (starts_at, title) = (Some(NOW + Millis::days(1)), Some("Visit".to_owned()));
    Booking { id: id.to_owned(), title, starts_at, ends_at: None, time_zone: None, host: None, location: None }
}

fn booked(n: u128, id: &str, moved_from: Option<&str>) -> Event {
    let moved_from = moved_from.map(str::to_owned);
    let fact = Fact::BookingCreated(BookingCreated { booking: booking(id), moved_from, answers: Vec::new() });
    event(n, fact, &format!("calendly:event:{id} booked"), &format!("calendly:event:{id}"))
}

fn canceled(n: u128, id: &str) -> Event {
    let fact =
        Fact::BookingCanceled(BookingCanceled { booking: booking(id), canceled_by: CanceledBy::Unknown, reason: None });
    event(n, fact, &format!("calendly:event:{id} canceled"), &format!("calendly:event:{id}"))
}
