//! Whether two names can be those of one record.

use nerve_matching::normal::words;

/// The words of a name; none if nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named(Vec<String>);

impl Named {
    /// The words of a name.
    pub(crate) fn new(name: Option<&str>) -> Self {
        Self(name.map(words).unwrap_or_default())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True for a first and a last name.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() > 1
    }

    /// True if one name has all words of the other, in any order.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.besides(other).next().is_none() || other.besides(self).next().is_none()
    }

    /// True if both names are full and of different people: `Ben Okafor` and `Cleo Okafor`. `B. Okafor` may be Ben, and
    /// `Ada Smith` may have become `Ada Jones`.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        let short = |one: &String, other: &String| one.starts_with(other.as_str()) || other.starts_with(one.as_str());
        let alike = self.besides(other).any(|one| other.besides(self).any(|other| short(one, other)));
        self.is_full() && other.is_full() && !self.is_like(other) && self.0.first() != other.0.first() && !alike
    }

    fn besides<'n>(&'n self, other: &'n Self) -> impl Iterator<Item = &'n String> {
        self.0.iter().filter(|word| !other.0.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_names_of_different_people_contradict() {
        let contradict = |one: &str, other: &str| {
            let (one, other) = (Named::new(Some(one)), Named::new(Some(other)));
            assert_eq!(one.contradicts(&other), other.contradicts(&one));
            one.contradicts(&other)
        };
        for (one, other) in
            [("Ben Okafor", "Cleo Okafor"), ("Acme GmbH", "Ben Okafor"), ("Ada Lovelace", "Anne Milbanke")]
        {
            assert!(contradict(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("Ben Okafor", "Okafor, Ben"),
            ("Ben Okafor", "Dr. Ben M. Okafor"),
            ("Ben Okafor", "B. Okafor"),
            ("Okafor B.", "Ben Okafor"),
            ("Benjamin Okafor", "Ben Okafor"),
            ("Ada Smith", "Ada Jones"),
            ("Ben", "Cleo Okafor"),
            ("", "Cleo Okafor"),
            ("José Núñez", "jose nunez"),
        ] {
            assert!(!contradict(one, other), "{one} {other}");
        }
    }
}
