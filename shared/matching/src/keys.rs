use crate::{Parts, normal};
use serde::{Deserialize, Serialize};

/// More keys than this no profile has, however many values it holds.
pub(crate) const MAX_KEYS: usize = 12;
/// A key is clipped to so many characters.
const MAX_CHARS: usize = 40;

/// How a key is made: of each part one value, joined. Where a part is missing there is no such key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRecipe {
    /// What sets its keys apart from others.
    pub name: String,
    /// What it is made of.
    pub of: Vec<KeyPart>,
}

/// One ingredient of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyPart {
    /// The part of the profile.
    pub part: String,
    /// What of it is used.
    #[serde(default)]
    pub shape: Shape,
}

/// What of a value becomes part of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// All of it.
    #[default]
    Whole,
    /// Its first characters.
    First(usize),
    /// Its last characters.
    Last(usize),
    /// How it sounds.
    Sound,
    /// The full name that a nickname stands for.
    Nickname,
}

impl KeyRecipe {
    /// Its keys for a profile.
    pub(crate) fn keys(&self, parts: &Parts) -> Vec<String> {
        let mut keys = vec![self.name.clone()];
        for ingredient in &self.of {
            let values: Vec<String> =
                parts.get(&ingredient.part).iter().filter_map(|v| ingredient.shape.of(v)).collect();
            keys = keys.iter().flat_map(|key| values.iter().map(move |value| format!("{key}:{value}"))).collect();
            keys.truncate(MAX_KEYS);
        }
        keys.iter().map(|key| key.chars().take(MAX_CHARS).collect()).collect()
    }
}

impl Shape {
    fn of(self, value: &str) -> Option<String> {
        let shaped: String = match self {
            Self::Whole => value.to_owned(),
            Self::First(n) => value.chars().take(n).collect(),
            Self::Last(n) => value.chars().skip(value.chars().count().saturating_sub(n)).collect(),
            Self::Sound => normal::sound(value),
            Self::Nickname => normal::first_of_nickname(value).to_owned(),
        };
        (!shaped.is_empty()).then_some(shaped)
    }
}
