//! The ways vendors sign their webhooks.
//!
//! Each scheme stands here once; sources name the one their vendor uses. Verification works on raw bytes, takes the
//! time as an argument, tries every configured secret and compares in constant time. A header that cannot be read
//! is a rejection like any other, never a failure.

mod secret;
pub mod timestamped_hex;

pub use secret::{Secret, Secrets};

/// Why a delivery is not taken as genuine. The texts are shown to the operator, never the secret or the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// The door fails closed.
    #[error("no secret is configured for this source")]
    NoSecret,
    /// There is no signature header.
    #[error("the signature header is missing")]
    MissingSignature,
    /// The signature header does not have the documented form.
    #[error("the signature header cannot be read")]
    MalformedSignature,
    /// The signed time is too far in the past: a replay, or a clock that is wrong.
    #[error("the signed time is too old")]
    Stale,
    /// The signed time is too far ahead.
    #[error("the signed time lies in the future")]
    Future,
    /// No signature matches any configured secret.
    #[error("no signature matches a configured secret")]
    Mismatch,
}
