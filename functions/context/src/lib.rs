//! Hosts the `Inbox` and `Record` objects.
//!
//! Each object is a shell: it opens its storage, asks the state machine, sets the alarm, answers. What it does lives
//! in `nerve_intake::inbox`, `nerve_context::timeline` and `nerve_engine::hand_on`.

mod inbox;
mod record;

use nerve_ports::DatabaseError;
use nerve_runtime::{Level, json, log};
use serde::Serialize;
use worker::{Context, Env, Request, Response, Result, event};

/// Nobody calls this worker over HTTP: its objects are reached through bindings.
#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    nerve_runtime::cancel_body(request.inner()).await;
    json(404, &serde_json::json!({"status": "rejected", "reason": "not found"}))
}

/// An object's answer: the document, or 503 so that the caller tries again.
fn answer<T: Serialize>(part: &str, result: core::result::Result<T, DatabaseError>) -> Result<Response> {
    match result {
        Ok(document) => json(200, &document),
        Err(error) => {
            log(Level::Error, part, "storage failed", &error);
            json(503, &serde_json::json!({"status": "unavailable"}))
        }
    }
}
