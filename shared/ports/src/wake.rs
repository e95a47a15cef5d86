use nerve_model::Timestamp;

/// When an object wants its alarm: never later than asked, so that nothing kept waits without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Nothing waits.
    NotNeeded,
    /// At this time or before.
    By(Timestamp),
}

impl Wake {
    /// From the earliest of the times something waits for.
    pub fn earliest(times: impl IntoIterator<Item = Option<Timestamp>>) -> Self {
        times.into_iter().flatten().min().map_or(Self::NotNeeded, Self::By)
    }
}
