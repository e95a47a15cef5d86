//! The input form of the generic sources: a sender without a source of its own reports an event of any kind.
//!
//! ```json
//! {
//!   "kind": "form.submitted",
//!   "id": "ticket-4711",
//!   "occurred_at": "2026-11-23T10:00:00Z",
//!   "subject": "ticket:4711",
//!   "customer": {"id": "C-17", "email": "ada@acme.example", "phone": "+49 30 901820", "name": "Ada Lovelace"},
//!   "summary": "Ada Lovelace asks for an offer",
//!   "link": "https://tickets.example/4711",
//!   "detail": {"form": "contact", "answers": [{"question": "Topic", "answer": "Offer"}]}
//! }
//! ```
//!
//! A document must have `kind` and the fields that its detail requires; see [`fields`]. Any other field that is
//! missing, null or empty counts as absent. A number may be text and an id may be a number. A field of the wrong type
//! is an error that names it, because the author of the form reads the answer.

mod claims;
mod defaults;
mod form;
mod frame;
mod kinds;
mod shape;

#[cfg(test)]
mod tests;

pub use form::event;
pub use frame::Frame;
pub use kinds::{KINDS, fields, kind};
pub use shape::{Field, Missing, Shape};
