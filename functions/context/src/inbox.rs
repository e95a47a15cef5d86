use core::cell::Cell;
use nerve_engine::Courier;
use nerve_intake::inbox::{self, Arrival};
use nerve_model::Millis;
use nerve_ports::{DatabaseError, Unreachable, Wake};
use nerve_protocol::{
    frame,
    inbox::{Accept, Accepted, Command, RawBody},
    limits::{MAX_BODY_BYTES, backoff},
};
use nerve_runtime::{Alarm, D1, Level, ObjectSql, Randomness, RecordClient, SituationQueue, json, log, now, number_var};
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
    alarm: Alarm,
}

impl DurableObject for Inbox {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, open: Cell::new(false), alarm: Alarm::default() }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        // A frame is a body and a short document.
        let body = match nerve_runtime::read_body(request.inner(), MAX_BODY_BYTES + 1_000_000).await? {
            Ok(body) => body,
            Err(nerve_runtime::TooLarge) => return json(413, &"frame too large"),
        };
        match frame::decode::<Command>(&body) {
            Ok((command, bytes)) => self.handle(command, bytes).await,
            Err(error) => json(400, &error.to_string()),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.alarm.went_off();
        let outcome = self.work().await;
        if let Err(error) = &outcome {
            log(Level::Error, PART, "alarm failed", error);
        }
        // The platform gives up on an alarm that keeps failing, so it never fails: it is set again instead.
        let wake = outcome.and_then(|()| inbox::wake(&self.storage()?, self.delay()));
        let wake = wake.unwrap_or_else(|_| Wake::By(now() + backoff(3)));
        self.alarm.arm(&self.state.storage(), wake).await?;
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

    /// How long an event waits for others before they are handed on together.
    fn delay(&self) -> Millis {
        Millis(number_var(&self.env, "HAND_ON_DELAY_MS", 250).max(0))
    }

    async fn handle(&self, command: Command, bytes: &[u8]) -> Result<Response> {
        match command {
            Command::Accept(accept) => self.accept(&accept, bytes).await,
            Command::Inspect { dedup_key } => {
                crate::answer(PART, self.storage().and_then(|s| inbox::inspect(&s, &dedup_key)))
            }
            Command::Raw { dedup_key } => match self.storage().and_then(|s| inbox::raw(&s, &dedup_key)) {
                Ok(raw) => raw_answer(raw),
                Err(error) => crate::answer::<()>(PART, Err(error)),
            },
        }
    }

    async fn accept(&self, accept: &Accept, bytes: &[u8]) -> Result<Response> {
        let Some((event, body)) = split(bytes, accept.event_bytes) else {
            return json(400, &"the frame does not hold the event it announces");
        };
        let Accept { inbox, event: id, dedup_key, headers, .. } = accept;
        let armed = self.alarm.armed(&self.state.storage()).await?;
        match self.keep(Arrival { inbox, id: *id, dedup_key, event, headers, body }, armed) {
            Ok((accepted, wake)) => {
                // If this fails the caller sends again: then the copy is counted and the alarm set.
                self.alarm.arm(&self.state.storage(), wake).await?;
                json(200, &accepted)
            }
            Err(error) => crate::answer::<()>(PART, Err(error)),
        }
    }

    /// Keeps it, and says when the alarm is wanted, if that is earlier than it is set.
    fn keep(&self, arrival: Arrival<'_>, armed: Wake) -> core::result::Result<(Accepted, Wake), DatabaseError> {
        let (storage, now) = (self.storage()?, now());
        let accepted = inbox::accept(&storage, arrival, now)?;
        let soon = Wake::By(now + self.delay());
        let wake = if armed.serves(soon) { Wake::NotNeeded } else { inbox::wake(&storage, self.delay())? };
        Ok((accepted, wake))
    }

    async fn work(&self) -> core::result::Result<(), DatabaseError> {
        let storage = self.storage()?;
        let away = |error: Unreachable| DatabaseError::Unavailable(error.to_string());
        let settle = u32::try_from(number_var(&self.env, "SETTLE_SECONDS", 2)).unwrap_or(0);
        let courier = Courier {
            db: &D1::from_env(&self.env)?,
            records: &RecordClient::from_env(&self.env).map_err(away)?,
            situations: &SituationQueue::from_env(&self.env, settle).map_err(away)?,
            entropy: &Randomness,
            retention: self.retention(),
            now: now(),
        };
        for failure in courier.hand_on(&storage).await?.failures {
            log(Level::Warn, PART, "not handed on, will be tried again", failure);
        }
        inbox::sweep(&storage, self.retention(), now())
    }
}

/// The event's JSON text and the raw body.
fn split(bytes: &[u8], event_bytes: u32) -> Option<(&str, &[u8])> {
    let (event, body) = bytes.split_at_checked(usize::try_from(event_bytes).ok()?)?;
    Some((core::str::from_utf8(event).ok()?, body))
}

fn raw_answer(raw: Option<(RawBody, Vec<u8>)>) -> Result<Response> {
    let (about, body) = raw.map_or((None, Vec::new()), |(about, body)| (Some(about), body));
    match frame::encode(&about, &[&body]) {
        Ok(frame) => Response::from_bytes(frame),
        Err(error) => json(500, &error.to_string()),
    }
}
