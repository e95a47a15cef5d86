//! HMAC-SHA256 in Base64 over `{t}{body}`, beside a header with the time in RFC 3339.
//!
//! <https://developer.zendesk.com/documentation/webhooks/verifying/>, with `x-zendesk-webhook-signature` and
//! `x-zendesk-webhook-signature-timestamp`. The secret looks like Base64, but its text is the key. Nothing separates
//! time and body; a time that is longer or shorter than the signed one is not RFC 3339.

use crate::{Format, Rejection, Secret, Secrets, TimeFormat, mac};
use nerve_model::{Millis, Timestamp};

const FORMAT: Format<'static> = Format::base64("");

/// Accepts a `signature` of `timestamp` and `body` by one of `secrets`, made no more than `tolerance` before or after
/// `now`.
pub fn verify(
    signature: Option<&str>,
    timestamp: Option<&str>,
    body: &[u8],
    secrets: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    secrets.required()?;
    let tag = FORMAT.read(signature)?;
    let time = TimeFormat::Rfc3339.read(timestamp)?;
    mac::verify(secrets, &[time.as_bytes(), body], &[tag])?;
    time.within(tolerance, now)
}

/// The signature header for `body` sent with `timestamp`.
pub fn sign(secret: &Secret, body: &[u8], timestamp: &str) -> String {
    FORMAT.sign(secret, &[timestamp.as_bytes(), body])
}
