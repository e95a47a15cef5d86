//! Twilio: HMAC-SHA1 in Base64 over the URL and the form it carries.
//!
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-security>, with `x-twilio-signature`; the key is the account's
//! auth token. Behind the URL stand the fields of a form, sorted, each as name and value with nothing between. For
//! any other body the URL says its digest in `bodySHA256`. No time is signed, so a delivery can be replayed: only its
//! dedup key stands against that.

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

/// Twilio sends some forty fields.
const MAX_FIELDS: usize = 1_000;

/// Whether `signature` is one of `url`, as it was called, and `body` by one of `secrets`.
///
/// Depending on where a call comes from, Twilio signs the URL with or without its port: both are tried, and the
/// standard port where the URL names none, as in Twilio's own libraries.
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

/// The signature header for a form or, where `url` says its digest, any other body sent to `url`.
///
/// A body that is not the one `url` says, or a form of more than a thousand fields, is not signed: the result is
/// empty.
pub fn sign(secret: &Secret, url: &str, body: &[u8]) -> String {
    let fields = signed_fields(url, body).ok();
    let tag = fields.and_then(|fields| digest::<HmacSha1>(secret.as_bytes(), &message(&[url], &fields)));
    tag.map(|tag| FORMAT.encoding.encode(&tag)).unwrap_or_default()
}

/// What to append to a URL for `body` to be covered by its signature: `bodySHA256=<hex>`.
pub fn body_digest(body: &[u8]) -> String {
    format!("{BODY_DIGEST}={}", Encoding::Hex.encode(&Sha256::digest(body)))
}

const BODY_DIGEST: &str = "bodySHA256";

fn message<'a>(url: &[&'a str], fields: &'a str) -> Vec<&'a [u8]> {
    url.iter().copied().chain([fields]).map(str::as_bytes).collect()
}

/// What is signed behind the URL.
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

/// Equal fields count once. `None` when there are too many to be Twilio's.
fn form(body: &[u8]) -> Option<String> {
    let mut fields: Vec<_> = form_urlencoded::parse(body).take(MAX_FIELDS + 1).collect();
    if fields.len() > MAX_FIELDS {
        return None;
    }
    fields.sort();
    fields.dedup();
    Some(fields.into_iter().flat_map(|(name, value)| [name, value]).collect())
}

/// The URL without a port, and with the one it names or the standard one; each in three parts around the port.
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
    // The last colon may also stand in `https:` or in an IPv6 address: no port follows it there.
    let port = origin.rfind(':').and_then(|colon| origin.split_at_checked(colon));
    match port.filter(|(_, port)| port.bytes().skip(1).all(|byte| byte.is_ascii_digit())) {
        Some((host, port)) => (host, port, rest),
        None => (origin, "", rest),
    }
}
