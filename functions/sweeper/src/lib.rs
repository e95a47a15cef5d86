//! Runs the sweeper's jobs each minute.
//!
//! The logic lives in `nerve_engine::Sweeper`.

use nerve_engine::{Sweeper, Swept};
use nerve_runtime::{ActionQueue, D1, Level, ObjectErasureTargets, Randomness, SituationQueue, log, now};
use worker::{Env, ScheduleContext, ScheduledEvent, event};

const PART: &str = "sweeper";

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match sweep(&env).await {
        Ok(swept) => swept.iter().for_each(report),
        Err(error) => log(Level::Error, PART, "will be tried in a minute", error),
    }
}

async fn sweep(env: &Env) -> Result<Vec<Swept>, String> {
    let text = |error: &dyn core::fmt::Display| error.to_string();
    let database = D1::from_env(env).map_err(|error| text(&error))?;
    let actions = ActionQueue::from_env(env).map_err(|error| text(&error))?;
    let situations = SituationQueue::from_env(env).map_err(|error| text(&error))?;
    let targets = ObjectErasureTargets::from_env(env).map_err(|error| text(&error))?;
    let sweeper = Sweeper {
        db: &database,
        actions: &actions,
        situations: &situations,
        targets: &targets,
        entropy: &Randomness,
        now: now(),
    };
    Ok(sweeper.sweep().await)
}

fn report((job, result): &Swept) {
    let job = job.as_str();
    match result {
        Ok(0) => {}
        Ok(done) => log(Level::Info, PART, "swept", format_args!("{job}: {done}")),
        Err(error) => log(Level::Error, PART, "will be tried in a minute", format_args!("{job}: {error}")),
    }
}
