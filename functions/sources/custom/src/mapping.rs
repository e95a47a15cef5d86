//! Mappings: the deliveries of a sender and the events they become, without code.

use crate::expression::{Conversion, Expression, Piece, Taken};
use nerve_event_form::{Field, Missing, Shape, fields};
use nerve_model::EventKind;
use nerve_signatures::Scheme;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A mapping of one sender's deliveries to events.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Mapping {
    /// The way the sender proves itself.
    pub signature: Scheme,
    /// Tables that translate the sender's words: lower-case text to text.
    pub maps: BTreeMap<String, BTreeMap<String, String>>,
    /// Deliveries to ignore.
    pub ignore: Vec<Conditions>,
    /// Deliveries that become events, by the first rule that fits.
    pub events: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    signature: Scheme,
    #[serde(default)]
    maps: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    ignore: Vec<Ignore>,
    #[serde(rename = "event")]
    events: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignore {
    when: Conditions,
}

/// Pointers or headers, each with the texts it may equal. All must hold.
pub type Conditions = BTreeMap<Pointer, Vec<String>>;

/// A place in a delivery, as the name of a condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Pointer(pub String);

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match Expression::parse(&text)? {
            Expression::Taken(_) => Ok(Self(text)),
            _ => Err(format!("{text:?} must begin with a pointer such as /type or a header such as @x-type")),
        }
    }
}

/// A rule for an event: a document of the input form, with an expression for each field.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "UncheckedRule")]
pub struct Rule {
    /// The conditions of the rule; without any it always fits.
    pub when: Conditions,
    /// The kind of the event.
    pub kind: EventKind,
    /// The dedup key: the same in each of the sender's attempts.
    pub key: Expression,
    /// The other fields.
    pub document: BTreeMap<String, Expression>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedRule {
    #[serde(default)]
    when: Conditions,
    kind: String,
    key: Expression,
    id: Option<Expression>,
    occurred_at: Option<Expression>,
    subject: Option<Expression>,
    customer: Option<Expression>,
    summary: Option<Expression>,
    link: Option<Expression>,
    test: Option<Expression>,
    detail: Expression,
}

/// True if a mapping may have this name, which becomes part of a URL and of the name of a secret.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl TryFrom<UncheckedRule> for Rule {
    type Error = String;

    fn try_from(rule: UncheckedRule) -> Result<Self, String> {
        let kind = nerve_event_form::kind(&rule.kind).map_err(|wrong| format!("kind {wrong}"))?;
        check(fields(kind), &rule.detail, "detail")?;
        let fields = [
            ("id", rule.id),
            ("occurred_at", rule.occurred_at),
            ("subject", rule.subject),
            ("customer", rule.customer),
            ("summary", rule.summary),
            ("link", rule.link),
            ("test", rule.test),
            ("detail", Some(rule.detail)),
        ];
        let document = fields.into_iter().filter_map(|(name, field)| Some((name.to_owned(), field?))).collect();
        Ok(Self { when: rule.when, kind, key: rule.key, document })
    }
}

/// Checks that the kind has all given fields, and that no required one is missing.
fn check(fields: &[Field], given: &Expression, path: &str) -> Result<(), String> {
    let (Expression::Object(given) | Expression::Each(_, given)) = given else { return Ok(()) };
    for (name, expression) in given {
        let path = format!("{path}.{name}");
        let known = fields.iter().find(|field| field.name == name).ok_or_else(|| format!("{path} is no field"))?;
        match known.shape {
            Shape::Object(fields) | Shape::List(_, &Shape::Object(fields)) => check(fields, expression, &path)?,
            _ => {}
        }
    }
    let missing = |field: &&Field| field.missing == Missing::Fault && !given.contains_key(field.name);
    match fields.iter().find(missing) {
        Some(field) => Err(format!("{path}.{} is missing", field.name)),
        None => Ok(()),
    }
}

impl TryFrom<Unchecked> for Mapping {
    type Error = String;

    fn try_from(mapping: Unchecked) -> Result<Self, String> {
        let Unchecked { signature, maps, ignore, events } = mapping;
        let named = events.iter().flat_map(|rule| rule.document.values().chain([&rule.key]));
        let mut used = Vec::new();
        named.for_each(|expression| maps_of(expression, &mut used));
        if let Some(unknown) = used.iter().find(|name| !maps.contains_key(**name)) {
            return Err(format!("there is no table maps.{unknown}"));
        }
        Ok(Self { signature, maps, ignore: ignore.into_iter().map(|ignore| ignore.when).collect(), events })
    }
}

/// The translation tables that an expression uses.
fn maps_of<'a>(expression: &'a Expression, used: &mut Vec<&'a str>) {
    match expression {
        Expression::Taken(taken) => maps_of_taken(taken, used),
        Expression::Template(pieces) => {
            for piece in pieces {
                if let Piece::Hole(taken) = piece {
                    maps_of_taken(taken, used);
                }
            }
        }
        Expression::Constant(_) => {}
        Expression::FirstOf(list) => list.iter().for_each(|expression| maps_of(expression, used)),
        Expression::Object(fields) => fields.values().for_each(|expression| maps_of(expression, used)),
        Expression::Each(list, fields) => {
            maps_of_taken(list, used);
            fields.values().for_each(|expression| maps_of(expression, used));
        }
    }
}

fn maps_of_taken<'a>(taken: &'a Taken, used: &mut Vec<&'a str>) {
    used.extend(taken.conversions.iter().filter_map(|conversion| match conversion {
        Conversion::Map(name) => Some(name.as_str()),
        _ => None,
    }));
}
