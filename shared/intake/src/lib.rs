//! From a delivery to kept events.
//!
//! [`Source`] is what a vendor's folder implements: verify, then normalize; both pure. [`receive`] runs it over a
//! delivery. [`inbox`] is the state machine of the object that keeps events and raw bytes until they are handed on.

mod delivery;
pub mod inbox;
mod source;

pub use delivery::{Delivery, Headers};
pub use source::{Ignored, Malformed, NewEvent, Outcome, Received, Source, receive};
