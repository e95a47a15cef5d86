use nerve_intake::{
    Arrived, Delivery, Deployment, Ignored, MAIL, Malformed, Permission, Received, Reply, Settings, Source, Taken,
    permission, read, receive,
};
use nerve_model::{EventId, Trust};
use nerve_ports::Unreachable;
use nerve_protocol::{inbox::Accepted, limits::MAX_BODY_BYTES, source_metrics::Fate};
use nerve_signatures::Secrets;
use serde::Serialize;
use std::borrow::Cow;
use worker::{
    Context, Env, Error, ForwardableEmailMessage, Result,
    wasm_bindgen::JsCast,
    web_sys::{Request, Response},
};

use crate::{
    Figures, InboxClient, Randomness, TooLarge, cancel_body, headers_of, now, plain_json, plain_text, read_body,
    read_stream, secret,
};

/// The answer to a vendor.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Answer {
    Accepted {
        events: Vec<EventId>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unreadable: Vec<String>,
    },
    Duplicate {
        events: Vec<EventId>,
        duplicates: u32,
    },
    Ignored {
        reason: Cow<'static, str>,
        subject: String,
    },
    Permitted,
    Rejected {
        reason: String,
    },
    Unavailable {
        reason: &'static str,
    },
}

/// The settings of this worker: `[vars]` in its `wrangler.toml`.
#[derive(Debug)]
pub struct Vars<'a>(pub &'a Env);

impl Settings for Vars<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.var(name).ok().map(|var| var.to_string()).filter(|text| !text.trim().is_empty())
    }
}

/// Serves a webhook source: the complete work of a source's worker.
pub async fn serve<S: Source>(request: Request, env: &Env, context: &Context) -> Result<Response> {
    let method = request.method();
    if S::ASKED_FIRST && method == "OPTIONS" {
        return permit::<S>(&request, env, context).await;
    }
    if method != "POST" {
        cancel_body(&request).await;
        let answer = Answer::Rejected { reason: "webhooks are sent with POST".to_owned() };
        return plain_json(405, &answer, &[("allow", "POST")]);
    }
    let body = match read_body(&request, MAX_BODY_BYTES).await? {
        Ok(body) => body,
        Err(TooLarge) => return plain_json(413, &Answer::Rejected { reason: "the body is too large".to_owned() }, &[]),
    };
    // The URL stays text: a parser would add Unicode tables to each worker.
    let delivery = Delivery { method, url: request.url(), headers: headers_of(&request), body, received_at: now() };
    let secrets = Secrets::parse(&secret(env, &S::secrets_name(&delivery)).unwrap_or_default());
    let (status, answer) = match receive::<S>(&delivery, &secrets, &Vars(env), &Randomness) {
        Received::Reply(Reply { status, content_type, body }) => return plain_text(status, content_type, &body),
        received => process::<S>(&delivery, received, env, context).await,
    };
    plain_json(status, &answer, &[])
}

