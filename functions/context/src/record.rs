use core::cell::Cell;
use nerve_context::timeline;
use nerve_ports::DatabaseError;
use nerve_protocol::{frame, record::Command};
use nerve_runtime::{ObjectSql, TooLarge, json, now, read_body};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

const PART: &str = "record";

/// The largest command: a batch of events with their matches.
const MAX_COMMAND_BYTES: usize = 16_000_000;

/// The timeline of one record.
///
/// Concurrency: every command is one synchronous call into the state machine.
#[durable_object(fetch)]
pub struct Record {
    state: State,
    open: Cell<bool>,
}

impl DurableObject for Record {
    fn new(state: State, _env: Env) -> Self {
        Self { state, open: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let body = match read_body(request.inner(), MAX_COMMAND_BYTES).await? {
            Ok(body) => body,
            Err(TooLarge) => return json(413, &"command too large"),
        };
        match frame::decode::<Command>(&body) {
            Ok((command, _)) => self.handle(command),
            Err(error) => json(400, &error.to_string()),
        }
    }
}

impl Record {
    fn storage(&self) -> core::result::Result<ObjectSql, DatabaseError> {
        let storage = ObjectSql(self.state.storage().sql());
        if !self.open.replace(true) {
            timeline::open(&storage).inspect_err(|_| self.open.set(false))?;
        }
        Ok(storage)
    }

    fn handle(&self, command: Command) -> Result<Response> {
        let storage = match self.storage() {
            Ok(storage) => storage,
            Err(error) => return crate::answer::<()>(PART, Err(error)),
        };
        match command {
            Command::Append { entries } => {
                let append = |entry| timeline::append(&storage, entry, now());
                crate::answer(PART, entries.iter().map(append).collect::<core::result::Result<Vec<_>, _>>())
            }
            Command::Confirm { up_to } => crate::answer(PART, timeline::confirm(&storage, up_to)),
            Command::Pending { history } => crate::answer(PART, timeline::pending(&storage, history)),
            Command::Timeline { before, kind, limit } => {
                crate::answer(PART, timeline::page(&storage, before, kind, limit))
            }
        }
    }
}
