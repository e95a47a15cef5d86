/// A setting that cannot be read. The source accepts no delivery until it is corrected; vendors send again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the setting {name} is wrong: {reason}")]
pub struct Misconfigured {
    /// The setting.
    pub name: &'static str,
    /// The expected value.
    pub reason: String,
}

/// A genuine delivery that does not match the vendor's documentation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// The reason a genuine delivery is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The vendor sent something unreadable.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The operator has to correct a setting.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
}