/// Serves a mail that the platform's mail routing hands over; the platform tells by which route it came, so there is no
/// proof to verify. A mail that cannot be read is rejected for good: its sender learns of it.
///
/// # Errors
///
/// It cannot be stored now: the caller must fail, so that the sender's server sends it again.
pub async fn serve_mail<S: Source>(message: &ForwardableEmailMessage, env: &Env, context: &Context) -> Result<()> {
    // A length is never negative, and too large a number is cut to the limit.
    let size = message.raw_size() as usize;
    let Ok(body) = read_stream(&message.raw().unchecked_into(), size, MAX_BODY_BYTES).await? else {
        message.set_reject("the mail is too large");
        return Ok(());
    };
    let envelope = [("envelope-from", message.from()), ("envelope-to", message.to())];
    let headers = envelope.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let delivery = Delivery { method: MAIL.to_owned(), url: String::new(), headers, body, received_at: now() };
    let vars = Vars(env);
    let received = match Deployment::read(&vars) {
        Ok(deployment) => read::<S>(&delivery, Trust::Token, &Secrets::parse(""), &deployment, &Randomness),
        Err(wrong) => Received::Misconfigured(wrong),
    };
    match process::<S>(&delivery, received, env, context).await {
        (_, Answer::Unavailable { reason }) => Err(Error::RustError(reason.to_owned())),
        (_, Answer::Rejected { reason }) => {
            message.set_reject(&reason);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Stores, ignores or refuses what was received; a reply answers itself.
async fn process<S: Source>(delivery: &Delivery, received: Received, env: &Env, context: &Context) -> (u16, Answer) {
    let tell = Figures { source: S::NAME, shown: S::KEPT_HEADERS, env, context };
    match received {
        Received::Taken(taken) => keep::<S>(delivery, taken, env, &tell).await,
        Received::Reply(_) => keep::<S>(delivery, Taken::default(), env, &tell).await,
        Received::Rejected(rejection) => refuse(&tell, delivery, 401, Fate::Rejected, &rejection.to_string()),
        Received::Malformed(Malformed(reason)) => {
            refuse(&tell, delivery, S::MALFORMED_STATUS, Fate::Malformed, &reason)
        }
        Received::TooMany(long) => refuse(&tell, delivery, 413, Fate::Malformed, &long.to_string()),
        Received::Misconfigured(wrong) => refuse(&tell, delivery, 503, Fate::Unavailable, &wrong.to_string()),
    }
}

/// Answers a sender that asks whether it may send.
async fn permit<S: Source>(request: &Request, env: &Env, context: &Context) -> Result<Response> {
    cancel_body(request).await;
    let (method, url, headers) = (request.method(), request.url(), headers_of(request));
    let delivery = Delivery { method, url, headers, body: Vec::new(), received_at: now() };
    let secrets = Secrets::parse(&secret(env, &S::secrets_name(&delivery)).unwrap_or_default());
    let tell = Figures { source: S::NAME, shown: S::KEPT_HEADERS, env, context };
    let (status, answer) = match permission::<S>(&delivery, &secrets, &Vars(env)) {
        Permission::Granted { origin, rate } => {
            let headers =
                [("webhook-allowed-origin", &*origin), ("webhook-allowed-rate", &rate), ("allow", "OPTIONS, POST")];
            return plain_json(200, &Answer::Permitted, &headers);
        }
        Permission::Rejected(rejection) => refuse(&tell, &delivery, 401, Fate::Rejected, &rejection.to_string()),
        Permission::Nobody => (405, Answer::Rejected { reason: "OPTIONS needs WebHook-Request-Origin".to_owned() }),
        Permission::Misconfigured(wrong) => refuse(&tell, &delivery, 503, Fate::Unavailable, &wrong.to_string()),
    };
    plain_json(status, &answer, &[("allow", "OPTIONS, POST")])
}

/// Refuses a delivery. Only the operator learns of the operator's faults.
fn refuse(tell: &Figures<'_>, delivery: &Delivery, status: u16, fate: Fate, reason: &str) -> (u16, Answer) {
    tell.refused(fate, reason, delivery);
    match fate {
        Fate::Unavailable => (status, Answer::Unavailable { reason: "cannot take it now, please send again" }),
        _ => (status, Answer::Rejected { reason: reason.to_owned() }),
    }
}

/// Stores the events. A delivery is malformed if none of its items is readable, and ignored if none is an event.
async fn keep<S: Source>(delivery: &Delivery, taken: Taken, env: &Env, tell: &Figures<'_>) -> (u16, Answer) {
    let Taken { events, ignored, malformed } = taken;
    tell.ignored(&ignored);
    for Malformed(reason) in &malformed {
        tell.refused(Fate::Malformed, reason, delivery);
    }
    if events.is_empty() {
        return nothing_kept::<S>(ignored, malformed);
    }
    match keep_all::<S>(delivery, &events, env).await {
        Ok(kept) => {
            tell.ignored(&kept.ignored);
            match kept.events.is_empty() {
                true => nothing_kept::<S>(ignored.into_iter().chain(kept.ignored).collect(), malformed),
                false => (200, kept.summarize(malformed)),
            }
        }
        Err(error) => refuse(tell, delivery, 503, Fate::Unavailable, &error.to_string()),
    }
}

fn nothing_kept<S: Source>(ignored: Vec<Ignored>, malformed: Vec<Malformed>) -> (u16, Answer) {
    match (ignored.into_iter().next(), malformed.into_iter().next()) {
        (Some(Ignored { reason, subject }), _) => (200, Answer::Ignored { reason, subject }),
        (None, Some(Malformed(reason))) => (S::MALFORMED_STATUS, Answer::Rejected { reason }),
        (None, None) => (200, Answer::Ignored { reason: Cow::Borrowed("nothing in it"), subject: String::new() }),
    }
}

/// The events of a delivery that are stored.
#[derive(Default)]
struct Kept {
    events: Vec<EventId>,
    /// One of them was not stored before.
    new: bool,
    /// The most copies of one of them.
    duplicates: u32,
    /// Items that turned out to be no events when they were read.
    ignored: Vec<Ignored>,
}

/// Stores all events or fails: the vendor then sends the delivery again, and stored events count as duplicates.
async fn keep_all<S: Source>(delivery: &Delivery, events: &[Arrived], env: &Env) -> Result<Kept, Unreachable> {
    let client = InboxClient::from_env(env)?;
    let headers = delivery.headers.select(S::KEPT_HEADERS);
    let mut kept = Kept::default();
    for event in events {
        match client.accept(event, headers.clone(), &delivery.body).await? {
            Accepted::Accepted { event } => {
                kept.events.push(event);
                kept.new = true;
            }
            Accepted::Duplicate { event, duplicates } => {
                kept.events.push(event);
                kept.duplicates = kept.duplicates.max(duplicates);
            }
            Accepted::Ignored { reason, subject } => {
                kept.ignored.push(Ignored { reason: Cow::Owned(reason), subject });
            }
        }
    }
    Ok(kept)
}

impl Kept {
    /// Summarizes the outcome; a delivery is a duplicate if all its events are.
    fn summarize(self, malformed: Vec<Malformed>) -> Answer {
        let Self { events, new, duplicates, .. } = self;
        match new {
            true => {
                Answer::Accepted { events, unreadable: malformed.into_iter().map(|Malformed(reason)| reason).collect() }
            }
            false => Answer::Duplicate { events, duplicates },
        }
    }
}
