//! The part of a mail that its source reads.
//!
//! Each vendor takes a mail apart in its own way, and source workers have no room for a parser of mails: a source hands
//! the mail on as written ([`WrittenMail`](nerve_protocol::written_mail::WrittenMail)), and the context worker reads it
//! (`nerve_mail`). What the source needs stands in header lines: whether a program wrote the mail, who is in `From` and
//! servers' findings about the sender. The inbox is chosen by the sender as written, so copies share one.

pub mod authentication;
mod handed;
mod headers;

pub use handed::{AUTOMATIC, BOUNCE, Handed, OURS, mailbox};
pub use headers::{Headers, head, sender_in};
