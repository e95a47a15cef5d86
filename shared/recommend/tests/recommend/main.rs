//! The playbook from the outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod hostile;
mod kinds;
mod playbook;
mod repeated;
mod situations;
mod zones;
