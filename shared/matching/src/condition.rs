use crate::{Parts, normal};
use serde::{Deserialize, Serialize};

/// The condition of a level of agreement. If a side has several values, one agreeing pair is enough. Each condition is
/// symmetric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Equal in normal form.
    Same(String),
    /// Given names, one a nickname of the other.
    Nickname(String),
    /// One is the first letter of the other.
    Initial(String),
    /// Both sides have both parts, each in the other's place.
    Swapped(String, String),
    /// Similar by Jaro, 0 to 1.
    Jaro(String, f64),
    /// Similar by Jaro-Winkler, 0 to 1.
    JaroWinkler(String, f64),
    /// At most so many characters replaced, removed or added.
    Levenshtein(String, usize),
    /// The same, but swapped neighbors count once.
    DamerauLevenshtein(String, usize),
    /// The same first characters; shorter values do not count.
    SameStart(String, usize),
    /// The same last characters; shorter values do not count.
    SameEnd(String, usize),
    /// One word in common.
    SharedWord(String),
    /// Dates at most so many days apart.
    DaysApart(String, i64),
    /// The part is missing on one side.
    Missing(String),
    /// The letters of a mailbox (first) contain a surname of the other side (second), as `asmith` contains `smith`.
    Holds(String, String),
    /// All conditions hold.
    All(Vec<Condition>),
    /// At least one condition holds.
    Any(Vec<Condition>),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// Always.
    Else,
}

impl Condition {
    /// True if the condition holds between two sides.
    pub fn holds(&self, a: &Parts, b: &Parts) -> bool {
        match self {
            Self::Same(part) => any(a, b, part, |x, y| x == y),
            Self::Nickname(part) => any(a, b, part, are_nicknames),
            Self::Initial(part) => any(a, b, part, is_initial),
            Self::Swapped(first, second) => crosswise(a, b, first, second),
            Self::Jaro(part, least) => any(a, b, part, |x, y| strsim::jaro(x, y) >= *least),
            Self::JaroWinkler(part, least) => any(a, b, part, |x, y| strsim::jaro_winkler(x, y) >= *least),
            Self::Levenshtein(part, most) => {
                any(a, b, part, |x, y| near(x, y, *most) && strsim::levenshtein(x, y) <= *most)
            }
            Self::DamerauLevenshtein(part, most) => {
                any(a, b, part, |x, y| near(x, y, *most) && strsim::damerau_levenshtein(x, y) <= *most)
            }
            Self::SameStart(part, chars) => any(a, b, part, |x, y| same_start(x.chars(), y.chars(), *chars)),
            Self::SameEnd(part, chars) => any(a, b, part, |x, y| same_start(x.chars().rev(), y.chars().rev(), *chars)),
            Self::SharedWord(part) => any(a, b, part, |x, y| x.split(' ').any(|word| y.split(' ').any(|w| w == word))),
            Self::DaysApart(part, most) => any(a, b, part, |x, y| days_apart(x, y).is_some_and(|days| days <= *most)),
            Self::Missing(part) => a.lacks(part) || b.lacks(part),
            Self::Holds(letters, surname) => holds(a, b, letters, surname) || holds(b, a, letters, surname),
            Self::All(all) => all.iter().all(|condition| condition.holds(a, b)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(a, b)),
            Self::Not(condition) => !condition.holds(a, b),
            Self::Else => true,
        }
    }

    /// The parts that the condition reads.
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Same(part)
            | Self::Nickname(part)
            | Self::Initial(part)
            | Self::SharedWord(part)
            | Self::Missing(part) => {
                vec![part]
            }
            Self::Swapped(first, second) | Self::Holds(first, second) => vec![first, second],
            Self::Jaro(part, _) | Self::JaroWinkler(part, _) => vec![part],
            Self::Levenshtein(part, _)
            | Self::DamerauLevenshtein(part, _)
            | Self::SameStart(part, _)
            | Self::SameEnd(part, _) => vec![part],
            Self::DaysApart(part, _) => vec![part],
            Self::All(all) | Self::Any(all) => all.iter().flat_map(Self::parts).collect(),
            Self::Not(condition) => condition.parts(),
            Self::Else => Vec::new(),
        }
    }
}

fn any(a: &Parts, b: &Parts, part: &str, agree: impl Fn(&str, &str) -> bool) -> bool {
    a.get(part).iter().any(|x| b.get(part).iter().any(|y| agree(x, y)))
}

fn are_nicknames(x: &str, y: &str) -> bool {
    normal::nicknames(x).iter().any(|group| normal::nicknames(y).contains(group))
}

fn is_initial(x: &str, y: &str) -> bool {
    let one = |text: &str| text.chars().nth(1).is_none();
    x.chars().next() == y.chars().next() && (one(x) || one(y))
}

fn crosswise(a: &Parts, b: &Parts, first: &str, second: &str) -> bool {
    let meets = |x: &[String], y: &[String]| x.iter().any(|value| y.contains(value));
    meets(a.get(first), b.get(second)) && meets(a.get(second), b.get(first))
}

/// True if the lengths allow the distance; saves the comparison otherwise.
fn near(x: &str, y: &str, most: usize) -> bool {
    x.chars().count().abs_diff(y.chars().count()) <= most
}

fn same_start(mut x: impl Iterator<Item = char>, mut y: impl Iterator<Item = char>, chars: usize) -> bool {
    (0..chars).all(|_| x.next().zip(y.next()).is_some_and(|(x, y)| x == y))
}

fn days_apart(x: &str, y: &str) -> Option<i64> {
    Some((normal::day_number(x)? - normal::day_number(y)?).abs())
}

fn holds(a: &Parts, b: &Parts, letters: &str, surname: &str) -> bool {
    let long = |name: &&String| name.chars().nth(2).is_some();
    a.get(letters).iter().any(|letters| b.get(surname).iter().filter(long).any(|name| letters.contains(name.as_str())))
}
