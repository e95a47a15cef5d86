//! Box: HMAC-SHA256 in Base64 over `{body}{t}`, once with each of two keys.
//!
//! <https://developer.box.com/guides/webhooks/v2/signatures-v2/>. An application has a primary and a secondary key, so
//! that one can be replaced while the other is valid. Either signature is checked against each secret: it makes no
//! difference which key signed. Box's own libraries also try the body with its non-ASCII characters escaped, for
//! callers with only the parsed body.

use crate::{Format, Rejection, Secret, Secrets, TimeFormat, mac, present};
use nerve_model::{Millis, Timestamp};

/// The greatest age of a delivery in Box's documentation.
pub const TOLERANCE: Millis = Millis::minutes(10);

/// The only existing `box-signature-version`.
pub const VERSION: &str = "1";

/// The only existing `box-signature-algorithm`.
pub const ALGORITHM: &str = "HmacSHA256";

const FORMAT: Format<'static> = Format::base64("");

/// The signature headers of a delivery, unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headers<'a> {
    /// `box-signature-primary`
    pub primary: Option<&'a str>,
    /// `box-signature-secondary`
    pub secondary: Option<&'a str>,
    /// `box-signature-version`
    pub version: Option<&'a str>,
    /// `box-signature-algorithm`
    pub algorithm: Option<&'a str>,
    /// `box-delivery-timestamp`: RFC 3339 with any offset.
    pub timestamp: Option<&'a str>,
}

/// Accepts headers with a signature of `body` by one of `secrets`, made no more than `tolerance` before or after `now`.
/// One of the two signatures is enough, whatever the other is.
pub fn verify(
    headers: Headers<'_>,
    body: &[u8],
    secrets: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    secrets.required()?;
    let tags = tags(headers)?;
    if headers.version != Some(VERSION) || headers.algorithm != Some(ALGORITHM) {
        return Err(Rejection::UnsupportedSignature);
    }
    let time = TimeFormat::Rfc3339.read(headers.timestamp)?;
    mac::verify(secrets, &[body, time.as_bytes()], &tags)?;
    time.within(tolerance, now)
}

/// The signature header, primary or secondary by the secret, for `body` sent with `timestamp`.
pub fn sign(secret: &Secret, body: &[u8], timestamp: &str) -> String {
    FORMAT.sign(secret, &[body, timestamp.as_bytes()])
}

fn tags(headers: Headers<'_>) -> Result<Vec<[u8; mac::TAG_BYTES]>, Rejection> {
    let signatures = [headers.primary, headers.secondary];
    if signatures.iter().all(|header| present(*header).is_none()) {
        return Err(Rejection::MissingSignature);
    }
    let tags: Vec<_> = signatures.into_iter().filter_map(|header| FORMAT.read(header).ok()).collect();
    if tags.is_empty() { Err(Rejection::MalformedSignature) } else { Ok(tags) }
}
