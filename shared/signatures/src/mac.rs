//! Keyed digests over a sequence of parts, and the comparison of tags.

use crate::{Rejection, Secrets};
use hmac::{Hmac, KeyInit, Mac, digest::Output};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The MAC of nearly all vendors.
pub(crate) type HmacSha256 = Hmac<Sha256>;

/// The size of an HMAC-SHA256 tag.
pub(crate) const TAG_BYTES: usize = 32;

/// The digest of the concatenated parts. HMAC takes keys of any length; other MACs do not and return `None`.
pub(crate) fn digest<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<Output<M>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac.finalize().into_bytes())
}

/// True if one of the tags is the digest of the parts. Compares in constant time.
pub(crate) fn matches<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]], tags: &[impl AsRef<[u8]>]) -> bool {
    let Some(digest) = digest::<M>(key, parts) else { return false };
    tags.iter().any(|tag| digest.as_slice().ct_eq(tag.as_ref()).into())
}

/// Accepts tags of which one is the HMAC-SHA256 of the parts under one of the secrets, as text.
pub(crate) fn verify(secrets: &Secrets, parts: &[&[u8]], tags: &[[u8; TAG_BYTES]]) -> Result<(), Rejection> {
    verdict(secrets.iter().any(|secret| matches::<HmacSha256>(secret.as_bytes(), parts, tags)))
}

/// The result of a comparison.
pub(crate) const fn verdict(matches: bool) -> Result<(), Rejection> {
    if matches { Ok(()) } else { Err(Rejection::Mismatch) }
}
