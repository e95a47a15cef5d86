//! How Stripe writes things, read without trusting any of it.

use nerve_intake::reading::{Loose, NAME_CHARS, VendorId, line};
use nerve_model::{Currency, Money};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

/// How to reach somebody, in the field names that customers and billing details share.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) email: Loose<String>,
    pub(crate) name: Loose<String>,
    pub(crate) phone: Loose<String>,
    pub(crate) address: Loose<Value>,
}

impl Contact {
    /// The postal address on one line, `17 High Street, 10961 Eastham`; none without a street and a place.
    pub(crate) fn postal(&self) -> Option<String> {
        let address = self.address.0.as_ref()?;
        let part = |name: &str| Some(address.get(name)?.as_str()?.trim()).filter(|part| !part.is_empty());
        let place: Vec<&str> = ["postal_code", "city"].into_iter().filter_map(part).collect();
        let street = part("line1").filter(|_| !place.is_empty())?;
        line(&format!("{street}, {}", place.join(" ")), NAME_CHARS)
    }
}

/// Another object: by its id, or whole where Stripe was asked to expand it. A deleted customer is an object with
/// little more than its id.
#[derive(Debug)]
pub(crate) struct Related {
    id: VendorId,
    contact: Contact,
}

/// An expanded object, as far as it is read.
#[derive(Deserialize)]
struct Expanded {
    id: VendorId,
    #[serde(default)]
    email: Loose<String>,
    #[serde(default)]
    name: Loose<String>,
    #[serde(default)]
    phone: Loose<String>,
    #[serde(default)]
    address: Loose<Value>,
}

impl<'de> Deserialize<'de> for Related {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let related = if value.is_object() {
            Expanded::deserialize(value).map(|Expanded { id, email, name, phone, address }| Self {
                id,
                contact: Contact { email, name, phone, address },
            })
        } else {
            VendorId::deserialize(value).map(|id| Self { id, contact: Contact::default() })
        };
        related.map_err(D::Error::custom)
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
