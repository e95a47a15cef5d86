//! Signed times.

use crate::{Rejection, present};
use nerve_model::{Millis, Timestamp};
use serde::Deserialize;

/// The format in which a vendor writes the signed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// Whole seconds since 1970, in ASCII digits.
    Seconds,
    /// Milliseconds since 1970, in ASCII digits.
    Milliseconds,
    /// RFC 3339, with any offset.
    Rfc3339,
}

impl TimeFormat {
    /// `at` in the vendor's format, for making deliveries.
    pub fn write(self, at: Timestamp) -> String {
        match self {
            Self::Seconds => at.as_millis().div_euclid(1_000).to_string(),
            Self::Milliseconds => at.as_millis().to_string(),
            Self::Rfc3339 => at.to_string(),
        }
    }

    pub(crate) fn parse(self, text: &str) -> Option<SignedTime<'_>> {
        let at = match self {
            Self::Seconds => Timestamp::from_seconds(digits(text)?),
            Self::Milliseconds => Timestamp::from_millis(digits(text)?),
            Self::Rfc3339 => Timestamp::parse_rfc3339(text)?,
        };
        Some(SignedTime { text, at })
    }

    pub(crate) fn read(self, header: Option<&str>) -> Result<SignedTime<'_>, Rejection> {
        let text = present(header).ok_or(Rejection::MissingTimestamp)?;
        self.parse(text).ok_or(Rejection::MalformedTimestamp)
    }
}

/// Digits only; `parse` alone would accept a sign.
fn digits(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A time as written, because the signature covers the text, and its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedTime<'a> {
    text: &'a str,
    at: Timestamp,
}

impl SignedTime<'_> {
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Checks both directions. Vendors' own libraries often check only the age, but a time far ahead could be replayed
    /// later.
    pub(crate) const fn within(self, tolerance: Millis, now: Timestamp) -> Result<(), Rejection> {
        let age = now.since(self.at);
        if age.0 > tolerance.0 {
            Err(Rejection::Stale)
        } else if age.0 < tolerance.0.saturating_neg() {
            Err(Rejection::Future)
        } else {
            Ok(())
        }
    }
}
