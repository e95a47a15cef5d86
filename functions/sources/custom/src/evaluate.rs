//! Evaluation of a mapping's expressions on a delivery.

use crate::{
    expression::{Conversion, Expression, Piece, Place, Taken},
    mapping::{Conditions, Mapping},
};
use nerve_intake::{
    Delivery,
    reading::{instant_of_decimals, instant_of_millis},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The most entries of a list that are read.
const MAX_ENTRIES: usize = 200;

/// The scope of an expression: a delivery, or one entry of a list in it.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) delivery: &'a Delivery,
    pub(crate) value: &'a Value,
}

impl Scope<'_> {
    /// True if all conditions hold.
    pub(crate) fn fits(&self, when: &Conditions) -> bool {
        when.iter().all(|(pointer, texts)| {
            let text = match Expression::parse(&pointer.0) {
                Ok(expression) => self.value(&expression).and_then(|value| text(&value)),
                Err(_) => None,
            };
            text.is_some_and(|text| texts.contains(&text))
        })
    }

    /// The value of an expression; `None` if it is absent.
    pub(crate) fn value(&self, expression: &Expression) -> Option<Value> {
        match expression {
            Expression::Taken(taken) => self.taken(taken),
            Expression::Template(pieces) => self.template(pieces).map(Value::String),
            Expression::Constant(value) => Some(value.clone()),
            Expression::FirstOf(list) => list.iter().find_map(|expression| self.value(expression)),
            Expression::Object(fields) => Some(self.object(fields)).filter(|object| object != &json!({})),
            Expression::Each(list, fields) => self.each(list, fields),
        }
    }

    fn object(&self, fields: &BTreeMap<String, Expression>) -> Value {
        let fields = fields.iter().filter_map(|(name, field)| Some((name.clone(), self.value(field)?)));
        Value::Object(fields.collect::<Map<_, _>>())
    }

    fn each(&self, list: &Taken, fields: &BTreeMap<String, Expression>) -> Option<Value> {
        let list = self.taken(list)?;
        let entries = list.as_array()?.iter().take(MAX_ENTRIES);
        Some(entries.map(|value| Scope { value, ..*self }.object(fields)).collect())
    }

    fn template(&self, pieces: &[Piece]) -> Option<String> {
        let mut whole = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Hole(taken) => whole.push_str(&text(&self.taken(taken)?)?),
            }
        }
        Some(whole)
    }

    fn taken(&self, taken: &Taken) -> Option<Value> {
        let value = match &taken.place {
            Place::Pointer(pointer) => at(self.value, pointer)?.clone(),
            Place::Header(name) => json!(self.delivery.headers.get(name)?),
        };
        let value = taken.conversions.iter().try_fold(value, |value, conversion| self.converted(&value, conversion))?;
        Some(value).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    fn converted(&self, value: &Value, conversion: &Conversion) -> Option<Value> {
        let text = text(value)?;
        match conversion {
            Conversion::Seconds => instant_of_decimals(&text).map(|time| json!(time)),
            Conversion::Millis => instant_of_millis(text.parse().ok()?).map(|time| json!(time)),
            Conversion::Lower => Some(json!(text.to_lowercase())),
            Conversion::Map(name) => self.mapping.maps.get(name)?.get(&text.to_lowercase()).map(|word| json!(word)),
        }
    }
}

/// The value at a pointer: RFC 6901, and `name=value` for the first entry of a list with this field.
fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(value, |value, token| {
        let name = token.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Object(fields) => fields.get(&name),
            Value::Array(entries) => match name.split_once('=') {
                Some((field, wanted)) => {
                    entries.iter().find(|entry| entry.get(field).and_then(text).as_deref() == Some(wanted))
                }
                None => entries.get(name.parse::<usize>().ok()?),
            },
            _ => None,
        }
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
