//! Parsers for the text that vendors send.
//!
//! A field an event needs is read strictly ([`required`]). Any other field of an undocumented type counts as absent
//! ([`Loose`]): a vendor that changes the type of a field must not cost an event.

mod form;
mod invented;
mod json;
mod mended;
mod nobody;
mod party;
mod text;

pub use form::{MAX_ANSWERS, answer, filled_in};
pub use json::{Loose, VendorId, json, required};
pub use nobody::{is_nobody, plain_local};
pub use party::{People, address, distinct};
pub use text::{
    ANSWER_CHARS, NAME_CHARS, SUMMARY_CHARS, TEXT_CHARS, https, instant, instant_of_decimals, instant_of_millis, line,
    prose, time,
};
