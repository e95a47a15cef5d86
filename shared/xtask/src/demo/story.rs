//! Who the demo is about and what happens to them. Every name and address is invented.

use Kind::{CustomerUpdated, InvoiceFailed, InvoicePaid, PaymentFailed};
use Step::{Deliver, UntilProposed};

/// A customer as Stripe knows them.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: Option<&'static str>,
    pub(super) country: &'static str,
    /// ISO 4217, in lower case.
    pub(super) currency: &'static str,
    pub(super) subscription: &'static str,
}

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    InvoicePaid,
    /// The retry, if there is one, follows after so many days.
    InvoiceFailed {
        attempt: u32,
        retry_in_days: Option<u64>,
    },
    /// Not of an invoice: a one-off payment.
    PaymentFailed,
    /// Nothing that anyone has to act on.
    CustomerUpdated,
}

/// One webhook.
#[derive(Debug)]
pub(super) struct Delivery {
    /// Without the prefix; the identifier of the event.
    pub(super) event: &'static str,
    /// Without the prefix; the identifier of the object, and for an invoice also its number.
    pub(super) object: &'static str,
    pub(super) customer: &'static Customer,
    pub(super) kind: Kind,
    /// In minor units.
    pub(super) amount: u64,
    pub(super) minutes_ago: u64,
}

/// The story goes on with a delivery, or once a customer has a proposal.
pub(super) enum Step {
    Deliver(Delivery),
    UntilProposed(&'static Customer),
}

const DAY: u64 = 24 * 60;

static BRANDT: Customer = Customer {
    id: "cus_DemoBrandt01",
    name: "Brandt Maschinenbau GmbH",
    email: "buchhaltung@brandt-maschinenbau.example",
    phone: Some("+49 30 5550 1234"),
    country: "DE",
    currency: "eur",
    subscription: "sub_DemoBrandt01",
};

static NORTHWIND: Customer = Customer {
    id: "cus_DemoNorthwind",
    name: "Northwind Studio",
    email: "priya@northwind-studio.example",
    phone: Some("+44 20 7946 0123"),
    country: "GB",
    currency: "gbp",
    subscription: "sub_DemoNorthwind",
};

static AURORA: Customer = Customer {
    id: "cus_DemoAurora001",
    name: "Café Aurora",
    email: "eloise@cafe-aurora.example",
    phone: None,
    country: "FR",
    currency: "eur",
    subscription: "sub_DemoAurora001",
};

static HIKARI: Customer = Customer {
    id: "cus_DemoHikari001",
    name: "株式会社ひかり商店",
    email: "keiri@hikari-shoten.example",
    phone: Some("+81 3 5550 0199"),
    country: "JP",
    currency: "jpy",
    subscription: "sub_DemoHikari001",
};

static KOVALENKO: Customer = Customer {
    id: "cus_DemoKovalenko",
    name: "Олена Коваленко",
    email: "olena.kovalenko@posteo.example",
    phone: None,
    country: "UA",
    currency: "usd",
    subscription: "",
};

static HARBOR: Customer = Customer {
    id: "cus_DemoHarbor001",
    name: "Harbor & Finch LLC",
    email: "ap@harborfinch.example",
    phone: Some("+1 212 555 0142"),
    country: "US",
    currency: "usd",
    subscription: "sub_DemoHarbor001",
};

/// Her week is told by the other tools.
static MARLOW: Customer = Customer {
    id: "cus_DemoMarlow001",
    name: "Elena Marlow",
    email: "elena@marlow-kitchens.example",
    phone: Some("+44 20 7946 0199"),
    country: "GB",
    currency: "gbp",
    subscription: "sub_DemoMarlow001",
};

const fn event(
    event: &'static str,
    object: &'static str,
    customer: &'static Customer,
    kind: Kind,
    amount: u64,
    minutes_ago: u64,
) -> Step {
    Deliver(Delivery { event, object, customer, kind, amount, minutes_ago })
}

const FIRST_FAILURE: Kind = InvoiceFailed { attempt: 1, retry_in_days: Some(3) };
const SECOND_FAILURE: Kind = InvoiceFailed { attempt: 2, retry_in_days: Some(5) };
const LAST_FAILURE: Kind = InvoiceFailed { attempt: 3, retry_in_days: None };

/// In the order of telling.
pub(super) const STORY: &[Step] = &[
    // A customer of long standing misses a payment for the first time; the report comes twice.
    event("DemoBrandtPaid1", "DemoBrandt0001", &BRANDT, InvoicePaid, 124_900, 62 * DAY),
    event("DemoBrandtPaid2", "DemoBrandt0002", &BRANDT, InvoicePaid, 124_900, 31 * DAY),
    event("DemoBrandtFail1", "DemoBrandt0003", &BRANDT, FIRST_FAILURE, 124_900, 42),
    event("DemoBrandtFail1", "DemoBrandt0003", &BRANDT, FIRST_FAILURE, 124_900, 42),
    // Here the last attempt has failed, and Stripe will not try again.
    event("DemoNorthwindPaid1", "DemoNorthwind0001", &NORTHWIND, InvoicePaid, 48_000, 75 * DAY),
    event("DemoNorthwindFail3", "DemoNorthwind0002", &NORTHWIND, LAST_FAILURE, 48_000, 35),
    // A failure that will settle itself below.
    event("DemoAuroraFail1", "DemoAurora0001", &AURORA, FIRST_FAILURE, 8_900, 28),
    // Yen have no minor unit.
    event("DemoHikariFail2", "DemoHikari0001", &HIKARI, SECOND_FAILURE, 48_000, 21),
    // No invoice, no subscription: a single payment.
    event("DemoKovalenkoFail1", "DemoKovalenko0001", &KOVALENKO, PaymentFailed, 18_000, 14),
    // Nothing wrong here, and nothing to do.
    event("DemoHarborPaid1", "DemoHarbor0001", &HARBOR, InvoicePaid, 310_000, 20 * DAY),
    event("DemoHarborUpdate1", "DemoHarbor0001", &HARBOR, CustomerUpdated, 0, 9),
    // The deposit of the customer whose week it was: refused, and paid after a word with her bank.
    event("DemoMarlowFail1", "DemoMarlow0001", &MARLOW, FIRST_FAILURE, 96_000, 2 * DAY),
    UntilProposed(&MARLOW),
    event("DemoMarlowPaid1", "DemoMarlow0001", &MARLOW, InvoicePaid, 96_000, DAY),
    // The card was replaced, and what had been proposed no longer makes sense.
    UntilProposed(&AURORA),
    event("DemoAuroraPaid1", "DemoAurora0001", &AURORA, InvoicePaid, 8_900, 2),
];

impl Kind {
    /// What Stripe calls it.
    pub(super) const fn event_type(self) -> &'static str {
        match self {
            InvoicePaid => "invoice.paid",
            InvoiceFailed { .. } => "invoice.payment_failed",
            PaymentFailed => "payment_intent.payment_failed",
            CustomerUpdated => "customer.updated",
        }
    }
}
