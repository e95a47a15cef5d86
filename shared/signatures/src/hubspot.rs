//! HubSpot, version 3: HMAC-SHA256 in Base64 over `{method}{uri}{body}{t}`, beside a header with the time in
//! milliseconds.
//!
//! <https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation>, with
//! `x-hubspot-signature-v3` and `x-hubspot-request-timestamp`. HubSpot also sends versions 1 and 2, which are neither
//! an HMAC nor safe against replay.

use crate::{
    Format, Rejection, Secret, Secrets, TimeFormat,
    mac::{HmacSha256, TAG_BYTES, matches, verdict},
};
use nerve_model::{Millis, Timestamp};

/// The greatest age of a request in HubSpot's documentation.
pub const TOLERANCE: Millis = Millis::minutes(5);

const FORMAT: Format<'static> = Format::base64("");

/// The only characters of the URI that are decoded before signing, by HubSpot's documentation.
const DECODED: &str = ":/?@!$'()*,;";

/// The signed parts of a request, besides the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The full URL that was called, with its query.
    pub uri: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Accepts a `signature` of `timestamp` and `request` by one of `secrets`, made no more than `tolerance` before or
/// after `now`.
///
/// The URI is tried decoded, as the documentation demands, and as called, because HubSpot's own library signs it so.
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

/// The signature header for `request` sent at `at`, with the URI unchanged.
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
