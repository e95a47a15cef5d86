//! Standard Webhooks: HMAC-SHA256 in Base64 over `{id}.{t}.{body}`, in a header `v1,<tag>[ v1,<tag>...]`.
//!
//! Svix, Resend and Fathom sign this way, and all senders with a library of
//! <https://github.com/standard-webhooks/standard-webhooks>. The key is the decoded Base64 of the secret after an
//! optional `whsec_`. The id is constant over retries. The headers are named `webhook-*`, at some vendors `svix-*`.

use crate::{
    Encoding, Rejection, Secret, Secrets, TimeFormat,
    mac::{HmacSha256, TAG_BYTES, digest, matches, verdict},
    present,
    tag::list,
};
use base64ct::{Base64, Encoding as _};
use nerve_model::{Millis, Timestamp};

/// The reference libraries' tolerance, in both directions.
pub const TOLERANCE: Millis = Millis::minutes(5);

/// The three headers of a message, unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headers<'a> {
    /// `webhook-id`
    pub id: Option<&'a str>,
    /// `webhook-timestamp`: whole seconds.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`
    pub signature: Option<&'a str>,
}

impl<'a> Headers<'a> {
    /// The headers `<vendor>-id`, `<vendor>-timestamp` and `<vendor>-signature`, as `header` returns them.
    pub fn named(vendor: &str, header: impl Fn(&str) -> Option<&'a str>) -> Self {
        let [id, timestamp, signature] =
            ["id", "timestamp", "signature"].map(|part| header(&format!("{vendor}-{part}")));
        Self { id, timestamp, signature }
    }
}

/// Accepts headers with a signature of `body` by one of `secrets`, made no more than `tolerance` before or after `now`.
/// Signatures of other versions are skipped.
pub fn verify(
    headers: Headers<'_>,
    body: &[u8],
    secrets: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    let keys = secrets.keys(key)?;
    let tags = tags(headers.signature)?;
    let time = TimeFormat::Seconds.read(headers.timestamp)?;
    let id = present(headers.id).ok_or(Rejection::MissingId)?;
    let parts = [id.as_bytes(), b".", time.as_bytes(), b".", body];
    verdict(keys.iter().any(|key| matches::<HmacSha256>(key, &parts, &tags)))?;
    time.within(tolerance, now)
}

/// The signature header of a message `id` sent at the second of `at`.
///
/// Empty if the secret is not Base64.
pub fn sign(secret: &Secret, id: &str, at: Timestamp, body: &[u8]) -> String {
    let time = TimeFormat::Seconds.write(at);
    let parts = [id.as_bytes(), b".", time.as_bytes(), b".", body];
    let tag = key(secret).and_then(|key| digest::<HmacSha256>(&key, &parts));
    tag.map(|tag| format!("v1,{}", Encoding::Base64.encode(&tag))).unwrap_or_default()
}

fn key(secret: &Secret) -> Option<Vec<u8>> {
    let text = secret.as_str();
    let key = Base64::decode_vec(text.strip_prefix("whsec_").unwrap_or(text)).ok()?;
    (!key.is_empty()).then_some(key)
}

fn tags(header: Option<&str>) -> Result<Vec<[u8; TAG_BYTES]>, Rejection> {
    let v1 = list(header)?.split(' ').filter_map(|item| item.strip_prefix("v1,"));
    let tags: Vec<_> = v1.filter_map(|tag| Encoding::Base64.decode(tag)).collect();
    if tags.is_empty() { Err(Rejection::MalformedSignature) } else { Ok(tags) }
}
