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

    fn learn_address(&mut self, text: &str) {
        let address = normal::address(text);
        self.add("street", format!("{} {}", address.house, address.street).trim());
        self.add("postcode", &address.postcode);
        self.add("city", &address.city);
    }
}
