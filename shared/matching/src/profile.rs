use nerve_model::{Claim, ClaimKind, one_line};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::normal;

/// More values than this of one column are not remembered; what came first stays.
const MAX_VALUES: usize = 8;
/// Longer values are clipped.
const MAX_CHARS: usize = 200;

/// What is known about somebody, or what one event says about them: values by column.
///
/// In JSON an object of arrays, `{"email":["ada@example.com"],"name":["Ada Lovelace"]}`: it is stored like that.
/// Values are as they were written, but for an address, which is taken apart into `street`, `postcode` and `city`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile {
    values: BTreeMap<String, Vec<String>>,
}

impl Profile {
    /// From claims, and a display name where one is known beside them.
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

    /// Adds what a claim says. Serials are compared exactly elsewhere and are left out.
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

    /// Takes away what a claim says.
    pub fn forget(&mut self, claim: &Claim) {
        let said = Self::of([claim], None);
        for (column, values) in said.values {
            self.keep(&column, |value| !values.iter().any(|gone| gone == value));
        }
    }

    /// Takes away every value that does not hold.
    pub fn retain(&mut self, holds: impl Fn(&str) -> bool) {
        let columns: Vec<String> = self.values.keys().cloned().collect();
        columns.iter().for_each(|column| self.keep(column, |value| holds(value)));
    }

    /// Says of a column what a person corrected: `after` in place of `before`, ahead of everything else that is known.
    pub fn correct(&mut self, column: &str, before: &str, after: &str) {
        let before = one_line(before, MAX_CHARS);
        let others: Vec<String> = self.values.remove(column).unwrap_or_default();
        self.add(column, after);
        others.iter().filter(|value| **value != before).for_each(|value| self.add(column, value));
    }

    /// Adds all that another profile says.
    pub fn merge(&mut self, other: &Self) {
        for (column, values) in &other.values {
            for value in values {
                self.add(column, value);
            }
        }
    }

    /// The values of a column, as they came.
    pub fn get(&self, column: &str) -> &[String] {
        self.values.get(column).map_or(&[], Vec::as_slice)
    }

    /// Whether it says nothing.
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
    fn what_a_person_corrects_comes_first_and_what_is_forgotten_is_gone() {
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
