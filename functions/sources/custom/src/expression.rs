//! The expressions of a mapping, which take values from a delivery.
//!
//! - `"/data/formId"`: a JSON pointer into the body (RFC 6901). In a list, `name=value` instead of a number selects the
//!   first entry with this field: `/fields/type=INPUT_EMAIL/value`.
//! - `"@x-request-id"`: a header.
//! - `"Incident {/id} of {/team}"`: a text with values in it; absent if one of them is.
//! - `"EUR"`, `7`, `true`: a constant.
//! - `["/a", "/b", "none"]`: the first value that is present.
//! - `{ each = "/fields", question = "/label" }`: an object for each entry of a list, with pointers into the entry.
//! - any other table: an object.
//!
//! A pointer or header may have a conversion: `"/created | seconds"`, `| millis`, `| lower`, `| map urgency`.

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A value of the delivery.
    Taken(Taken),
    /// Pieces that make a text.
    Template(Vec<Piece>),
    /// A constant.
    Constant(Value),
    /// The first value that is present.
    FirstOf(Vec<Self>),
    /// An object.
    Object(BTreeMap<String, Self>),
    /// An object for each entry of the list at this place.
    Each(Taken, BTreeMap<String, Self>),
}

/// A value of the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its place.
    pub place: Place,
    /// Its conversions, in order.
    pub conversions: Vec<Conversion>,
}

/// A place in a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer.
    Pointer(String),
    /// A header.
    Header(String),
}

/// A conversion of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conversion {
    /// Seconds since 1970 to RFC 3339.
    Seconds,
    /// Milliseconds since 1970 to RFC 3339.
    Millis,
    /// Lower case.
    Lower,
    /// A word from a table of the mapping.
    Map(String),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Constant text.
    Text(String),
    /// A value as text.
    Hole(Taken),
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// A description of the syntax error.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with(['/', '@']) {
            return Ok(Self::Taken(Taken::parse(text)?));
        }
        if text.contains("{/") || text.contains("{@") {
            return pieces(text).map(Self::Template);
        }
        Ok(Self::Constant(Value::from(text)))
    }
}

impl Taken {
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('|').map(str::trim);
        let place = match parts.next() {
            Some(pointer) if pointer.starts_with('/') => Place::Pointer(pointer.to_owned()),
            Some(header) if header.len() > 1 && header.starts_with('@') => Place::Header(header.replacen('@', "", 1)),
            _ => return Err(format!("{text:?} must begin with a pointer such as /id or a header such as @x-id")),
        };
        let conversions = parts.map(Conversion::parse).collect::<Result<_, _>>()?;
        Ok(Self { place, conversions })
    }
}

impl Conversion {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "seconds" => Ok(Self::Seconds),
            "millis" => Ok(Self::Millis),
            "lower" => Ok(Self::Lower),
            other => match other.strip_prefix("map ").map(str::trim) {
                Some(name) => Ok(Self::Map(name.to_owned())),
                None => Err(format!("{other:?} is no conversion: seconds, millis, lower, map <name>")),
            },
        }
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (hole, left) = after.split_once('}').ok_or_else(|| format!("{text:?} has a brace that is not closed"))?;
        pieces.extend([Piece::Text(before.to_owned()), Piece::Hole(Taken::parse(hole)?)]);
        rest = left;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pointer, a text, a number, true or false, a list of them, or a table")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Expression, E> {
        Expression::parse(text).map_err(E::custom)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Expression, E> {
        Ok(Expression::Constant(flag.into()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Expression, E> {
        Ok(Expression::Constant(number.into()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Expression, E> {
        Ok(Expression::Constant(number.into()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Expression, A::Error> {
        let mut first_of = Vec::new();
        while let Some(expression) = list.next_element()? {
            first_of.push(expression);
        }
        Ok(Expression::FirstOf(first_of))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut table: A) -> Result<Expression, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, expression)) = table.next_entry::<String, Expression>()? {
            fields.insert(name, expression);
        }
        match fields.remove("each") {
            None => Ok(Expression::Object(fields)),
            Some(Expression::Taken(list)) => Ok(Expression::Each(list, fields)),
            Some(_) => Err(de::Error::custom("each must be a pointer to a list")),
        }
    }
}
