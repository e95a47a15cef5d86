//! How Stripe writes things, read without trusting any of it.

use nerve_model::{Currency, Money, Timestamp, one_line};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// The longest name or number kept, in characters.
const NAME_CHARS: usize = 120;

/// The longest reason kept, in characters.
const REASON_CHARS: usize = 300;

/// Longer links are not Stripe's.
const MAX_LINK_BYTES: usize = 2_048;

/// 9999-12-31T23:59:59Z: later instants cannot be written in RFC 3339.
const LAST_SECOND: i64 = 253_402_300_799;

/// A field that is read if it has the documented type and taken as absent if not: a field that changes its type in
/// some later version of the API must not cost a payment.
#[derive(Debug)]
pub(crate) struct Loose<T>(pub(crate) Option<T>);

impl<T> Default for Loose<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(T::deserialize(value).ok()))
    }
}

/// An id as Stripe gives them: at most 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct VendorId(String);

impl VendorId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for VendorId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let plausible = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if plausible { Ok(Self(text)) } else { Err("not an id") }
    }
}

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

/// An instant from seconds since 1970, when it is one that can be written down.
pub(crate) fn instant(seconds: i64) -> Option<Timestamp> {
    (0..=LAST_SECOND).contains(&seconds).then(|| Timestamp::from_seconds(seconds))
}

/// A name or number on one line; `None` when nothing readable is left.
pub(crate) fn name(text: &str) -> Option<String> {
    line(text, NAME_CHARS)
}

/// Stripe's reason for a failure on one line; `None` when nothing readable is left.
pub(crate) fn reason(text: &str) -> Option<String> {
    line(text, REASON_CHARS)
}

fn line(text: &str, max_chars: usize) -> Option<String> {
    Some(one_line(text, max_chars)).filter(|line| !line.is_empty())
}

/// A link that is safe to offer.
pub(crate) fn https(url: String) -> Option<String> {
    let safe = url.starts_with("https://") && url.len() <= MAX_LINK_BYTES && url.bytes().all(|b| b.is_ascii_graphic());
    safe.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_link_is_offered() {
        let good = "https://invoice.stripe.com/i/acct_1/live_1?s=ap";
        assert_eq!(https(good.to_owned()).as_deref(), Some(good));
        for wrong in [
            "",
            "http://invoice.stripe.com/i",
            "javascript:alert(1)//https://",
            " https://invoice.stripe.com",
            "https://invoice.stripe.com/a b",
            "https://invoice.stripe.com/\u{202e}",
            &format!("https://{}", "a".repeat(MAX_LINK_BYTES)),
        ] {
            assert_eq!(https(wrong.to_owned()), None, "{wrong:.60}");
        }
    }
}
