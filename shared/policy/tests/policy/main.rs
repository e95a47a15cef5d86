//! What the policy promises, from the outside: gates, risk, playbook.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod gates;
mod hostile;
mod kinds;
mod playbook;
mod risk;
mod situations;
mod withdrawals;
