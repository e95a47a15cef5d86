use nerve_model::{Claim, ClaimKind, one_line};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::normal;

/// The most values stored of one column; the first ones stay.
const MAX_VALUES: usize = 8;
/// The longest value, in characters; longer ones are clipped.
const MAX_CHARS: usize = 200;

/// The data of a party, or of one event about it: values by column.
///
/// Its JSON is stored: an object of arrays, `{"email":["ada@example.com"],"name":["Ada Lovelace"]}`. Values stay as
/// written, except an address, which is split into `street`, `postcode` and `city`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile {
    values: BTreeMap<String, Vec<String>>,
}

impl Profile {
    /// A profile of claims, and of a display name if there is one.
    pub fn of<'a>(claims: impl IntoIterator<Item = &'a Claim>, name: Option<&str>) -> Self {
        let mut profile = Self::default();
        for claim in claims {
            profile.learn(claim);
        }
        if let Some(name) = name {
            profile.add("name", name);
        }
        profile
    }

    /// A profile with one value.
    pub(crate) fn only(column: &str, value: &str) -> Self {
        let mut profile = Self::default();
        profile.add(column, value);
        profile
    }

    /// Adds the value of a claim. Serials are left out; they are compared exactly elsewhere.
    pub fn learn(&mut self, claim: &Claim) {
        match claim.kind {
            ClaimKind::External | ClaimKind::Email | ClaimKind::Phone | ClaimKind::Domain | ClaimKind::Name => {
                self.add(claim.kind.as_str(), &claim.value);
            }
            ClaimKind::Address => self.learn_address(&claim.value),
            ClaimKind::Serial => {}
        }
    }

    /// Adds a value, unless it is empty, known already, or one too many.
    pub fn add(&mut self, column: &str, value: &str) {
        let value = one_line(value, MAX_CHARS);
        if value.is_empty() {
            return;
        }
        let values = self.values.entry(column.to_owned()).or_default();
        if values.len() < MAX_VALUES && !values.contains(&value) {
            values.push(value);
        }
    }

    /// Removes the value of a claim.
    pub fn forget(&mut self, claim: &Claim) {
        let said = Self::of([claim], None);
        for (column, values) in said.values {
            self.keep(&column, |value| !values.iter().any(|gone| gone == value));
        }
    }

    /// Removes all values for which `holds` is false.
    pub fn retain(&mut self, holds: impl Fn(&str) -> bool) {
        let columns: Vec<String> = self.values.keys().cloned().collect();
        columns.iter().for_each(|column| self.keep(column, |value| holds(value)));
    }

    /// Replaces a value that a person corrected: `after` in place of `before`, ahead of all other values.
    pub fn correct(&mut self, column: &str, before: &str, after: &str) {
        let before = one_line(before, MAX_CHARS);
        let others: Vec<String> = self.values.remove(column).unwrap_or_default();
        self.add(column, after);
        others.iter().filter(|value| **value != before).for_each(|value| self.add(column, value));
    }

    /// Adds all values of another profile.
    pub fn merge(&mut self, other: &Self) {
        for (column, values) in &other.values {
            for value in values {
                self.add(column, value);
            }
        }
    }

    /// The values of a column, as written.
    pub fn get(&self, column: &str) -> &[String] {
        self.values.get(column).map_or(&[], Vec::as_slice)
    }

    /// True if it has no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn keep(&mut self, column: &str, holds: impl Fn(&String) -> bool) {
        if let Some(values) = self.values.get_mut(column) {
            values.retain(holds);
            if values.is_empty() {
                self.values.remove(column);
            }
        }
    }

    fn learn_address(&mut self, text: &str) {
        let address = normal::address(text);
        self.add("street", format!("{} {}", address.house, address.street).trim());
        self.add("postcode", &address.postcode);
        self.add("city", &address.city);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::Role;

    #[test]
    fn a_corrected_value_comes_first_and_a_forgotten_one_is_gone() {
        let claim = |value: &str| Claim { kind: ClaimKind::Email, value: value.to_owned(), role: Role::Customer };
        let mut profile = Profile::of([&claim("ada@example.com"), &claim("a@example.com")], Some("Ada Byron"));
        (0..10).for_each(|n| profile.add("name", &format!("Ada {n}")));
        profile.correct("name", "Ada Byron", "Ada Lovelace");
        let names = profile.get("name");
        assert_eq!((names.first().map(String::as_str), names.len()), (Some("Ada Lovelace"), MAX_VALUES));
        assert!(!names.iter().any(|name| name == "Ada Byron"));
        profile.forget(&claim("ada@example.com"));
        assert_eq!(profile.get("email"), ["a@example.com"]);
        profile.forget(&claim("a@example.com"));
        assert_eq!(profile.get("email"), [""; 0]);
        profile.retain(|value| value == "Ada 3");
        assert_eq!(profile.get("name"), ["Ada 3"]);
        profile.retain(|_| false);
        assert!(profile.is_empty());
    }
}
