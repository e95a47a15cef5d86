//! Twilio: HMAC-SHA1 in Base64 over the URL and a form.
//!
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-security>, with `x-twilio-signature`; the key is the account's
//! auth token. The signed text is the URL, followed by the fields of the form, sorted, each as name and value without
//! separators. For any other body the URL contains its digest in `bodySHA256`. No time is signed, so a delivery can be
//! replayed; only the dedup key protects against that.

use crate::{
    Encoding, Format, Rejection, Secret, Secrets,
    mac::{digest, matches, verdict},
};
use hmac::Hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

type HmacSha1 = Hmac<Sha1>;

const FORMAT: Format<'static> = Format::base64("");

/// The size of an HMAC-SHA1 tag.
const TAG_BYTES: usize = 20;

/// Twilio sends about forty fields.
const MAX_FIELDS: usize = 1_000;

/// Accepts a `signature` of `url`, as called, and `body` by one of `secrets`.
///
/// Depending on the origin of a call, Twilio signs the URL with or without its port. Both are tried, with the standard
/// port if the URL has none, as in Twilio's own libraries.
pub fn verify(signature: Option<&str>, url: &str, body: &[u8], secrets: &Secrets) -> Result<(), Rejection> {
    secrets.required()?;
    let tag: [u8; TAG_BYTES] = FORMAT.read(signature)?;
    let fields = signed_fields(url, body)?;
    let signed_by = |secret: &Secret| {
        let matches = |parts: [&str; 3]| matches::<HmacSha1>(secret.as_bytes(), &message(&parts, &fields), &[tag]);
        variants(url).into_iter().any(matches)
    };
    verdict(secrets.iter().any(signed_by))
}

/// The signature header for a form or, if `url` contains its digest, any other body sent to `url`.
///
/// Empty if the body does not match the digest in `url`, or if a form has more than a thousand fields.
pub fn sign(secret: &Secret, url: &str, body: &[u8]) -> String {
    let fields = signed_fields(url, body).ok();
    let tag = fields.and_then(|fields| digest::<HmacSha1>(secret.as_bytes(), &message(&[url], &fields)));
    tag.map(|tag| FORMAT.encoding.encode(&tag)).unwrap_or_default()
}

/// The query parameter that makes the signature cover `body`: `bodySHA256=<hex>`.
pub fn body_digest(body: &[u8]) -> String {
    format!("{BODY_DIGEST}={}", Encoding::Hex.encode(&Sha256::digest(body)))
}

const BODY_DIGEST: &str = "bodySHA256";

fn message<'a>(url: &[&'a str], fields: &'a str) -> Vec<&'a [u8]> {
    url.iter().copied().chain([fields]).map(str::as_bytes).collect()
}

/// The signed text after the URL.
fn signed_fields(url: &str, body: &[u8]) -> Result<String, Rejection> {
    match stated_digest(url) {
        Some(stated) => {
            let actual = Encoding::Hex.encode(&Sha256::digest(body));
            verdict(actual.as_bytes().ct_eq(stated.as_bytes()).into()).map(|()| String::new())
        }
        None => form(body).ok_or(Rejection::Mismatch),
    }
}

fn stated_digest(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == BODY_DIGEST).map(|(_, digest)| digest.into_owned())
}

/// The fields as signed text; equal fields count once. `None` if there are more than Twilio sends.
fn form(body: &[u8]) -> Option<String> {
    let mut fields: Vec<_> = form_urlencoded::parse(body).take(MAX_FIELDS + 1).collect();
    if fields.len() > MAX_FIELDS {
        return None;
    }
    fields.sort();
    fields.dedup();
    Some(fields.into_iter().flat_map(|(name, value)| [name, value]).collect())
}

/// The URL without a port, and with its port or the standard one; each in three parts around the port.
fn variants(url: &str) -> [[&str; 3]; 2] {
    let (origin, port, rest) = around_port(url);
    let standard = if url.starts_with("https:") { ":443" } else { ":80" };
    [[origin, "", rest], [origin, if port.is_empty() { standard } else { port }, rest]]
}

/// Splits a URL before and after `:<port>`; without a port that part is empty.
fn around_port(url: &str) -> (&str, &str, &str) {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let path = url.match_indices(['/', '?', '#']).map(|(at, _)| at).find(|at| *at >= host).unwrap_or(url.len());
    let (origin, rest) = url.split_at_checked(path).unwrap_or((url, ""));
    // The last colon may also belong to `https:` or to an IPv6 address: then no port follows.
    let port = origin.rfind(':').and_then(|colon| origin.split_at_checked(colon));
    match port.filter(|(_, port)| port.bytes().skip(1).all(|byte| byte.is_ascii_digit())) {
        Some((host, port)) => (host, port, rest),
        None => (origin, "", rest),
    }
}
