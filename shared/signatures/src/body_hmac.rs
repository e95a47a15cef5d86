//! HMAC-SHA256 over the body alone.
//!
//! GitHub writes it in hexadecimal after `sha256=`, Typeform in Base64 after `sha256=`, Cal.com in bare hexadecimal.
//! Nothing is said about the time, so a delivery can be replayed: only its dedup key stands against that.

use crate::{Format, Rejection, Secret, Secrets, mac};

/// Whether `header` holds a signature of `body` by one of `secrets`.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets, format: Format<'_>) -> Result<(), Rejection> {
    secrets.required()?;
    let tag = format.read(header)?;
    mac::verify(secrets, &[body], &[tag])
}

/// The header a vendor would send for `body`.
pub fn sign(secret: &Secret, body: &[u8], format: Format<'_>) -> String {
    format.sign(secret, &[body])
}
