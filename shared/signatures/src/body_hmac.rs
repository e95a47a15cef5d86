//! HMAC-SHA256 over the body alone.
//!
//! GitHub writes it in hexadecimal after `sha256=`, Typeform in Base64 after `sha256=`, Cal.com in bare hexadecimal.
//! The vendor signs no time, so a delivery can be replayed; only the dedup key protects against that.

use crate::{Format, Rejection, Secret, Secrets, mac};

/// Accepts a `header` with a signature of `body` by one of `secrets`.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets, format: Format<'_>) -> Result<(), Rejection> {
    secrets.required()?;
    let tag = format.read(header)?;
    mac::verify(secrets, &[body], &[tag])
}

/// The header that a vendor sends for `body`.
pub fn sign(secret: &Secret, body: &[u8], format: Format<'_>) -> String {
    format.sign(secret, &[body])
}
