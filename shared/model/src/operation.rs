use crate::{ActionKind, Millis, Timestamp};
use serde::{Deserialize, Serialize};

/// The possibility to undo an effect, with its time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// The effect cannot be undone.
    Never,
    /// The effect can be undone without a time limit.
    Always,
    /// The effect can be undone for this time after it happened, in milliseconds.
    Within(Millis),
}

impl Undo {
    /// An effect of `done_at` can be undone at `now`.
    pub fn is_open(self, done_at: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Within(limit) => now.since(done_at).0 <= limit.0,
        }
    }

    /// The effect can be undone, at least for a time.
    pub const fn is_possible(self) -> bool {
        !matches!(self, Self::Never)
    }
}

/// The way in which this deployment performs one kind of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Operation {
    /// The kind of action.
    pub action: ActionKind,
    /// The connector that performs it: `nerve` itself, or a tool.
    pub connector: String,
    /// The possibility to undo it.
    pub undo: Undo,
    /// The missing or wrong setting without which the connector cannot perform it; null when it is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_can_be_undone_until_its_time_is_over() {
        let (done, at) = (Timestamp::from_millis(1_000), |millis| Timestamp::from_millis(1_000 + millis));
        for (undo, after, open) in [
            (Undo::Never, 0, false),
            (Undo::Always, i64::from(u32::MAX), true),
            (Undo::Within(Millis::seconds(20)), 20_000, true),
            (Undo::Within(Millis::seconds(20)), 20_001, false),
        ] {
            assert_eq!(undo.is_open(done, at(after)), open, "{undo:?} {after}");
        }
    }
}
