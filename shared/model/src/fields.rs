//! The fields of a record and their changes.

use crate::one_line;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The reason why a text cannot become a field of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The text is empty.
    #[error("{0} is empty")]
    Empty(String),
    /// The text is too long.
    #[error("{field} has more than {max} characters")]
    TooLong {
        /// The field.
        field: String,
        /// The longest text, in characters.
        max: usize,
    },
    /// The record would have too many attributes.
    #[error("a record has at most {} attributes", Attributes::MAX)]
    TooMany,
}

/// The fields that a business defines itself: names and values, each one line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct Attributes(BTreeMap<String, String>);

impl Attributes {
    /// The most attributes of a record.
    pub const MAX: usize = 50;
    /// The longest name, in characters.
    pub const NAME_CHARS: usize = 60;
    /// The longest value, in characters.
    pub const VALUE_CHARS: usize = 1_000;

    /// Attributes from names and values; pairs without a value are left out.
    ///
    /// # Errors
    ///
    /// A value has no name, a name or value is too long, or there are too many attributes.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, FieldError> {
        let mut attributes = BTreeMap::new();
        for (name, value) in pairs {
            let name = typed_line("the name of an attribute", &name, Self::NAME_CHARS)?;
            if let Some(value) = typed_line(&name.clone().unwrap_or_default(), &value, Self::VALUE_CHARS)? {
                let name = name.ok_or_else(|| FieldError::Empty("the name of an attribute".to_owned()))?;
                attributes.insert(name, value);
            }
        }
        if attributes.len() > Self::MAX { Err(FieldError::TooMany) } else { Ok(Self(attributes)) }
    }

    /// The value of an attribute; `None` where the record does not have it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl TryFrom<BTreeMap<String, String>> for Attributes {
    type Error = FieldError;

    fn try_from(map: BTreeMap<String, String>) -> Result<Self, FieldError> {
        Self::new(map)
    }
}

/// The fields that records of every type have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordFields {
    /// The display name: one line.
    pub name: String,
    /// The person who looks after the record: one line.
    pub owner: Option<String>,
    /// The stage, in the words of the business: one line.
    pub stage: Option<String>,
    /// The fields that the business defines itself.
    pub attributes: Attributes,
}

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldChange {
    /// The name of the field: `attributes.` and the name for an attribute, the kind for a claim.
    pub field: String,
    /// The value before the change; null where there was none.
    pub before: Option<String>,
    /// The value after the change; null where there is none.
    pub after: Option<String>,
}

impl FieldChange {
    /// The change from one value to another; `None` when they are equal.
    pub fn between(field: impl Into<String>, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        let change =
            || Self { field: field.into(), before: before.map(str::to_owned), after: after.map(str::to_owned) };
        (before != after).then(change)
    }
}

impl RecordFields {
    /// The longest name, in characters.
    pub const NAME_CHARS: usize = 200;
    /// The longest name of an owner, in characters.
    pub const OWNER_CHARS: usize = 80;
    /// The longest stage, in characters.
    pub const STAGE_CHARS: usize = 60;

    /// Fields from text that people wrote, each cleaned to one line. An empty owner or stage becomes `None`.
    ///
    /// # Errors
    ///
    /// The name is empty, or a text is too long.
    pub fn new(
        name: &str,
        owner: Option<&str>,
        stage: Option<&str>,
        attributes: Attributes,
    ) -> Result<Self, FieldError> {
        let name = typed_line("name", name, Self::NAME_CHARS)?.ok_or_else(|| FieldError::Empty("name".to_owned()))?;
        let owner = typed_line("owner", owner.unwrap_or_default(), Self::OWNER_CHARS)?;
        let stage = typed_line("stage", stage.unwrap_or_default(), Self::STAGE_CHARS)?;
        Ok(Self { name, owner, stage, attributes })
    }

    /// Fields with only a name, clipped to [`Self::NAME_CHARS`].
    pub fn named(name: &str) -> Self {
        Self { name: one_line(name, Self::NAME_CHARS), ..Self::default() }
    }

    /// These fields with the changes applied in order. A change applies only where the field still has the value from
    /// before the change; other values stay.
    ///
    /// # Errors
    ///
    /// The changes would lead to too many attributes.
    pub fn follow(&self, changes: &[FieldChange]) -> Result<Self, FieldError> {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let mut plain = [("name", said(&self.name)), ("owner", self.owner.clone()), ("stage", self.stage.clone())];
        let mut attributes = self.attributes.0.clone();
        for FieldChange { field, before, after } in changes {
            if let Some((_, text)) = plain.iter_mut().find(|(name, text)| name == field && text == before) {
                text.clone_from(after);
            }
            let name = field.strip_prefix("attributes.").filter(|name| attributes.get(*name) == before.as_ref());
            match (name, after) {
                (Some(name), Some(after)) => drop(attributes.insert(name.to_owned(), after.clone())),
                (Some(name), None) => drop(attributes.remove(name)),
                (None, _) => {}
            }
        }
        let [(_, name), (_, owner), (_, stage)] = plain;
        Ok(Self { name: name.unwrap_or_default(), owner, stage, attributes: Attributes::new(attributes)? })
    }

    /// The changes from `before` to these fields.
    pub fn changes_since(&self, before: &Self) -> Vec<FieldChange> {
        let said = |text: &'_ str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (was, is) = (said(&before.name), said(&self.name));
        let plain = [
            FieldChange::between("name", was.as_deref(), is.as_deref()),
            FieldChange::between("owner", before.owner.as_deref(), self.owner.as_deref()),
            FieldChange::between("stage", before.stage.as_deref(), self.stage.as_deref()),
        ];
        let names: BTreeSet<&str> =
            before.attributes.iter().chain(self.attributes.iter()).map(|(name, _)| name).collect();
        let attributes = names.into_iter().filter_map(|name| {
            FieldChange::between(format!("attributes.{name}"), before.attributes.get(name), self.attributes.get(name))
        });
        plain.into_iter().flatten().chain(attributes).collect()
    }
}

