//! The answers of a booking or form, in the order of the questions.

use nerve_intake::reading::{Loose, json};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// Far more than any form asks.
const MAX_RESPONSES: usize = 500;

/// Answers by the identifiers of their questions.
#[derive(Debug, Default)]
pub(crate) struct Responses(Vec<(String, Response)>);

/// One answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Response {
    label: Value,
    /// The answer.
    value: Value,
    /// The answer in words, beside the id of the choice; only in forms.
    response: Value,
}

impl Responses {
    /// Parses the answers; none if they are not as documented.
    pub(crate) fn read(raw: Option<&RawValue>) -> Self {
        raw.and_then(|raw| json(raw.get().as_bytes(), "responses").ok()).unwrap_or_default()
    }

    /// The response to the question of this identifier.
    pub(crate) fn get(&self, identifier: &str) -> Option<&Response> {
        self.0.iter().find(|(key, _)| key == identifier).map(|(_, response)| response)
    }

    /// The text of the answer to the question of this identifier.
    pub(crate) fn text(&self, identifier: &str) -> Option<&str> {
        self.get(identifier)?.value.as_str()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Response)> {
        self.0.iter().map(|(identifier, response)| (identifier.as_str(), response))
    }
}

impl Response {
    /// The question in words, as the booking page shows it.
    pub(crate) fn label(&self) -> Option<&str> {
        self.label.as_str()
    }

    /// The answer in words; several choices are separated by commas.
    pub(crate) fn shown(&self) -> String {
        let chosen = words(&self.response);
        if chosen.is_empty() { words(&self.value) } else { chosen }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(words).filter(|item| !item.is_empty()).collect();
            items.join(", ")
        }
        // A choice has an id and a label.
        Value::Object(fields) => fields.get("label").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Value::Null => String::new(),
    }
}

impl<'de> Deserialize<'de> for Responses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Responses;

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("responses by identifier")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Responses, A::Error> {
        let mut responses = Vec::new();
        while let Some(identifier) = map.next_key()? {
            if responses.len() < MAX_RESPONSES {
                if let Loose(Some(response)) = map.next_value()? {
                    responses.push((identifier, response));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Responses(responses))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_their_order_and_say_what_was_chosen() {
        let raw = r#"{"z": {"value": 3}, "a": {"value": ["x", ""], "response": null}, "odd": 7,
            "m": {"value": ["1"], "response": [{"id": "1", "label": "Roof"}]}, "b": {"value": false}}"#;
        let responses: Responses = serde_json::from_str(raw).unwrap();
        let shown: Vec<_> = responses.iter().map(|(identifier, response)| (identifier, response.shown())).collect();
        let expected = [("z", "3"), ("a", "x"), ("m", "Roof"), ("b", "no")];
        assert_eq!(shown, expected.map(|(identifier, answer)| (identifier, answer.to_owned())));
    }
}
