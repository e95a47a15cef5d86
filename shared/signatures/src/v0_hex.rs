//! HMAC-SHA256 in hexadecimal over `v0:{t}:{body}`, in a header `v0=<tag>` beside one with the time in seconds.
//!
//! Slack signs this way, <https://docs.slack.dev/authentication/verifying-requests-from-slack>, with
//! `x-slack-signature` and `x-slack-request-timestamp`; Zoom with `x-zm-signature` and `x-zm-request-timestamp`.

use crate::{Format, Rejection, Secret, Secrets, TimeFormat, mac};
use nerve_model::{Millis, Timestamp};

const FORMAT: Format<'static> = Format::hex("v0=");

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
    let time = TimeFormat::Seconds.read(timestamp)?;
    mac::verify(secrets, &[b"v0:", time.as_bytes(), b":", body], &[tag])?;
    time.within(tolerance, now)
}

/// The signature header for `body` sent at the second of `at`.
pub fn sign(secret: &Secret, body: &[u8], at: Timestamp) -> String {
    FORMAT.sign(secret, &[b"v0:", TimeFormat::Seconds.write(at).as_bytes(), b":", body])
}
