//! The two ways to build a worker.

/// How a worker is built, and so where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Soon there: what `cargo xtask dev` starts.
    Development,
    /// Small and fast: what is deployed, and what the tests run.
    Release,
}

impl Profile {
    /// As `Cargo.toml` names it; the folder below the target's has the same name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Development => "worker-dev",
            Self::Release => "release",
        }
    }
}
