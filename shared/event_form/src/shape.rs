//! The shapes of fields, and how values are read: cleaned, clipped, and reported by path if wrong.

use nerve_intake::reading::{self, https, instant_of_decimals, instant_of_millis, line, prose};
use nerve_model::{Currency, Timestamp};
use serde_json::{Map, Value, json};

/// The longest id, in characters. Longer ones are refused, because clipping could make two ids equal.
const ID_CHARS: usize = 120;

/// From here on a number is milliseconds since 1970; as seconds it would be after the year 5000.
const SECONDS_END: i64 = 100_000_000_000;

/// The most choices of an answer.
const MAX_CHOICES: usize = 100;

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// The meaning of its absence.
    pub missing: Missing,
}

/// The meaning of a field's absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The object cannot be understood without it.
    Fault,
    /// The value is unknown.
    Null,
    /// As with `Fault`; but an empty value or `null` says that there is none.
    Said,
    /// An empty list or object, `false`.
    Empty,
    /// The same as this word.
    Word(&'static str),
}

/// The shape of a field's value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// An id: text of at most 120 characters, or a whole number.
    Id,
    /// One line, clipped to so many characters.
    Line(usize),
    /// Several lines, clipped to so many characters.
    Prose(usize),
    /// An RFC 3339 time.
    Time,
    /// A whole number up to this maximum.
    Whole(u64),
    /// `true` or `false`.
    Flag,
    /// A link; one that is not plain `https` is left out.
    Link,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `{"minor": 1250, "currency": "EUR"}`, or `{"amount": "12.50", "currency": "EUR"}` in the currency's main unit.
    Money,
    /// An object of these fields; others are ignored.
    Object(&'static [Field]),
    /// A list of values; entries beyond this number are ignored.
    List(usize, &'static Self),
}

/// The faults of a document, by field path.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<String>);

/// The most faults that one answer lists.
const MAX_FAULTS: usize = 20;

impl Faults {
    /// Adds a fault. Its text comes from this program, never from the document.
    pub(crate) fn note(&mut self, path: &str, wrong: &str) {
        if self.0.len() < MAX_FAULTS {
            self.0.push(format!("{path} {wrong}"));
        }
    }

    /// All faults on one line; `None` if there are none.
    pub(crate) fn into_text(self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join("; "))
    }
}

impl Shape {
    /// The value in normal form; `None` if it is empty, or wrong, which adds a fault.
    pub(crate) fn read(self, value: &Value, path: &str, faults: &mut Faults) -> Option<Value> {
        match self {
            Self::Object(fields) => object(fields, value, path, faults),
            Self::List(most, shape) => list(most, *shape, value, path, faults),
            Self::Money => money(value, path, faults),
            plain => plain.scalar(value).unwrap_or_else(|wrong| {
                faults.note(path, &wrong);
                None
            }),
        }
    }

    fn scalar(self, value: &Value) -> Result<Option<Value>, String> {
        if let Self::Flag = self {
            return value.as_bool().map(|flag| Some(json!(flag))).ok_or_else(|| "must be true or false".to_owned());
        }
        let text = match self {
            Self::Line(_) | Self::Prose(_) => words(value),
            _ => text(value),
        };
        let text = text.ok_or("must be text")?;
        match self {
            _ if text.trim().is_empty() => Ok(None),
            Self::Id => id(&text),
            Self::Line(most) => Ok(line(&text, most).map(Value::String)),
            Self::Prose(most) => Ok(prose(&text, most).map(Value::String)),
            Self::Time => {
                time(&text).map(|time| Some(json!(time))).ok_or_else(|| "must be an RFC 3339 time".to_owned())
            }
            Self::Whole(most) => whole(&text, most),
            Self::Link => Ok(https(&text).map(Value::String)),
            Self::Word(words) => word(words, &text),
            _ => Ok(None),
        }
    }
}

/// A text, or a number as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text, or an answer as forms send it: yes or no, or several choices, joined by commas.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Value::Array(choices) if choices.len() <= MAX_CHOICES => {
            choices.iter().map(text).collect::<Option<Vec<_>>>().map(|choices| choices.join(", "))
        }
        other => text(other),
    }
}

/// An instant as text, or as seconds or milliseconds since 1970.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    reading::time(text).or_else(|| match text.trim().parse::<i64>() {
        Ok(millis) if millis >= SECONDS_END => instant_of_millis(millis),
        _ => instant_of_decimals(text),
    })
}

