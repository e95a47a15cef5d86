//! The chains of the ledger.
//!
//! Each record has a chain of entries, and settings have one. The hash of an entry covers its columns, the hash of the
//! entry before it, and a salted digest of its body. Bodies are stored apart from the chain: erasing a body also erases
//! its salt, so that the digest that stays reveals nothing and the chain still verifies.

mod body;
mod hash;
mod head;
mod id;
mod kind;
mod list;

pub use body::{Body, Entry};
pub use hash::Hash;
pub(crate) use hash::{Links, body_digest};
pub use head::{Head, Heads, erase, head, heads};
pub(crate) use head::{append_all, read_head, read_heads, select_heads};
pub use id::ChainId;
pub use kind::EntryKind;
pub(crate) use list::read;
pub use list::{EntryFilter, StoredEntry, history, kept_situation, list};