/// A text that a person typed, as one clean line; `None` when it is empty. Nothing of it is cut off.
///
/// # Errors
///
/// The text is too long.
pub fn typed_line(field: &str, text: &str, max: usize) -> Result<Option<String>, FieldError> {
    let line = one_line(text, max.saturating_add(1));
    if line.chars().count() > max {
        return Err(FieldError::TooLong { field: field.to_owned(), max });
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(pairs: &[(&str, &str)]) -> Result<Attributes, FieldError> {
        Attributes::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn fields_are_clean_lines_within_their_bounds() {
        let fields = RecordFields::new(" Ada \n Lovelace\u{202e} ", Some(" "), Some("won"), Attributes::default());
        let fields = fields.unwrap();
        assert_eq!((fields.name.as_str(), fields.owner, fields.stage.as_deref()), ("Ada Lovelace", None, Some("won")));
        let long = "x".repeat(201);
        for (name, owner, stage, problem) in [
            (" \n", None, None, "name is empty"),
            (long.as_str(), None, None, "name has more than 200 characters"),
            ("Ada", Some(long.as_str()), None, "owner has more than 80 characters"),
            ("Ada", None, Some(long.as_str()), "stage has more than 60 characters"),
        ] {
            let refused = RecordFields::new(name, owner, stage, Attributes::default()).unwrap_err();
            assert_eq!(refused.to_string(), problem);
        }
        let exact = "x".repeat(200);
        assert_eq!(RecordFields::new(&exact, None, None, Attributes::default()).unwrap().name, exact);
    }

    #[test]
    fn attributes_are_few_and_short_and_say_something() {
        let kept = attributes(&[(" Region ", "North\nWest"), ("Empty", " "), ("", "")]).unwrap();
        assert_eq!(kept.iter().collect::<Vec<_>>(), [("Region", "North West")]);
        let (name, value) = ("n".repeat(61), "v".repeat(1_001));
        for (pairs, problem) in [
            (vec![("", "x")], "the name of an attribute is empty".to_owned()),
            (vec![(name.as_str(), "x")], "the name of an attribute has more than 60 characters".to_owned()),
            (vec![("Region", value.as_str())], "Region has more than 1000 characters".to_owned()),
        ] {
            assert_eq!(attributes(&pairs).unwrap_err().to_string(), problem);
        }
        let many = |n: usize| Attributes::new((0..n).map(|n| (n.to_string(), "x".to_owned())));
        assert_eq!((many(50).is_ok(), many(51)), (true, Err(FieldError::TooMany)));
        let read = serde_json::from_str::<Attributes>(r#"{"Region": "North"}"#).unwrap();
        assert_eq!((read.get("Region"), read.get("region")), (Some("North"), None));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"Region":"North"}"#);
    }

    #[test]
    fn changes_are_followed_where_nothing_else_was_said() {
        let base = RecordFields { owner: Some("Grace".to_owned()), ..RecordFields::named("Ada") };
        let base = RecordFields { attributes: attributes(&[("Region", "North"), ("Size", "L")]).unwrap(), ..base };
        let theirs = RecordFields { stage: Some("won".to_owned()), owner: None, ..base.clone() };
        let theirs = RecordFields { attributes: attributes(&[("Region", "East"), ("New", "1")]).unwrap(), ..theirs };
        let again = RecordFields { stage: Some("lost".to_owned()), ..theirs.clone() };
        let changes = [theirs.changes_since(&base), again.changes_since(&theirs)].concat();
        assert_eq!(base.follow(&changes).unwrap(), again);
        let mine = RecordFields { owner: Some("Eve".to_owned()), ..RecordFields::named("Ada L.") };
        let mine = RecordFields { attributes: attributes(&[("Region", "South"), ("Size", "L")]).unwrap(), ..mine };
        let both = mine.follow(&changes).unwrap();
        assert_eq!(
            (both.name.as_str(), both.owner.as_deref(), both.stage.as_deref()),
            ("Ada L.", Some("Eve"), Some("lost"))
        );
        assert_eq!(both.attributes, attributes(&[("Region", "South"), ("New", "1")]).unwrap());
    }

    #[test]
    fn changes_say_what_was_and_what_is() {
        let before = RecordFields { owner: Some("Grace".to_owned()), ..RecordFields::named("Ada") };
        let before = RecordFields { attributes: attributes(&[("Region", "North"), ("Size", "L")]).unwrap(), ..before };
        let after = RecordFields { stage: Some("won".to_owned()), ..RecordFields::named("Ada") };
        let after = RecordFields { attributes: attributes(&[("Region", "South"), ("Size", "L")]).unwrap(), ..after };
        let change = |field: &str, before: Option<&str>, after: Option<&str>| {
            FieldChange::between(field, before, after).unwrap()
        };
        let expected = [
            change("owner", Some("Grace"), None),
            change("stage", None, Some("won")),
            change("attributes.Region", Some("North"), Some("South")),
        ];
        assert_eq!(after.changes_since(&before), expected);
        assert_eq!(after.changes_since(&after), []);
        let new = RecordFields::named("Ada").changes_since(&RecordFields::default());
        assert_eq!(new, [change("name", None, Some("Ada"))]);
    }
}
