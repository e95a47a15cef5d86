//! How sources read what vendors write.
//!
//! What must be there is read strictly ([`required`]); everything else is read if it has the documented type and taken
//! as absent if not ([`Loose`]): a field that changes its type in some later version of an API must not cost an event.

mod form;
mod json;
mod party;
mod phone;
mod regions;
mod text;

pub use form::{MAX_ANSWERS, answer, filled_in};
pub use json::{Loose, VendorId, json, required};
pub use party::{People, distinct};
pub use phone::e164;
pub use regions::Region;
pub use text::{ANSWER_CHARS, NAME_CHARS, SUMMARY_CHARS, TEXT_CHARS, https, instant, line, prose};
