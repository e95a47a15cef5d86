//! Consumes `nerve-actions`: carries approved proposals out.
//!
//! What it does lives in `nerve_engine::carry_out`.

use nerve_engine::carry_out;
use nerve_protocol::queue::ActionDue;
use nerve_runtime::{Consumed, D1, Level, Randomness, consume, log, now};
use worker::{Context, Env, MessageBatch, Result, event};

const PART: &str = "executor";

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    consume(PART, &batch, async |ActionDue::V1 { proposal }| {
        let carried = match D1::from_env(&env) {
            Ok(database) => carry_out(&database, &Randomness, proposal, now()).await,
            Err(error) => Err(error),
        };
        match carried {
            Ok(outcome) => {
                log(Level::Info, PART, "dealt with", format_args!("{proposal}: {outcome}"));
                Consumed::Done
            }
            Err(error) => {
                log(Level::Warn, PART, "will be tried again", format_args!("{proposal}: {error}"));
                Consumed::Retry
            }
        }
    })
    .await;
    Ok(())
}
