use super::mended::{field, mended};
use crate::Malformed;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;

/// A field that counts as absent if it has another type than documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose<T>(pub Option<T>);

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

impl<T> Loose<Vec<Loose<T>>> {
    /// The entries of a list that have the documented type.
    pub fn items(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().filter_map(|item| item.0.as_ref())
    }
}

/// An id in a vendor's JSON: 1 to 255 visible ASCII characters, or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VendorId(String);

impl VendorId {
    /// An id from text; `None` if the text is none.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let plausible = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        plausible.then_some(Self(text))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for VendorId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for VendorId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = match Value::deserialize(deserializer)? {
            Value::String(text) => Self::new(text),
            Value::Number(number) => number.as_u64().and_then(|number| Self::new(number.to_string())),
            _ => None,
        };
        id.ok_or_else(|| D::Error::custom("not an id"))
    }
}

/// Parses a JSON document; one that strict reading refuses is mended if that is possible. The error names the place,
/// never the text, which could hold anything.
///
/// # Errors
///
/// The bytes are not JSON, or not of the expected shape.
pub fn json<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Malformed> {
    let error = match serde_json::from_slice(body) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let text = if error.is_data() { None } else { mended(body) };
    match text.map(|text| serde_json::from_slice(text.as_bytes())) {
        Some(Ok(read)) => Ok(read),
        Some(Err(other)) if other.is_data() => Err(unreadable(body, what, &other)),
        _ => Err(unreadable(body, what, &error)),
    }
}

fn unreadable(body: &[u8], what: &str, error: &serde_json::Error) -> Malformed {
    let (line, column) = (error.line(), error.column());
    Malformed(match field(body, line, column) {
        _ if error.is_data() => format!("{what} cannot be read as documented (line {line}, column {column})"),
        None => format!("{what} is no JSON (line {line}, column {column})"),
        Some(field) => format!(
            "{what} is no JSON (line {line}, column {column}): \"{field}\" there needs quotation marks around it, and \
             those, backslashes and line breaks inside it escaped"
        ),
    })
}

/// A field that the event cannot do without.
///
/// # Errors
///
/// It is missing; `field` is the path that the vendor documents.
pub fn required<T>(value: Option<T>, field: &str) -> Result<T, Malformed> {
    value.ok_or_else(|| Malformed(format!("{field} is missing or not what is documented")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_entry_costs_no_list() {
        for (text, expected) in [("[1, \"2\", null, 3]", vec![1, 3]), ("[]", vec![]), ("7", vec![]), ("null", vec![])] {
            let list: Loose<Vec<Loose<u8>>> = serde_json::from_str(text).unwrap();
            assert_eq!(list.items().copied().collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
