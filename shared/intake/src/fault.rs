/// A setting that cannot be read. Nothing is taken in until it is corrected: vendors send again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the setting {name} is wrong: {reason}")]
pub struct Misconfigured {
    /// The setting.
    pub name: &'static str,
    /// What is expected.
    pub reason: String,
}

/// A genuine delivery that cannot be read as what the vendor documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// Why a genuine delivery cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The vendor's fault.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The operator's.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
}
