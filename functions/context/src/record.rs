use core::cell::Cell;
use nerve_context::timeline;
use nerve_model::Millis;
use nerve_ports::{DatabaseError, Situations, Wake};
use nerve_protocol::{frame, limits::backoff, record::Command};
use nerve_runtime::{Level, ObjectSql, SituationQueue, TooLarge, arm, armed, json, log, now, number_var, read_body};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

const PART: &str = "record";

/// The largest command: one event with its match.
const MAX_COMMAND_BYTES: usize = 2_000_000;

/// The timeline of one record.
///
/// Concurrency: every command is one synchronous call into the state machine. The alarm awaits only the queue, after
/// reading what to announce; an append that runs meanwhile sets the alarm itself.
#[durable_object]
pub struct Record {
    state: State,
    env: Env,
    open: Cell<bool>,
}

impl DurableObject for Record {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, open: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = match read_body(&mut request, MAX_COMMAND_BYTES).await? {
            Ok(body) => body,
            Err(TooLarge) => return json(413, &"command too large"),
        };
        match frame::decode::<Command>(&body) {
            Ok((command, _)) => self.handle(command).await,
            Err(error) => json(400, &error.to_string()),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let wake = self.announce().await.unwrap_or_else(|error| {
            log(Level::Error, PART, "alarm failed", error);
            Wake::By(now() + backoff(4))
        });
        // The platform gives up on an alarm that keeps failing, so it never fails: it is set again instead.
        // A request that ran meanwhile may have set it, perhaps to an earlier time.
        let storage = self.state.storage();
        arm(&storage, armed(&storage).await?, wake).await?;
        Response::empty()
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

    async fn handle(&self, command: Command) -> Result<Response> {
        let storage = match self.storage() {
            Ok(storage) => storage,
            Err(error) => return crate::answer::<()>(PART, Err(error)),
        };
        match command {
            Command::Append { record, event, matched } => {
                let armed = armed(&self.state.storage()).await?;
                let appended = timeline::append(&storage, record, &event, &matched, now());
                self.arm(&storage, armed).await?;
                crate::answer(PART, appended)
            }
            Command::Confirm { up_to } => {
                let armed = armed(&self.state.storage()).await?;
                let confirmed = timeline::confirm(&storage, up_to);
                self.arm(&storage, armed).await?;
                crate::answer(PART, confirmed)
            }
            Command::Pending { history } => crate::answer(PART, timeline::pending(&storage, history)),
            Command::Timeline { before, kind, limit } => {
                crate::answer(PART, timeline::page(&storage, before, kind, limit))
            }
        }
    }

    async fn arm(&self, storage: &ObjectSql, armed: Wake) -> Result<()> {
        let settle = Millis(number_var(&self.env, "SETTLE_MS", 2_000).max(0));
        let wake = timeline::wake(storage, settle).unwrap_or_else(|_| Wake::By(now() + backoff(4)));
        arm(&self.state.storage(), armed, wake).await
    }

    async fn announce(&self) -> core::result::Result<Wake, DatabaseError> {
        let Some(announcement) = timeline::announcement(&self.storage()?, now())? else {
            return Ok(Wake::NotNeeded);
        };
        let sent = match SituationQueue::from_env(&self.env) {
            Ok(queue) => queue.announce(announcement.record).await,
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            log(Level::Warn, PART, "not announced, will be tried again", error);
        }
        Ok(Wake::By(announcement.again_at))
    }
}
