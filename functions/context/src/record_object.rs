use crate::{Tables, answer, reply};
use nerve_ledger::privacy::Words;
use nerve_protocol::{frame, record::Command};
use nerve_runtime::{ObjectSql, now, read_call};
use nerve_situation::{forget, timeline};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

const PART: &str = "record";

/// The timeline of one record.
///
/// Concurrency: each command is one synchronous call into the state machine.
#[durable_object(fetch)]
pub struct Record {
    tables: Tables,
}

impl DurableObject for Record {
    fn new(state: State, _env: Env) -> Self {
        Self { tables: Tables::new(&state, timeline::open::<ObjectSql>) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        match frame::decode::<Command>(&read_call(request.inner()).await?) {
            Ok((command, _)) => self.handle(command),
            Err(error) => reply(400, &error.to_string()),
        }
    }
}

impl Record {
    fn handle(&self, command: Command) -> Result<Response> {
        let sql = match self.tables.open() {
            Ok(sql) => sql,
            Err(error) => return answer::<()>(PART, Err(error)),
        };
        match command {
            Command::Append { entries } => {
                let append = |entry| timeline::append(sql, entry, now());
                answer(PART, entries.iter().map(append).collect::<core::result::Result<Vec<_>, _>>())
            }
            Command::Confirm { up_to } => answer(PART, timeline::confirm(sql, up_to)),
            Command::Pending { history } => answer(PART, timeline::pending(sql, history, now())),
            Command::Compare(asked) => answer(PART, timeline::compare(sql, &asked)),
            Command::Erase => answer(PART, forget::erase(sql)),
            Command::Scrub { words } => {
                let words = Words::replacing(words);
                answer(PART, forget::scrub(sql, |text| words.without(text)))
            }
            Command::Timeline(span) => answer(PART, timeline::page(sql, &span)),
        }
    }
}
