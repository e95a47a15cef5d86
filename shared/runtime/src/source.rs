use nerve_intake::{Delivery, Received, Source, receive};
use nerve_model::{Event, EventId};
use nerve_ports::Unreachable;
use nerve_protocol::{inbox::Accepted, limits::MAX_BODY_BYTES};
use nerve_signatures::Secrets;
use serde::Serialize;
use worker::{
    Env, Result,
    web_sys::{Request, Response},
};

use crate::{
    InboxClient, Level, Randomness, TooLarge, cancel_body, headers_of, log, now, plain_json, read_body, secret,
};

/// The answer to a vendor.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Answer {
    Accepted { events: Vec<EventId> },
    Duplicate { events: Vec<EventId>, duplicates: u32 },
    Ignored { reason: &'static str, subject: String },
    Rejected { reason: String },
    Unavailable { reason: &'static str },
}

/// Serves a webhook source: everything a source's worker does.
pub async fn serve<S: Source>(request: Request, env: &Env) -> Result<Response> {
    let method = request.method();
    if method != "POST" {
        cancel_body(&request).await;
        let answer = Answer::Rejected { reason: "webhooks are sent with POST".to_owned() };
        return plain_json(405, &answer, &[("allow", "POST")]);
    }
    let body = match read_body(&request, MAX_BODY_BYTES).await? {
        Ok(body) => body,
        Err(TooLarge) => return plain_json(413, &Answer::Rejected { reason: "the body is too large".to_owned() }, &[]),
    };
    // The URL stays text: parsing it would bring tables of the world's scripts into every worker.
    let delivery = Delivery { method, url: request.url(), headers: headers_of(&request), body, received_at: now() };
    let (status, answer) = take::<S>(&delivery, env).await;
    plain_json(status, &answer, &[])
}

async fn take<S: Source>(delivery: &Delivery, env: &Env) -> (u16, Answer) {
    let secrets = Secrets::parse(&secret(env, &secrets_name::<S>()).unwrap_or_default());
    match receive::<S>(delivery, &secrets, &Randomness) {
        Received::Events(events) => keep::<S>(delivery, &events, env).await,
        Received::Ignored(ignored) => {
            log(Level::Info, S::NAME.as_str(), "ignored", format_args!("{}: {}", ignored.reason, ignored.subject));
            (200, Answer::Ignored { reason: ignored.reason, subject: ignored.subject })
        }
        Received::Rejected(rejection) => {
            log(Level::Warn, S::NAME.as_str(), "rejected", rejection);
            (401, Answer::Rejected { reason: rejection.to_string() })
        }
        Received::Malformed(malformed) => {
            log(Level::Warn, S::NAME.as_str(), "malformed", &malformed);
            (400, Answer::Rejected { reason: malformed.to_string() })
        }
    }
}

/// `STRIPE_SECRETS` for `stripe`.
fn secrets_name<S: Source>() -> String {
    format!("{}_SECRETS", S::NAME.as_str().to_ascii_uppercase())
}

async fn keep<S: Source>(delivery: &Delivery, events: &[Event], env: &Env) -> (u16, Answer) {
    match keep_all::<S>(delivery, events, env).await {
        Ok(kept) => (200, summarize(&kept)),
        Err(error) => {
            log(Level::Error, S::NAME.as_str(), "not stored", error);
            (503, Answer::Unavailable { reason: "cannot store now, please send again" })
        }
    }
}

/// All or an error: the vendor then sends the delivery again, and what was kept counts as a duplicate.
async fn keep_all<S: Source>(delivery: &Delivery, events: &[Event], env: &Env) -> Result<Vec<Accepted>, Unreachable> {
    let client = InboxClient::from_env(env)?;
    let headers = delivery.headers.select(S::KEPT_HEADERS);
    let mut kept = Vec::with_capacity(events.len());
    for event in events {
        kept.push(client.accept(event, headers.clone(), &delivery.body).await?);
    }
    Ok(kept)
}

/// A delivery is a duplicate when every event in it is.
fn summarize(kept: &[Accepted]) -> Answer {
    let mut events = Vec::with_capacity(kept.len());
    let mut copies = Some(0);
    for accepted in kept {
        match accepted {
            Accepted::Accepted { event } => {
                events.push(*event);
                copies = None;
            }
            Accepted::Duplicate { event, duplicates } => {
                events.push(*event);
                copies = copies.map(|most: u32| most.max(*duplicates));
            }
        }
    }
    match copies {
        Some(duplicates) if !events.is_empty() => Answer::Duplicate { events, duplicates },
        _ => Answer::Accepted { events },
    }
}
