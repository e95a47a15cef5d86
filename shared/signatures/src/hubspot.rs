//! HubSpot, version 3: HMAC-SHA256 in Base64 over `{method}{uri}{body}{t}`, beside a header with the time in
//! milliseconds.
//!
//! <https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation>, with
//! `x-hubspot-signature-v3` and `x-hubspot-request-timestamp`. Versions 1 and 2, which come along, are neither an
//! HMAC nor safe against replay.

use crate::{
    Format, Rejection, Secret, Secrets, TimeFormat,
    mac::{HmacSha256, TAG_BYTES, matches, verdict},
};
use nerve_model::{Millis, Timestamp};

/// How old a request may be by HubSpot's documentation.
pub const TOLERANCE: Millis = Millis::minutes(5);

const FORMAT: Format<'static> = Format::base64("");

/// The characters that HubSpot's documentation says to decode in the URI before it is signed, and no others.
const DECODED: &str = ":/?@!$'()*,;";

/// What is signed, besides the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The full URL as it was called, with its query.
    pub uri: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Whether `signature` is one of `timestamp` and `request` by one of `secrets`, made no more than `tolerance` before
/// or after `now`.
///
/// The URI is tried decoded as the documentation demands and as it was called, which is what HubSpot's own library
/// signs.
pub fn verify(
    signature: Option<&str>,
    timestamp: Option<&str>,
    request: Request<'_>,
    secrets: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    secrets.required()?;
    let tag: [u8; TAG_BYTES] = FORMAT.read(signature)?;
    let time = TimeFormat::Milliseconds.read(timestamp)?;
    let decoded = decoded(request.uri);
    let signed = |key: &[u8], uri: &str| {
        let parts = [request.method.as_bytes(), uri.as_bytes(), request.body, time.as_bytes()];
        matches::<HmacSha256>(key, &parts, &[tag])
    };
    let signed_by = |secret: &Secret| [&decoded, request.uri].iter().any(|uri| signed(secret.as_bytes(), uri));
    verdict(secrets.iter().any(signed_by))?;
    time.within(tolerance, now)
}

/// The signature header for `request` sent at `at`, its URI taken as it is.
pub fn sign(secret: &Secret, request: Request<'_>, at: Timestamp) -> String {
    let time = TimeFormat::Milliseconds.write(at);
    FORMAT.sign(secret, &[request.method.as_bytes(), request.uri.as_bytes(), request.body, time.as_bytes()])
}

fn decoded(uri: &str) -> String {
    let mut decoded = String::with_capacity(uri.len());
    let mut rest = uri;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.push_str(before);
        let escape = after.split_at_checked(2).and_then(|(code, after)| Some((character(code)?, after)));
        let (character, after) = escape.unwrap_or(('%', after));
        decoded.push(character);
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

fn character(code: &str) -> Option<char> {
    let character = char::from(u8::from_str_radix(code, 16).ok()?);
    DECODED.contains(character).then_some(character)
}
