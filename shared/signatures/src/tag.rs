//! Encodings of a tag in a header.

use crate::{
    Rejection, Secret,
    mac::{HmacSha256, TAG_BYTES, digest},
    present,
};
use base64ct::{Base64, Encoding as _};
use serde::Deserialize;

/// The encoding of bytes as text. Decoding is strict, so that each tag has exactly one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Hexadecimal, in lower case.
    Hex,
    /// Base64 of the standard alphabet, padded.
    Base64,
}

impl Encoding {
    pub(crate) fn decode<const BYTES: usize>(self, text: &str) -> Option<[u8; BYTES]> {
        let mut bytes = [0; BYTES];
        let whole = match self {
            // The decoder would accept upper case, too.
            Self::Hex if text.bytes().any(|byte| byte.is_ascii_uppercase()) => false,
            Self::Hex => hex::decode_to_slice(text, &mut bytes).is_ok(),
            Self::Base64 => Base64::decode(text, &mut bytes).is_ok_and(|decoded| decoded.len() == BYTES),
        };
        whole.then_some(bytes)
    }

    pub(crate) fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(bytes),
            Self::Base64 => Base64::encode_string(bytes),
        }
    }
}

/// Room for some fifty signatures; vendors write one for each valid secret, rarely more than two.
const MAX_LIST_BYTES: usize = 4_096;

/// A header that may hold several signatures.
pub(crate) fn list(header: Option<&str>) -> Result<&str, Rejection> {
    let list = present(header).ok_or(Rejection::MissingSignature)?;
    if list.len() > MAX_LIST_BYTES { Err(Rejection::MalformedSignature) } else { Ok(list) }
}

/// The format of a header with one signature: a fixed prefix, then the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format<'a> {
    /// For example `sha256=`; often empty.
    pub prefix: &'a str,
    /// The encoding of the tag.
    pub encoding: Encoding,
}

impl<'a> Format<'a> {
    /// A tag in hexadecimal.
    pub const fn hex(prefix: &'a str) -> Self {
        Self { prefix, encoding: Encoding::Hex }
    }

    /// A tag in Base64.
    pub const fn base64(prefix: &'a str) -> Self {
        Self { prefix, encoding: Encoding::Base64 }
    }

    pub(crate) fn read<const BYTES: usize>(self, header: Option<&str>) -> Result<[u8; BYTES], Rejection> {
        let text = present(header).ok_or(Rejection::MissingSignature)?;
        let tag = text.strip_prefix(self.prefix).and_then(|tag| self.encoding.decode(tag));
        tag.ok_or(Rejection::MalformedSignature)
    }

    /// The header for the HMAC-SHA256 of the parts.
    pub(crate) fn sign(self, secret: &Secret, parts: &[&[u8]]) -> String {
        let tag: [u8; TAG_BYTES] = digest::<HmacSha256>(secret.as_bytes(), parts).unwrap_or_default().into();
        format!("{}{}", self.prefix, self.encoding.encode(&tag))
    }
}
