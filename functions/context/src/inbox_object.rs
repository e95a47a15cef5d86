use crate::{Tables, answer, reply};
use nerve_completion::complete;
use nerve_engine::Dispatcher;
use nerve_intake::{
    Ignored,
    inbox::{self, Arrival},
};
use nerve_ledger::privacy::Words;
use nerve_model::Millis;
use nerve_ports::{DatabaseError, Unreachable, Wake};
use nerve_protocol::{
    frame,
    inbox::{Accept, Accepted, Command, Forget, RawBody},
    limits::backoff,
    unread::Unread,
};
use nerve_runtime::{
    Alarm, D1, Level, ObjectSql, Randomness, RecordClient, SituationQueue, Vars, log, now, number_var, read_call,
};
use nerve_source_metrics::book;
use worker::{DurableObject, Env, Request, Response, ResponseBuilder, Result, State, Storage, durable_object};

const PART: &str = "inbox";

/// Stores the deliveries of one partition until they are dispatched.
///
/// Concurrency: each state change is one synchronous call into the state machine. Between such calls the alarm awaits
/// the database and other objects, and requests may run meanwhile; so the alarm reads the due work anew, and each
/// change names the delivery by its key.
#[durable_object]
pub struct Inbox {
    env: Env,
    tables: Tables,
    storage: Storage,
    alarm: Alarm,
    /// The time that an event waits for others to be dispatched with it.
    debounce: Millis,
}

impl DurableObject for Inbox {
    fn new(state: State, env: Env) -> Self {
        Self {
            tables: Tables::new(&state, inbox::open::<ObjectSql>),
            storage: state.storage(),
            alarm: Alarm::default(),
            debounce: Millis(number_var(&env, "DEBOUNCE_MS", 2_000).max(0)),
            env,
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        match frame::decode::<Command>(&read_call(request.inner()).await?) {
            Ok((command, bytes)) => self.handle(command, bytes).await,
            Err(error) => reply(400, &error.to_string()),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.alarm.went_off();
        let outcome = self.work().await;
        if let Err(error) = &outcome {
            log(Level::Error, PART, "alarm failed", error);
        }
        // The platform gives up on an alarm that keeps failing, so this one never fails: it is set again instead.
        let wake = outcome.and_then(|()| inbox::wake(self.tables.open()?, self.debounce));
        let wake = wake.unwrap_or_else(|_| Wake::By(now() + backoff(3)));
        self.alarm.arm(&self.storage, wake).await?;
        Response::empty()
    }
}

impl Inbox {
    async fn handle(&self, command: Command, bytes: &[u8]) -> Result<Response> {
        match command {
            Command::Accept(accept) => self.accept(&accept, bytes).await,
            Command::Inspect { dedup_key } => {
                answer(PART, self.tables.open().and_then(|sql| inbox::inspect(sql, &dedup_key)))
            }
            Command::Raw { dedup_key } => match self.tables.open().and_then(|sql| inbox::raw(sql, &dedup_key)) {
                Ok(raw) => raw_answer(raw),
                Err(error) => answer::<()>(PART, Err(error)),
            },
            Command::Erase(Forget { dedup_key, words }) => {
                answer(PART, self.tables.open().and_then(|sql| inbox::erase(sql, &dedup_key, &words, now())))
            }
            Command::Scrub(Forget { dedup_key, words }) => {
                let words = Words::replacing(words);
                let scrub = |sql| inbox::scrub(sql, &dedup_key, |text| words.without(text), now());
                answer(PART, self.tables.open().and_then(scrub))
            }
            Command::Report(report) => answer(PART, self.book().and_then(|sql| book::keep(sql, &report, now()))),
            Command::SourceMetrics => answer(PART, self.book().and_then(|sql| book::read(sql, now()))),
        }
    }

    /// The storage with the table of a source's figures, which only the object of a source has.
    fn book(&self) -> core::result::Result<&ObjectSql, DatabaseError> {
        let sql = self.tables.open()?;
        book::open(sql)?;
        Ok(sql)
    }

    async fn accept(&self, accept: &Accept, bytes: &[u8]) -> Result<Response> {
        let Some((event, body)) = split(bytes, accept.event_bytes) else {
            return reply(400, &"the frame does not hold the event it announces");
        };
        let Accept { inbox, event: id, dedup_key, headers, unread, .. } = accept;
        let completed = match completed(event, unread, body) {
            Ok(completed) => completed,
            Err(Ignored { reason, subject }) => {
                return reply(200, &Accepted::Ignored { reason: reason.into_owned(), subject });
            }
        };
        let event = completed.as_deref().unwrap_or(event);
        let armed = self.alarm.armed(&self.storage).await?;
        match self.keep(Arrival { inbox, id: *id, dedup_key, event, headers, body }, armed) {
            Ok((accepted, wake)) => {
                // If this fails, the caller sends again: the copy is counted and the alarm set.
                self.alarm.arm(&self.storage, wake).await?;
                reply(200, &accepted)
            }
            Err(error) => answer::<()>(PART, Err(error)),
        }
    }

    /// Stores the arrival and returns the time of the alarm, if it is earlier than the one that is set.
    fn keep(&self, arrival: Arrival<'_>, armed: Wake) -> core::result::Result<(Accepted, Wake), DatabaseError> {
        let (sql, now) = (self.tables.open()?, now());
        let accepted = inbox::accept(sql, arrival, now)?;
        let soon = Wake::By(now + self.debounce);
        let wake = if armed.serves(soon) { Wake::NotNeeded } else { inbox::wake(sql, self.debounce)? };
        Ok((accepted, wake))
    }

    async fn work(&self) -> core::result::Result<(), DatabaseError> {
        let sql = self.tables.open()?;
        let retention = inbox::retention(sql, &Vars(&self.env))?;
        let away = |error: Unreachable| DatabaseError::Unavailable(error.to_string());
        let dispatcher = Dispatcher {
            db: &D1::from_env(&self.env)?,
            records: &RecordClient::from_env(&self.env).map_err(away)?,
            situations: &SituationQueue::from_env(&self.env).map_err(away)?,
            entropy: &Randomness,
            retention,
            now: now(),
        };
        for failure in dispatcher.dispatch(sql).await?.failures {
            log(Level::Warn, PART, "not handed on, will be tried again", failure);
        }
        inbox::sweep(sql, retention, now())
    }
}

/// The event's JSON text and the raw body.
fn split(bytes: &[u8], event_bytes: u32) -> Option<(&str, &[u8])> {
    let (event, body) = bytes.split_at_checked(usize::try_from(event_bytes).ok()?)?;
    Some((core::str::from_utf8(event).ok()?, body))
}

/// The event's text, completed by what its source left unread; `None` if there is nothing to complete, or if the text
/// does not parse as an event, which the inbox keeps as it is.
fn completed(event: &str, unread: &Unread, body: &[u8]) -> core::result::Result<Option<String>, Ignored> {
    if unread.is_empty() {
        return Ok(None);
    }
    let Ok(event) = serde_json::from_str(event) else { return Ok(None) };
    Ok(serde_json::to_string(&complete(event, unread, body)?).ok())
}

fn raw_answer(raw: Option<(RawBody, Vec<u8>)>) -> Result<Response> {
    let (about, body) = raw.map_or((None, Vec::new()), |(about, body)| (Some(about), body));
    match frame::encode(&about, &[&body]) {
        Ok(frame) => Ok(ResponseBuilder::new().fixed(frame)),
        Err(error) => reply(500, &error.to_string()),
    }
}
