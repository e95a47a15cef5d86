//! Consumes `nerve-actions`: executes approved proposals. Answers bound workers with the list of operations.
//!
//! The logic is in `nerve_engine::Executor` and `nerve_connectors`.

use nerve_connectors::Team;
use nerve_engine::{ExecutionOutcome, Executor};
use nerve_model::ProposalId;
use nerve_ports::DatabaseError;
use nerve_protocol::{executor::OPERATIONS_PATH, queue::ActionDue};
use nerve_runtime::{Consumed, D1, Internet, Level, Randomness, consume_together, json, log, now, secret};
use worker::{Context, Env, MessageBatch, Request, Response, Result, event};

const PART: &str = "executor";

/// The number of proposals executed at once. The platform gives an invocation six connections.
const AT_ONCE: usize = 5;

/// Reached through service bindings only.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    match request.path().as_str() {
        OPERATIONS_PATH => json(200, &nerve_connectors::operations(&team(&env))),
        _ => json(404, &serde_json::json!({"status": "rejected", "reason": "not found"})),
    }
}

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    let team = team(&env);
    consume_together(PART, &batch, AT_ONCE, async |ActionDue::V1 { proposal }| {
        match execute(&env, &team, proposal).await {
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

async fn execute(
    env: &Env,
    team: &Team,
    proposal: ProposalId,
) -> core::result::Result<ExecutionOutcome, DatabaseError> {
    let database = D1::from_env(env)?;
    let executor = Executor { db: &database, entropy: &Randomness, http: &Internet, team, now: now() };
    executor.execute(proposal).await
}

fn team(env: &Env) -> Team {
    let [url, format, key] = ["NOTIFY_URL", "NOTIFY_FORMAT", "NOTIFY_SECRET"].map(|name| secret(env, name));
    Team::configure(url.as_deref(), format.as_deref(), key.as_deref())
}