fn id(text: &str) -> Result<Option<Value>, String> {
    let id = line(text, ID_CHARS + 1);
    if id.as_ref().is_some_and(|id| id.chars().count() > ID_CHARS) {
        return Err(format!("must have at most {ID_CHARS} characters"));
    }
    Ok(id.map(Value::String))
}

fn whole(text: &str, most: u64) -> Result<Option<Value>, String> {
    let number = text.trim().parse::<u64>().ok().filter(|number| *number <= most);
    number.map(|number| Some(json!(number))).ok_or_else(|| format!("must be a whole number up to {most}"))
}

fn word(words: &[&'static str], text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    let known = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    known.map(|word| Some(json!(word))).ok_or_else(|| format!("must be one of {}", words.join(", ")))
}

fn object(fields: &[Field], value: &Value, path: &str, faults: &mut Faults) -> Option<Value> {
    let Value::Object(given) = value else {
        faults.note(path, "must be an object");
        return None;
    };
    let read = fields.iter().map(|field| (field.name.to_owned(), field.read(given, path, faults)));
    Some(Value::Object(read.collect()))
}

impl Field {
    fn read(&self, given: &Map<String, Value>, path: &str, faults: &mut Faults) -> Value {
        let path = format!("{path}.{}", self.name);
        let before = faults.0.len();
        let value = given.get(self.name).filter(|value| !value.is_null());
        let value = value.and_then(|value| self.shape.read(value, &path, faults));
        value.unwrap_or_else(|| {
            let needed = match self.missing {
                Missing::Fault => true,
                Missing::Said => !given.contains_key(self.name),
                _ => false,
            };
            if needed && faults.0.len() == before {
                faults.note(&path, "is missing");
            }
            self.absent()
        })
    }

    fn absent(&self) -> Value {
        match (self.missing, self.shape) {
            (Missing::Word(word), _) => json!(word),
            (Missing::Empty, Shape::List(..)) => json!([]),
            (Missing::Empty, Shape::Object(_)) => json!({}),
            (Missing::Empty, Shape::Flag) => json!(false),
            (Missing::Empty, _) => json!(""),
            (Missing::Fault | Missing::Null | Missing::Said, _) => Value::Null,
        }
    }
}

fn list(most: usize, shape: Shape, value: &Value, path: &str, faults: &mut Faults) -> Option<Value> {
    let Value::Array(given) = value else {
        faults.note(path, "must be a list");
        return None;
    };
    let given = given.iter().take(most).enumerate();
    let read = given.filter_map(|(n, value)| shape.read(value, &format!("{path}[{n}]"), faults));
    Some(Value::Array(read.collect()))
}

fn money(value: &Value, path: &str, faults: &mut Faults) -> Option<Value> {
    let currency = value.get("currency").and_then(Value::as_str).and_then(|code| code.trim().parse::<Currency>().ok());
    let Some(currency) = currency else {
        faults.note(path, "must have a currency, a code of ISO 4217 such as EUR");
        return None;
    };
    let minor = value.get("minor").and_then(text).and_then(|text| text.trim().parse().ok());
    let amount = || value.get("amount").and_then(text).and_then(|text| decimal(text.trim(), currency.decimals()));
    let Some(minor) = minor.or_else(amount) else {
        faults.note(path, "must have minor, a whole number of cents, or amount, a decimal such as \"12.50\"");
        return None;
    };
    Some(json!({"minor": minor, "currency": currency}))
}

/// `12.5` in minor units of so many decimals. Further digits must be zeros, because rounding would change an amount.
fn decimal(text: &str, decimals: u32) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = usize::try_from(decimals).ok()?;
    let plain = !whole.is_empty() && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    let rest_is_zero = fraction.bytes().skip(decimals).all(|byte| byte == b'0');
    let minor: String = whole.chars().chain(fraction.chars().chain(std::iter::repeat('0')).take(decimals)).collect();
    (plain && rest_is_zero).then(|| minor.parse::<i64>().ok())?.map(|minor| sign * minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_exactly_or_not_at_all() {
        for (text, decimals, minor) in [
            ("12.50", 2, Some(1_250)),
            ("12.5", 2, Some(1_250)),
            ("12", 2, Some(1_200)),
            ("-0.01", 2, Some(-1)),
            ("5000", 0, Some(5_000)),
            ("5000.00", 0, Some(5_000)),
            ("1.25", 3, Some(1_250)),
            ("12.505", 2, None),
            ("1,250.00", 2, None),
            (".5", 2, None),
            ("1e3", 2, None),
            ("", 2, None),
            ("--1", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(decimal(text, decimals), minor, "{text}");
        }
    }
}
