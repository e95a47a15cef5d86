//! Redaction: card numbers, and secrets in free text, are never stored.
//!
//! The inbox redacts an event before it stores it. A mark replaces each find and names its kind. Only free text is
//! searched (see `fields`). Ids, keys and claims are identifiers and stay, except names and addresses with a find,
//! which are dropped. The raw body is not redacted: it is the evidence of the delivery, and its own, shorter retention
//! deletes it.
//!
//! Bank accounts (IBAN) stay: every invoice prints them, and they give no access.

mod cards;
mod fields;
mod secrets;

use nerve_model::{ClaimKind, Event};
use std::ops::Range;

/// A kind of text that is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redacted {
    Card,
    SecurityCode,
    Password,
    Secret,
    PrivateKey,
}

impl Redacted {
    const fn mark(self) -> &'static str {
        match self {
            Self::Card => "[card number removed]",
            Self::SecurityCode => "[security code removed]",
            Self::Password => "[password removed]",
            Self::Secret => "[secret removed]",
            Self::PrivateKey => "[private key removed]",
        }
    }
}

/// The place of a find in a text, in bytes, and its kind.
type Find = (Range<usize>, Redacted);

/// The redacted text; `None` if it has no finds.
pub fn without(text: &str) -> Option<String> {
    let mut finds = Vec::new();
    secrets::find(text, &mut finds);
    cards::find(text, &mut finds);
    if finds.is_empty() {
        return None;
    }
    finds.sort_by_key(|(place, _)| (place.start, core::cmp::Reverse(place.end)));
    let (mut clean, mut done) = (String::with_capacity(text.len()), 0);
    for (place, redaction) in finds {
        // A find inside another is already replaced.
        if place.start >= done {
            clean.push_str(text.get(done..place.start).unwrap_or_default());
            clean.push_str(redaction.mark());
        }
        done = done.max(place.end);
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    Some(clean)
}

/// Redacts an event. Returns true if anything was found.
pub fn redact(event: &mut Event) -> bool {
    let mut found = false;
    for text in fields::texts(event) {
        if let Some(clean) = without(text) {
            *text = clean;
            found = true;
        }
    }
    let before = event.claims.len();
    let written = |kind| matches!(kind, ClaimKind::Name | ClaimKind::Address);
    event.claims.retain(|claim| !written(claim.kind) || without(&claim.value).is_none());
    found || event.claims.len() < before
}
