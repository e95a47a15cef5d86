//! The adapters between the ports and Cloudflare.
//!
//! This is the only shared crate that names `worker`. It translates rows, messages, requests and errors between the
//! platform's form and the core's, and decides nothing.

mod clock;
mod d1;
mod erasure_targets;
mod executor;
mod figures;
mod http;
mod http_client;
mod log;
mod object;
mod queue;
mod source;
mod time_zone;

pub use clock::{Randomness, now};
pub use d1::D1;
pub use erasure_targets::ObjectErasureTargets;
pub use executor::ExecutorClient;
pub use http::{TooLarge, cancel_body, forward, headers_of, json, plain_json, plain_text, read_body, read_call};
pub use http_client::Internet;
pub use log::{Level, log};
pub use object::{Alarm, InboxClient, ObjectSql, RecordClient};
pub use queue::{ActionQueue, Consumed, SituationQueue, consume, consume_together};
pub use source::{Vars, serve, serve_mail};
pub use time_zone::time_zone;

use figures::Figures;
use http::read_stream;
use nerve_ports::Unreachable;

/// The name of the D1 binding.
pub const DATABASE_BINDING: &str = "DB";

/// A number set in `wrangler.toml`; `fallback` if it is missing or no number.
pub fn number_var(env: &worker::Env, name: &str, fallback: i64) -> i64 {
    env.var(name).ok().and_then(|var| var.to_string().parse().ok()).unwrap_or(fallback)
}

/// A secret; `None` if it is missing or empty.
pub fn secret(env: &worker::Env, name: &str) -> Option<String> {
    env.secret(name).ok().map(|secret| secret.to_string()).filter(|secret| !secret.trim().is_empty())
}

fn unreachable(error: impl core::fmt::Display) -> Unreachable {
    Unreachable(error.to_string())
}
