//! A mail as it was written, on its way from a source to the context worker, which reads it.

use nerve_model::Attachment;
use serde::{Deserialize, Serialize};

/// The headers that are read; a source need not hand on others.
pub const HEADERS: [&str; 8] = ["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"];

/// A mail that nobody has read yet: either in the parts in which a vendor delivers it, or whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenMail {
    /// The mail domains of our own people, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_domains: Vec<String>,
    /// Names and values of its headers, topmost first. Of several with one name the first that can be read counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, WrittenText)>,
    /// Its plain texts, best version first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<WrittenText>,
    /// Its HTML text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<WrittenText>,
    /// Names, types and lengths of its attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The place of the whole mail (RFC 5322) in the raw body, if the vendor has not taken it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Span>,
}

/// A text of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenText {
    /// The vendor has decoded it.
    Decoded(String),
    /// Bytes of the raw body.
    Encoded {
        /// Their place.
        span: Span,
        /// The name of their encoding, as the sender wrote it.
        charset: String,
    },
}

/// A place in the raw body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The place of a part of the body; `None` if it is no part of it.
    pub fn of(part: &[u8], body: &[u8]) -> Option<Self> {
        let start = part.as_ptr().addr().checked_sub(body.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= body.len()).then_some(Self { start, end })
    }

    /// The bytes at this place; none if the body is shorter.
    pub fn within(self, body: &[u8]) -> &[u8] {
        body.get(self.start..self.end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_again_in_its_body() {
        let body = b"headers\n\ntext".to_vec();
        let span = Span::of(&body[9..], &body).unwrap();
        assert_eq!((span, span.within(&body)), (Span { start: 9, end: 13 }, b"text".as_slice()));
        assert_eq!((Span::of(b"other", &body), span.within(b"short")), (None, b"".as_slice()));
    }
}
