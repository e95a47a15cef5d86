//! The way of a delivery from the request to stored events.
//!
//! A vendor's folder implements [`Source`]: verify, then normalize; both are pure. [`receive`] runs a source over a
//! delivery. [`reading`] parses vendors' text and trusts none of it. [`multipart`] parses forms with files. [`inbox`]
//! is the state machine of the object that stores events and raw bytes until they are dispatched. [`redaction`] removes
//! card numbers and secrets before anything is stored.

mod delivery;
mod deployment;
mod fault;
pub mod inbox;
pub mod multipart;
mod permission;
pub mod reading;
mod receive;
pub mod redaction;
mod source;

pub use delivery::{Delivery, Headers, MAIL};
pub use deployment::{Deployment, Settings};
pub use fault::{Fault, Malformed, Misconfigured};
pub use permission::{Permission, permission};
pub use receive::{Arrived, Received, Taken, TooMany, read, receive};
pub use source::{Becomes, Ignored, Item, NewEvent, Outcome, Reply, Selected, Source};
