use nerve_model::Timestamp;

/// The time at which an object needs its alarm. An alarm may be early, never late, so that no stored item misses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// The object needs no alarm.
    NotNeeded,
    /// The object needs it at this time or before.
    By(Timestamp),
}

impl Wake {
    /// The alarm for the earliest of these times.
    pub fn earliest(times: impl IntoIterator<Item = Option<Timestamp>>) -> Self {
        times.into_iter().flatten().min().map_or(Self::NotNeeded, Self::By)
    }

    /// An alarm set for `self` is early enough for `other`.
    pub fn serves(self, other: Self) -> bool {
        match (self, other) {
            (_, Self::NotNeeded) => true,
            (Self::NotNeeded, Self::By(_)) => false,
            (Self::By(set), Self::By(wanted)) => set <= wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_serves_what_may_wait_longer() {
        let by = |millis| Wake::By(Timestamp::from_millis(millis));
        for (set, wanted, serves) in [
            (Wake::NotNeeded, Wake::NotNeeded, true),
            (Wake::NotNeeded, by(1), false),
            (by(1), Wake::NotNeeded, true),
            (by(1), by(1), true),
            (by(1), by(2), true),
            (by(2), by(1), false),
        ] {
            assert_eq!(set.serves(wanted), serves, "{set:?} {wanted:?}");
        }
    }
}
