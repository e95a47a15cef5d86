//! How Stripe writes things, read without trusting any of it.

use nerve_intake::reading::{Loose, VendorId};
use nerve_model::{Currency, Money};
use serde::Deserialize;

/// How to reach somebody, in the field names that customers and billing details share.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) email: Loose<String>,
    pub(crate) name: Loose<String>,
    pub(crate) phone: Loose<String>,
}

/// Another object: by its id, or whole where Stripe was asked to expand it. A deleted customer is an object with
/// little more than its id.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Related {
    Id(VendorId),
    Object {
        id: VendorId,
        #[serde(flatten)]
        contact: Contact,
    },
}

impl Related {
    pub(crate) fn into_id(self) -> VendorId {
        self.into_parts().0
    }

    pub(crate) fn into_parts(self) -> (VendorId, Contact) {
        match self {
            Self::Id(id) => (id, Contact::default()),
            Self::Object { id, contact } => (id, contact),
        }
    }
}

/// An amount as Stripe counts it, in minor units as ISO 4217 counts them.
///
/// The two differ for three currencies (<https://docs.stripe.com/currencies>): Stripe writes ISK and UGX, which have no
/// decimals, with two that are always `00`, and MGA, which has two, with none.
pub(crate) fn money(amount: i64, currency: Currency) -> Money {
    let minor = match currency.as_str() {
        "ISK" | "UGX" => amount / 100,
        "MGA" => amount.saturating_mul(100),
        _ => amount,
    };
    Money { minor, currency }
}
