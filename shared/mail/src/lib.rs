//! Internet mail, whichever vendor delivers it.
//!
//! Each vendor takes a mail apart in its own way. This crate reads the parts they share: headers, servers' findings
//! about the sender, and the text as a reader sees it.

pub mod authentication;
mod headers;
mod html;
mod mail;

pub use headers::{Headers, date};
pub use mail::{MAX_ITEMS, Mail};
