//! Consumes `nerve-situations`: recommends, runs the gates, writes proposals.
//!
//! It has no access to tools and can only propose. The logic is in `nerve_engine::Agent`.

use nerve_engine::{Agent, Considered};
use nerve_model::TimeZone;
use nerve_protocol::queue::SituationDue;
use nerve_recommend::Playbook;
use nerve_runtime::{
    ActionQueue, Consumed, D1, ExecutorClient, Level, Randomness, RecordClient, consume, log, now, number_var,
    time_zone,
};
use nerve_situation::{DOCUMENT_BYTES_SETTING, document_bytes};
use worker::{Context, Env, MessageBatch, Result, event};

const PART: &str = "agent";

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    consume(PART, &batch, async |SituationDue::V1 { record }| match consider(&env, record).await {
        Ok(considered) => {
            log(Level::Info, PART, "considered", format_args!("{record}: {considered}"));
            Consumed::Done
        }
        Err(error) => {
            log(Level::Warn, PART, "not considered, will be tried again", format_args!("{record}: {error}"));
            Consumed::Retry
        }
    })
    .await;
    Ok(())
}

async fn consider(env: &Env, record: nerve_model::RecordId) -> core::result::Result<Considered, String> {
    let text = |error: &dyn core::fmt::Display| error.to_string();
    let zone = time_zone(env)?;
    let playbook = Playbook::load(TimeZone::clone(&zone)).map_err(|error| text(&error))?;
    let database = D1::from_env(env).map_err(|error| text(&error))?;
    let records = RecordClient::from_env(env).map_err(|error| text(&error))?;
    let actions = ActionQueue::from_env(env).map_err(|error| text(&error))?;
    let operations = ExecutorClient::from_env(env).map_err(|error| text(&error))?;
    let agent = Agent {
        db: &database,
        records: &records,
        actions: &actions,
        entropy: &Randomness,
        operations: &operations,
        recommender: &playbook,
        document_bytes: document_bytes(number_var(env, DOCUMENT_BYTES_SETTING, 16_384)),
        now: now(),
    };
    agent.consider(record).await.map_err(|error| text(&error))
}
