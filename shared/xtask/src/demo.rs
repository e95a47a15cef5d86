//! `--demo`: a short story of signed deliveries, told through the real hooks.
//!
//! Identifiers are fixed, and times are relative to now; told again, every delivery is a
//! duplicate.

mod story;
mod stripe;
mod week;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use nerve_model::Timestamp;
use nerve_signatures::{Secret, Secrets, timestamped_hex};
use serde_json::Value;

use crate::clock;
use crate::http::Local;
use crate::output::{self, Stopwatch};
use crate::vars::{ADMIN_TOKEN, Vars};
use story::{STORY, Step};

/// How long a proposal may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(250);

/// Plays the story, or as much of it as there is time for before `stopped`.
pub(crate) fn play(server: &Local, vars: &Vars, stopped: &dyn Fn() -> bool) -> Result<()> {
    output::section("Playing the demo");
    for hook in week::WEEK.iter().filter(|hook| hook.secret(vars).is_some()) {
        if stopped() {
            return Ok(());
        }
        let status = week::deliver(server, vars, hook, timestamp())?;
        output::note(&format!("{status:<9}  {:<30}  Elena Marlow: {}", hook.source, hook.tells));
    }
    let secrets = Secrets::parse(vars.get("STRIPE_SECRETS").unwrap_or_default());
    let secret = secrets.iter().next().context("the demo needs STRIPE_SECRETS to sign with")?;
    for step in STORY {
        if stopped() {
            break;
        }
        match step {
            Step::Deliver(delivery) => deliver(server, secret, delivery)?,
            Step::UntilProposed(customer) => wait_for_proposal(server, vars, customer.name, stopped)?,
        }
    }
    Ok(())
}

fn timestamp() -> Timestamp {
    Timestamp::from_seconds(i64::try_from(clock::now().as_secs()).unwrap_or(i64::MAX))
}

fn deliver(server: &Local, secret: &Secret, delivery: &story::Delivery) -> Result<()> {
    let body = stripe::event(delivery, clock::now().as_secs()).to_string();
    let signature = timestamped_hex::sign(secret, body.as_bytes(), timestamp());
    let headers = [("content-type", "application/json"), ("stripe-signature", signature.as_str())];
    let answer = server.post("/hooks/stripe", &headers, &body)?;
    let status = answer.json().with_context(|| format!("{} was refused", delivery.event))?;
    let status = status["status"].as_str().unwrap_or("no status");
    output::note(&format!("{status:<9}  {:<30}  {}", delivery.kind.event_type(), delivery.customer.name));
    Ok(())
}

/// The payment that settles a failure has to come after the failure was understood: that is what
/// the chapter is about. Without a token or in a slow instance the story goes on all the same.
fn wait_for_proposal(server: &Local, vars: &Vars, customer: &str, stopped: &dyn Fn() -> bool) -> Result<()> {
    let Some(token) = vars.get(ADMIN_TOKEN) else {
        output::warn("no NERVE_ADMIN_TOKEN, so the story does not wait for proposals");
        return Ok(());
    };
    let watch = Stopwatch::start();
    while !stopped() {
        if is_proposed(server, token, customer)? {
            return Ok(());
        }
        if watch.elapsed() > PATIENCE {
            output::warn(&format!("no proposal for {customer} after {} s", PATIENCE.as_secs()));
            return Ok(());
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}

fn is_proposed(server: &Local, token: &str, customer: &str) -> Result<bool> {
    let bearer = format!("Bearer {token}");
    let answer = server.get("/api/proposals?limit=100", &[("authorization", bearer.as_str())])?;
    if answer.status >= 500 {
        return Ok(false);
    }
    let list = answer.json().context("GET /api/proposals")?;
    let Some(items) = list["items"].as_array() else { bail!("GET /api/proposals has no items") };
    Ok(items.iter().any(|proposal| names(proposal, customer)))
}

fn names(proposal: &Value, customer: &str) -> bool {
    proposal["record"]["name"].as_str() == Some(customer)
}
