use core::cell::Cell;
use nerve_engine::hand_on;
use nerve_intake::inbox::{self, Arrival};
use nerve_model::Millis;
use nerve_ports::{DatabaseError, Wake};
use nerve_protocol::{
    frame,
    inbox::{Command, RawBody},
    limits::{MAX_BODY_BYTES, backoff},
};
use nerve_runtime::{D1, Level, ObjectSql, Randomness, RecordClient, arm, armed, json, log, now, number_var};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

const PART: &str = "inbox";

/// Keeps the deliveries of one partition until they are handed on.
///
/// Concurrency: every state change is one synchronous call into the state machine. The alarm awaits the database and
/// other objects between such calls; meanwhile requests may run, which is why it reads what is due afresh and every
/// change names the delivery by its key.
#[durable_object]
pub struct Inbox {
    state: State,
    env: Env,
    open: Cell<bool>,
}

impl DurableObject for Inbox {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, open: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // A frame is a body and a short document.
        let body = match nerve_runtime::read_body(&mut request, MAX_BODY_BYTES + 1_000_000).await? {
            Ok(body) => body,
            Err(nerve_runtime::TooLarge) => return json(413, &"frame too large"),
        };
        match frame::decode::<Command>(&body) {
            Ok((command, bytes)) => self.handle(command, bytes).await,
            Err(error) => json(400, &error.to_string()),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let outcome = self.work().await;
        if let Err(error) = &outcome {
            log(Level::Error, PART, "alarm failed", error);
        }
        // The platform gives up on an alarm that keeps failing, so it never fails: it is set again instead.
        let wake = outcome.and_then(|()| inbox::wake(&self.storage()?));
        let wake = wake.unwrap_or_else(|_| Wake::By(now() + backoff(3)));
        arm(&self.state.storage(), Wake::NotNeeded, wake).await?;
        Response::empty()
    }
}

impl Inbox {
    fn storage(&self) -> core::result::Result<ObjectSql, DatabaseError> {
        let storage = ObjectSql(self.state.storage().sql());
        if !self.open.replace(true) {
            inbox::open(&storage).inspect_err(|_| self.open.set(false))?;
        }
        Ok(storage)
    }

    fn retention(&self) -> Millis {
        Millis::days(number_var(&self.env, "RAW_RETENTION_DAYS", 90).max(1))
    }

    async fn handle(&self, command: Command, body: &[u8]) -> Result<Response> {
        match command {
            Command::Accept { inbox, event, headers } => {
                let arrival = Arrival { inbox: &inbox, event: &event, headers: &headers, body };
                self.accept(arrival).await
            }
            Command::Inspect { dedup_key } => {
                crate::answer(PART, self.storage().and_then(|s| inbox::inspect(&s, &dedup_key)))
            }
            Command::Raw { dedup_key } => match self.storage().and_then(|s| inbox::raw(&s, &dedup_key)) {
                Ok(raw) => raw_answer(raw),
                Err(error) => crate::answer::<()>(PART, Err(error)),
            },
        }
    }

    async fn accept(&self, arrival: Arrival<'_>) -> Result<Response> {
        let accept = |storage: &ObjectSql| {
            let accepted = inbox::accept(storage, arrival, self.retention(), now())?;
            Ok((accepted, inbox::wake(storage)?))
        };
        let armed = armed(&self.state.storage()).await?;
        match self.storage().and_then(|storage| accept(&storage)) {
            Ok((accepted, wake)) => {
                // If this fails the caller sends again: then the copy is counted and the alarm set.
                arm(&self.state.storage(), armed, wake).await?;
                json(200, &accepted)
            }
            Err(error) => crate::answer::<()>(PART, Err(error)),
        }
    }

    async fn work(&self) -> core::result::Result<(), DatabaseError> {
        let storage = self.storage()?;
        let records =
            RecordClient::from_env(&self.env).map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
        let handed = hand_on(&storage, &D1::from_env(&self.env)?, &records, &Randomness, now()).await?;
        for failure in handed.failures {
            log(Level::Warn, PART, "not handed on, will be tried again", failure);
        }
        inbox::sweep(&storage, self.retention(), now())
    }
}

fn raw_answer(raw: Option<(RawBody, Vec<u8>)>) -> Result<Response> {
    let (about, body) = raw.map_or((None, Vec::new()), |(about, body)| (Some(about), body));
    match frame::encode(&about, &body) {
        Ok(frame) => Response::from_bytes(frame),
        Err(error) => json(500, &error.to_string()),
    }
}
