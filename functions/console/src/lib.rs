//! The review queue, records and ledger: pages and JSON API.
//!
//! Only this file and `bindings` name the runtime: a request becomes an [`http::Request`], and [`handle`] answers it with
//! the [`Services`].

mod access;
mod api;
mod assets;
mod bindings;
mod console;
mod decision;
pub mod http;
mod input;
mod openapi;
mod operations;
mod pages;
mod problem;
mod routes;
mod services;
mod session;
mod sources;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod zone;

pub use console::handle;
pub use services::Services;
pub use session::AdminToken;

use nerve_runtime::{Level, TooLarge, json, log};
use worker::{Context, Env, Result, event};

#[event(fetch)]
async fn fetch(request: worker::Request, env: Env, _context: Context) -> Result<worker::Response> {
    let request = match bindings::read(request).await? {
        Ok(request) => request,
        Err(TooLarge) => return json(413, &serde_json::json!({"title": "The body is too large", "status": 413})),
    };
    match bindings::Bindings::from_env(&env) {
        Ok(bindings) => bindings::write(handle(request, &bindings).await),
        Err(missing) => {
            log(Level::Error, "console", "not bound", missing);
            json(503, &serde_json::json!({"title": "The console is not set up completely", "status": 503}))
        }
    }
}
