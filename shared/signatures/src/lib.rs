//! The schemes by which vendors sign their webhooks.
//!
//! Each scheme is implemented once, and a source names its vendor's. Verification works on raw bytes, takes the time as
//! an argument, tries all configured secrets and compares in constant time. An unreadable header is a rejection, never
//! a failure. The time is checked last: only a delivery signed with the secret can be [`Rejection::Stale`] or
//! [`Rejection::Future`].

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

/// The reason a delivery is not genuine. The operator sees the text, never the secret or the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// Without a secret all deliveries are rejected.
    #[error("no secret is configured for this source")]
    NoSecret,
    /// No configured secret is a valid key of this scheme: the operator must copy it again.
    #[error("no configured secret has the form this source needs")]
    UnusableSecret,
    /// There is no signature header.
    #[error("the signature header is missing")]
    MissingSignature,
    /// The signature header does not have the documented form.
    #[error("the signature header cannot be read")]
    MalformedSignature,
    /// The signature's version or algorithm is not supported.
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
    /// The signed time is too far in the past: a replay or a wrong clock.
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

/// The header's value; `None` if it is missing or blank.
fn present(header: Option<&str>) -> Option<&str> {
    header.filter(|text| !text.trim().is_empty())
}
