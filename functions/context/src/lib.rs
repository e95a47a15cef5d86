//! Hosts the `Inbox` and `Record` objects.
//!
//! Each object is a shell: it opens its storage, calls the state machine, sets the alarm and answers. The logic is in
//! `nerve_intake::inbox`, `nerve_situation::timeline` and `nerve_engine::dispatch`.

mod inbox_object;
mod record_object;

use core::cell::Cell;
use nerve_ports::DatabaseError;
use nerve_runtime::{Level, ObjectSql, json, log};
use serde::Serialize;
use worker::{Context, Env, Request, Response, ResponseBuilder, Result, State, event};

/// Has no HTTP callers: its objects are reached through bindings.
#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    nerve_runtime::cancel_body(request.inner()).await;
    json(404, &serde_json::json!({"status": "rejected", "reason": "not found"}))
}

/// The storage of an object; the first access creates its tables.
struct Tables {
    sql: ObjectSql,
    open: Cell<bool>,
    create: fn(&ObjectSql) -> core::result::Result<(), DatabaseError>,
}

impl Tables {
    fn new(state: &State, create: fn(&ObjectSql) -> core::result::Result<(), DatabaseError>) -> Self {
        Self { sql: ObjectSql(state.storage().sql()), open: Cell::new(false), create }
    }

    fn open(&self) -> core::result::Result<&ObjectSql, DatabaseError> {
        if !self.open.replace(true) {
            (self.create)(&self.sql).inspect_err(|_| self.open.set(false))?;
        }
        Ok(&self.sql)
    }
}

/// An object's answer: the document, or 503 so that the caller retries.
fn answer<T: Serialize>(part: &str, result: core::result::Result<T, DatabaseError>) -> Result<Response> {
    match result {
        Ok(document) => reply(200, &document),
        Err(error) => {
            log(Level::Error, part, "storage failed", &error);
            reply(503, &"unavailable")
        }
    }
}

/// Without headers, because only our own workers read it.
fn reply(status: u16, document: &impl Serialize) -> Result<Response> {
    Ok(ResponseBuilder::new().with_status(status).fixed(serde_json::to_vec(document)?))
}
