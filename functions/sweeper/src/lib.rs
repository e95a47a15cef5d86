//! Each minute: sends again what was lost, expires what nobody decided, goes on with forgetting.
//!
//! What it does lives in `nerve_engine::sweep`.

use nerve_engine::{Eraser, Swept, sweep, sweep_erasures};
use nerve_runtime::{ActionQueue, D1, Level, ObjectErasureTargets, Randomness, SituationQueue, log, now};
use worker::{Env, ScheduleContext, ScheduledEvent, event};

const PART: &str = "sweeper";

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match run(&env).await {
        Ok(swept) => log(Level::Info, PART, "swept", swept),
        Err(error) => log(Level::Error, PART, "will be tried in a minute", error),
    }
}

async fn run(env: &Env) -> Result<Swept, String> {
    let text = |error: &dyn core::fmt::Display| error.to_string();
    let database = D1::from_env(env).map_err(|error| text(&error))?;
    let actions = ActionQueue::from_env(env).map_err(|error| text(&error))?;
    let situations = SituationQueue::from_env(env).map_err(|error| text(&error))?;
    let swept = sweep(&database, &actions, &situations, &Randomness, now()).await.map_err(|error| text(&error))?;
    let targets = ObjectErasureTargets::from_env(env).map_err(|error| text(&error))?;
    let eraser = Eraser { db: &database, targets: &targets, entropy: &Randomness, now: now() };
    match sweep_erasures(&eraser).await.map_err(|error| text(&error))? {
        0 => {}
        stuck => log(Level::Warn, PART, "erasures do not go on", stuck),
    }
    Ok(swept)
}
