//! Common shapes in Stripe's JSON, parsed without trust.

use nerve_intake::reading::{Loose, NAME_CHARS, VendorId, line};
use nerve_model::{Currency, Money};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

/// Contact data, in the field names that customers and billing details share.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) email: Loose<String>,
    pub(crate) name: Loose<String>,
    pub(crate) phone: Loose<String>,
    pub(crate) address: Loose<Postal>,
}

/// The parts of a postal address that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Postal {
    line1: Loose<String>,
    postal_code: Loose<String>,
    city: Loose<String>,
}

impl Contact {
    /// The postal address on one line, `17 High Street, 10961 Eastham`; `None` without a street and a place.
    pub(crate) fn postal(&self) -> Option<String> {
        let Postal { line1, postal_code, city } = self.address.0.as_ref()?;
        let [street, code, city] = [line1, postal_code, city].map(|part| part.0.as_deref().unwrap_or_default().trim());
        if street.is_empty() || (code.is_empty() && city.is_empty()) {
            return None;
        }
        line(&[street, ", ", code, " ", city].concat(), NAME_CHARS)
    }
}

/// Another object: its id, or the whole object if Stripe was asked to expand it. A deleted customer is an object with
/// little more than its id.
#[derive(Debug)]
pub(crate) struct Related {
    id: VendorId,
    contact: Contact,
}

impl<'de> Deserialize<'de> for Related {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        let (id, contact) = match value.get_mut("id").map(Value::take) {
            Some(id) => (VendorId::deserialize(id), Contact::deserialize(value)),
            None => (VendorId::deserialize(value), Ok(Contact::default())),
        };
        Ok(Self { id: id.map_err(D::Error::custom)?, contact: contact.map_err(D::Error::custom)? })
    }
}

impl Related {
    pub(crate) fn into_id(self) -> VendorId {
        self.id
    }

    pub(crate) fn into_parts(self) -> (VendorId, Contact) {
        (self.id, self.contact)
    }
}

/// Stripe's amount in the minor units of ISO 4217.
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
