//! A scheme chosen by configuration, for senders without a source of their own.

use crate::{
    Encoding, Format, Rejection, Secrets, TimeFormat, body_hmac, credentials, mac, present, standard_webhooks,
    timestamped_hex, v0_hex,
};
use nerve_model::{Millis, Timestamp, Trust};
use serde::Deserialize;

/// The way a sender proves itself. Names of headers may be written in any case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case", deny_unknown_fields)]
pub enum Scheme {
    /// HMAC-SHA256 with the secret as text.
    Hmac {
        /// The header with the signature.
        header: String,
        /// The encoding of the tag.
        encoding: Encoding,
        /// The text before the tag, for example `sha256=`.
        #[serde(default)]
        prefix: String,
        /// The content that the tag covers.
        signed: SignedContent,
    },
    /// [`timestamped_hex`]: `t=<seconds>,v1=<hex>`.
    TimestampedHex {
        /// The header with time and signatures.
        header: String,
        /// The greatest difference of the clocks.
        tolerance_seconds: u32,
    },
    /// [`v0_hex`]: `v0=<hex>` beside the time in seconds.
    V0Hex {
        /// The header with the signature.
        header: String,
        /// The header with the time.
        timestamp_header: String,
        /// The greatest difference of the clocks.
        tolerance_seconds: u32,
    },
    /// [`standard_webhooks`], with headers `webhook-*`.
    StandardWebhooks {
        /// The greatest difference of the clocks.
        tolerance_seconds: u32,
    },
    /// [`credentials::verify_basic`].
    Basic {},
    /// [`credentials::verify_bearer`].
    Bearer {},
    /// [`credentials::verify_token`].
    Token {
        /// The header with the token.
        header: String,
    },
}

/// The content that an HMAC covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum SignedContent {
    /// The body alone.
    #[serde(rename = "body")]
    Body,
    /// `{t}.{body}`
    #[serde(rename = "timestamp.body")]
    TimestampBody(TimeHeader),
    /// `{id}.{t}.{body}`
    #[serde(rename = "id.timestamp.body")]
    IdTimestampBody {
        /// The header with the id.
        id_header: String,
        /// The header with the time.
        timestamp: TimeHeader,
    },
}

/// A header with the signed time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeHeader {
    /// Its name.
    pub header: String,
    /// The format of the time.
    pub format: TimeFormat,
    /// The greatest difference of the clocks.
    pub tolerance_seconds: u32,
}

impl Scheme {
    /// Verifies a delivery and returns the trust in its content. `header` returns the value of a header by its name, in
    /// any case.
    pub fn verify<'a>(
        &self,
        header: &dyn Fn(&str) -> Option<&'a str>,
        body: &[u8],
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Trust, Rejection> {
        match self {
            Self::Hmac { header: name, encoding, prefix, signed } => {
                let format = Format { prefix, encoding: *encoding };
                signed.verify(header(name), format, header, body, secrets, now)?;
            }
            Self::TimestampedHex { header: name, tolerance_seconds } => {
                timestamped_hex::verify(header(name), body, secrets, seconds(*tolerance_seconds), now)?;
            }
            Self::V0Hex { header: name, timestamp_header, tolerance_seconds } => {
                let time = header(timestamp_header);
                v0_hex::verify(header(name), time, body, secrets, seconds(*tolerance_seconds), now)?;
            }
            Self::StandardWebhooks { tolerance_seconds } => {
                let headers = standard_webhooks::Headers::named("webhook", header);
                standard_webhooks::verify(headers, body, secrets, seconds(*tolerance_seconds), now)?;
            }
            Self::Basic {} => return token(credentials::verify_basic(header("authorization"), secrets)),
            Self::Bearer {} => return token(credentials::verify_bearer(header("authorization"), secrets)),
            Self::Token { header: name } => return token(credentials::verify_token(header(name), secrets)),
        }
        Ok(Trust::Signed)
    }
}

impl SignedContent {
    fn verify<'a>(
        &self,
        signature: Option<&str>,
        format: Format<'_>,
        header: &dyn Fn(&str) -> Option<&'a str>,
        body: &[u8],
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        let (id_header, timestamp) = match self {
            Self::Body => return body_hmac::verify(signature, body, secrets, format),
            Self::TimestampBody(timestamp) => (None, timestamp),
            Self::IdTimestampBody { id_header, timestamp } => (Some(id_header), timestamp),
        };
        secrets.required()?;
        let tag = format.read(signature)?;
        let time = timestamp.format.read(header(&timestamp.header))?;
        let (id, dot) = match id_header {
            Some(name) => (present(header(name)).ok_or(Rejection::MissingId)?, "."),
            None => ("", ""),
        };
        mac::verify(secrets, &[id.as_bytes(), dot.as_bytes(), time.as_bytes(), b".", body], &[tag])?;
        time.within(seconds(timestamp.tolerance_seconds), now)
    }
}

fn seconds(count: u32) -> Millis {
    Millis::seconds(i64::from(count))
}

fn token(verdict: Result<(), Rejection>) -> Result<Trust, Rejection> {
    verdict.map(|()| Trust::Token)
}
