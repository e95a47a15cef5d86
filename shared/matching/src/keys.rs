use crate::{Parts, normal};
use serde::{Deserialize, Serialize};

/// The most keys of a profile, however many values it has.
pub(crate) const MAX_KEYS: usize = 12;
/// The longest key, in characters; longer ones are clipped.
const MAX_CHARS: usize = 40;

/// The recipe of a key: one value of each part, joined. If a part is missing, the profile has no such key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRecipe {
    /// Its name, which separates its keys from others.
    pub name: String,
    /// The parts of the key.
    pub of: Vec<KeyPart>,
}

/// One ingredient of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyPart {
    /// The part of the profile.
    pub part: String,
    /// The piece of the value that is used.
    #[serde(default)]
    pub shape: Shape,
}

/// The piece of a value that goes into a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The whole value.
    #[default]
    Whole,
    /// Its first characters.
    First(usize),
    /// Its last characters.
    Last(usize),
    /// The sound of the value.
    Sound,
    /// The full name that a nickname stands for.
    Nickname,
}

impl KeyRecipe {
    /// Its keys of a profile.
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
