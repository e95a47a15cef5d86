//! The ways vendors sign their webhooks.
//!
//! Each scheme stands here once; sources name the one their vendor uses. Verification works on raw bytes, takes the
//! time as an argument, tries every configured secret and compares in constant time. A header that cannot be read
//! is a rejection like any other, never a failure. The time is judged last: [`Rejection::Stale`] and
//! [`Rejection::Future`] are said only of what a holder of the secret signed.

pub mod body_hmac;
pub mod box_com;
pub mod credentials;
#[cfg(feature = "ecdsa")]
pub mod ecdsa_p256;
pub mod hubspot;
mod mac;
mod scheme;
mod secret;
mod signed_time;
pub mod standard_webhooks;
mod tag;
pub mod timestamped_hex;
#[cfg(feature = "sha1")]
pub mod twilio;
pub mod v0_hex;
pub mod zendesk;

pub use scheme::{Scheme, SignedContent, TimeHeader};
pub use secret::{Secret, Secrets};
pub use signed_time::TimeFormat;
pub use tag::{Encoding, Format};

/// Why a delivery is not taken as genuine. The texts are shown to the operator, never the secret or the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// The door fails closed.
    #[error("no secret is configured for this source")]
    NoSecret,
    /// No configured secret can serve as a key of this scheme: the operator must copy it again.
    #[error("no configured secret has the form this source needs")]
    UnusableSecret,
    /// There is no signature header.
    #[error("the signature header is missing")]
    MissingSignature,
    /// The signature header does not have the documented form.
    #[error("the signature header cannot be read")]
    MalformedSignature,
    /// The signature is of a version or algorithm that is not known to be sound.
    #[error("the signature is of an unsupported version or algorithm")]
    UnsupportedSignature,
    /// The scheme signs a time, and its header is missing.
    #[error("the timestamp header is missing")]
    MissingTimestamp,
    /// The timestamp header does not have the documented form.
    #[error("the timestamp header cannot be read")]
    MalformedTimestamp,
    /// The scheme signs an id, and its header is missing.
    #[error("the message id header is missing")]
    MissingId,
    /// The signed time is too far in the past: a replay, or a clock that is wrong.
    #[error("the signed time is too old")]
    Stale,
    /// The signed time is too far ahead.
    #[error("the signed time lies in the future")]
    Future,
    /// No signature matches any configured secret.
    #[error("no signature matches a configured secret")]
    Mismatch,
    /// There is no header with a password or token.
    #[error("the header with the credentials is missing")]
    MissingCredentials,
    /// The password or token is not a configured one.
    #[error("the credentials match no configured secret")]
    WrongCredentials,
}

/// A header that says nothing is as good as none.
fn present(header: Option<&str>) -> Option<&str> {
    header.filter(|text| !text.trim().is_empty())
}
