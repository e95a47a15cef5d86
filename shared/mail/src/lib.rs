//! What any internet mail says, whichever vendor hands it in.
//!
//! Vendors take a mail apart in their own ways; its headers, what servers found out about its sender, and its text as a
//! reader would see it are the same everywhere.

pub mod authentication;
mod headers;
mod html;
mod mail;

pub use headers::{Headers, date};
pub use mail::{MAX_ITEMS, Mail};
