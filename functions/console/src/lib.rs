//! The review queue, records and ledger: pages and JSON API.
//!
//! Only this file knows the runtime: it turns a request into [`http::Request`], lets [`handle`] answer it with the
//! bindings behind [`Services`], and sends what comes back.

mod access;
mod api;
mod assets;
mod console;
mod decision;
pub mod http;
mod input;
mod openapi;
mod pages;
mod problem;
mod routes;
mod services;
mod session;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use console::handle;
pub use services::Services;
pub use session::AdminToken;
