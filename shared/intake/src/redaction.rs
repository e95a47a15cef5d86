//! What is never kept: card numbers, and secrets in free text.
//!
//! Applied to an event before it is stored. Each find is replaced by a mark that says what stood there. Only free text
//! is looked through (see `fields`): ids, keys and claims tell things apart and stay as they are, but for names and
//! addresses in which something was found, which are dropped. The raw body is another matter: it is the evidence of
//! what was sent, and is deleted by its own, shorter retention.
//!
//! Bank accounts (IBAN) stay: they are printed on every invoice and open nothing.

mod cards;
mod fields;
mod secrets;

use nerve_model::{ClaimKind, Event};
use std::ops::Range;

/// Something that is never kept.
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

/// Where it stands in a text, in bytes.
type Find = (Range<usize>, Redacted);

/// The text without what is never kept; `None` when nothing of the kind is in it.
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
        // What lies within a find is gone with it.
        if place.start >= done {
            clean.push_str(text.get(done..place.start).unwrap_or_default());
            clean.push_str(redaction.mark());
        }
        done = done.max(place.end);
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    Some(clean)
}

/// Takes out of an event what is never kept. Says whether there was anything.
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
