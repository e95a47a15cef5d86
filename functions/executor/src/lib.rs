//! Consumes `nerve-actions`: carries approved proposals out.
//!
//! What it does lives in `nerve_engine::Executor`.

use nerve_connectors::Team;
use nerve_engine::Executor;
use nerve_protocol::queue::ActionDue;
use nerve_runtime::{Consumed, D1, Internet, Level, Randomness, consume_together, log, now, secret};
use worker::{Context, Env, MessageBatch, Result, event};

const PART: &str = "executor";

/// How many proposals are carried out at once. The platform gives an invocation six connections.
const AT_ONCE: usize = 5;

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    let team = team(&env);
    consume_together(PART, &batch, AT_ONCE, async |ActionDue::V1 { proposal }| {
        let carried = match D1::from_env(&env) {
            Ok(database) => {
                let executor =
                    Executor { db: &database, entropy: &Randomness, http: &Internet, team: &team, now: now() };
                executor.execute(proposal).await
            }
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

fn team(env: &Env) -> Team {
    let [url, format, key] = ["NOTIFY_URL", "NOTIFY_FORMAT", "NOTIFY_SECRET"].map(|name| secret(env, name));
    Team::configure(url.as_deref(), format.as_deref(), key.as_deref())
}
