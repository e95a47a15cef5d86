use super::{fold, table, words};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// The most words of a name that are read.
const MAX_WORDS: usize = 12;

/// The bearer of a name, in folded words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonOrCompany {
    /// A human being. A single word is a given name.
    Person {
        /// The first given name.
        given: String,
        /// Further names that are not the surname.
        middle: Vec<String>,
        /// The family name, without particles such as `van`.
        surname: Option<String>,
        /// The mark that separates a son from his father: `jr`, `sr`, `ii`, `iii`.
        generation: Option<String>,
    },
    /// A company, without its legal form.
    Company(String),
}

/// Parses a name: `Dr. Ada Lovelace`, `Lovelace, Ada`, `Müller & Söhne GmbH`. `None` if it contains no word.
pub fn name(text: &str) -> Option<PersonOrCompany> {
    let all = words(text);
    if all.len() > 1 && all.iter().any(|word| COMPANIES.contains(word.as_str())) && !is_personal(&all) {
        return company(&all);
    }
    let (front, behind) = text.split_once(',').unwrap_or((text, ""));
    let (front, behind) = (spoken(front), spoken(behind));
    let mut ordered = behind;
    let generation = take_generation(&mut ordered);
    ordered.extend(front);
    let generation = generation.or_else(|| take_generation(&mut ordered));
    // `Ma` and `Don` are names if no other word is.
    let ordered = if ordered.is_empty() { all } else { ordered };
    person(ordered, generation)
}

/// The words that belong to the name.
fn spoken(text: &str) -> Vec<String> {
    words(text).into_iter().filter(|word| !TITLES.contains(word.as_str())).take(MAX_WORDS).collect()
}

fn person(mut words: Vec<String>, generation: Option<String>) -> Option<PersonOrCompany> {
    if words.is_empty() {
        return None;
    }
    let given = words.remove(0);
    let surname = words.pop();
    let middle = words.into_iter().filter(|word| !PARTICLES.contains(word.as_str())).collect();
    Some(PersonOrCompany::Person { given, middle, surname, generation })
}

fn take_generation(words: &mut Vec<String>) -> Option<String> {
    let last = words.last().and_then(|word| match word.as_str() {
        "jr" | "jun" | "junior" => Some("jr"),
        "sr" | "sen" | "senior" => Some("sr"),
        "ii" => Some("ii"),
        "iii" => Some("iii"),
        "iv" => Some("iv"),
        _ => None,
    })?;
    words.pop();
    Some(last.to_owned())
}

fn company(words: &[String]) -> Option<PersonOrCompany> {
    let own: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !COMPANIES.contains(word) && !matches!(*word, "and" | "und" | "the"))
        .collect();
    let own = if own.is_empty() { words.iter().map(String::as_str).collect() } else { own };
    (!own.is_empty()).then(|| PersonOrCompany::Company(own.join(" ")))
}

/// True if a form of address proves that it is a person, whatever the other words could mean (`Mrs. Ag`).
fn is_personal(words: &[String]) -> bool {
    words.first().is_some_and(|first| matches!(first.as_str(), "mr" | "mrs" | "ms" | "miss" | "dr" | "herr" | "frau"))
}

/// The groups of interchangeable given names that this name belongs to.
pub fn nicknames(given: &str) -> &'static [u16] {
    NICKNAMES.of.get(given).map_or(&[], Vec::as_slice)
}

/// One name for all interchangeable ones: the full name of the first group a name belongs to, else the name itself.
pub fn first_of_nickname(given: &str) -> &str {
    let group = nicknames(given).first().map(|group| usize::from(*group));
    group.and_then(|group| NICKNAMES.full.get(group)).map_or(given, String::as_str)
}

struct Nicknames {
    full: Vec<String>,
    of: BTreeMap<String, Vec<u16>>,
}

static NICKNAMES: LazyLock<Nicknames> = LazyLock::new(|| {
    let mut nicknames = Nicknames { full: Vec::new(), of: BTreeMap::new() };
    for (group, line) in (0..).zip(table::lines(include_str!("../../data/nicknames.txt"))) {
        nicknames.full.push(line.split_whitespace().next().map(fold).unwrap_or_default());
        for name in line.split_whitespace().map(fold) {
            nicknames.of.entry(name).or_default().push(group);
        }
    }
    nicknames
});

static COMPANIES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| table::set(include_str!("../../data/companies.txt")));
static TITLES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| table::set(include_str!("../../data/titles.txt")));
static PARTICLES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| table::set(include_str!("../../data/particles.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_given_name_and_surname_in_any_order() {
        for (text, given, surname, generation) in [
            ("Ada Lovelace", "ada", Some("lovelace"), None),
            ("LOVELACE, Ada", "ada", Some("lovelace"), None),
            ("Lovelace, Ada King", "ada", Some("lovelace"), None),
            ("Dr. Ada Lovelace, PhD", "ada", Some("lovelace"), None),
            ("Prof. Dr. Jürgen Müller", "jurgen", Some("muller"), None),
            ("Ludwig van Beethoven", "ludwig", Some("beethoven"), None),
            ("Seán O'Brien", "sean", Some("obrien"), None),
            ("Sammy Davis Jr.", "sammy", Some("davis"), Some("jr")),
            ("Davis, Sammy, Jr.", "sammy", Some("davis"), Some("jr")),
            ("Davis Jr., Sammy", "sammy", Some("davis"), Some("jr")),
            ("Ada", "ada", None, None),
            ("Ma", "ma", None, None),
        ] {
            let Some(PersonOrCompany::Person { given: g, surname: s, generation: n, .. }) = name(text) else {
                panic!("{text} is a person");
            };
            assert_eq!((g.as_str(), s.as_deref(), n.as_deref()), (given, surname, generation), "{text}");
        }
    }

    #[test]
    fn a_company_is_known_by_its_legal_form_and_named_without_it() {
        for (text, expected) in [
            ("Acme Ltd.", "acme"),
            ("ACME Inc", "acme"),
            ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
            ("The Acme Company", "acme"),
            ("Co Ltd", "co ltd"),
        ] {
            assert_eq!(name(text), Some(PersonOrCompany::Company(expected.to_owned())), "{text}");
        }
        assert_eq!(name(" - "), None);
    }

    #[test]
    fn nicknames_stand_for_full_names() {
        assert_eq!(first_of_nickname("bob"), "robert");
        assert_eq!(first_of_nickname("zaphod"), "zaphod");
        assert!(nicknames("bill").iter().any(|group| nicknames("liam").contains(group)));
        assert!(!nicknames("bob").iter().any(|group| nicknames("bill").contains(group)));
    }
}
