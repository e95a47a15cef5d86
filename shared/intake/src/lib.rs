//! From a delivery to kept events.
//!
//! [`Source`] is what a vendor's folder implements: verify, then normalize; both pure. [`receive`] runs it over a
//! delivery. [`reading`] is how sources read what vendors write, without trusting any of it. [`multipart`] takes forms with files apart. [`inbox`] is the state
//! machine of the object that keeps events and raw bytes until they are handed on. [`redaction`] is what it never keeps.

mod delivery;
mod deployment;
mod fault;
pub mod inbox;
pub mod multipart;
pub mod reading;
mod receive;
pub mod redaction;
mod source;

pub use delivery::{Delivery, Headers};
pub use deployment::{Deployment, Settings};
pub use fault::{Fault, Malformed, Misconfigured};
pub use receive::{Received, Taken, read, receive};
pub use source::{Becomes, Ignored, Item, NewEvent, Outcome, Reply, Selected, Source};
