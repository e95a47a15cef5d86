use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

/// The name of a recommender: the playbook, or one exact language model with one exact prompt version.
///
/// Autonomy is granted to a recommender by this name, so every change of its recommendations must change the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct RecommenderId(Cow<'static, str>);

/// The error for text that names no recommender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a recommender is named by 1 to 120 letters, digits, '-', '_', '.', ':', '/' or '@'")]
pub struct NotARecommender;

impl RecommenderId {
    /// The playbook: the rules that are shipped or written by people.
    pub const PLAYBOOK: Self = Self(Cow::Borrowed("playbook"));

    /// The longest name, in characters.
    const LONGEST: usize = 120;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RecommenderId {
    fn default() -> Self {
        Self::PLAYBOOK
    }
}

impl fmt::Display for RecommenderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RecommenderId {
    type Err = NotARecommender;

    fn from_str(text: &str) -> Result<Self, NotARecommender> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '@');
        let fits = !text.is_empty() && text.len() <= Self::LONGEST && text.chars().all(allowed);
        if fits { Ok(Self(Cow::Owned(text.to_owned()))) } else { Err(NotARecommender) }
    }
}

impl<'de> Deserialize<'de> for RecommenderId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recommender_has_a_short_plain_name() {
        for (text, fits) in [
            ("playbook", true),
            ("anthropic/model-x@3", true),
            ("", false),
            ("two words", false),
            ("quote\"", false),
            ("bidi\u{202e}", false),
            (&"x".repeat(121), false),
        ] {
            assert_eq!(text.parse::<RecommenderId>().map(|id| id.to_string()).ok(), fits.then(|| text.to_owned()));
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(serde_json::from_str::<RecommenderId>(&json).is_ok(), fits, "{json}");
        }
        assert_eq!("playbook".parse(), Ok(RecommenderId::PLAYBOOK));
    }
}
