use crate::{message::Message, vendor};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Reply, Selected, Source,
    reading::{Loose, VendorId, json, required},
};
use nerve_model::{EventKind, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, v0_hex};
use serde::Deserialize;

/// The tolerance that Slack prescribes: <https://docs.slack.dev/authentication/verifying-requests-from-slack>.
const TOLERANCE: Millis = Millis::minutes(5);

/// The longest challenge that is answered, in bytes.
const MAX_CHALLENGE_BYTES: usize = 1_000;

const BOT: &str = "message of a bot";
const SUBTYPE: &str = "edit, notice or other message without news";
const OURS: &str = "message of our own people";
const INTERACTION: &str = "button or form, no event";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

/// Slack's Events API.
#[derive(Debug)]
pub struct Slack;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    #[serde(rename = "type")]
    kind: Loose<String>,
    challenge: Loose<String>,
    event_id: Loose<VendorId>,
    /// The installations of the app that receive the event: ours.
    authorizations: Loose<Vec<Loose<Installed>>>,
    /// The workspace of the event; ours, unless an installation says otherwise.
    team_id: Loose<VendorId>,
    event: Loose<Message>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Installed {
    team_id: Loose<VendorId>,
}

impl Source for Slack {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Slack";

    const SELECTED: &'static [Selected] = &[
        Selected {
            delivery: "message of somebody from another workspace (Slack Connect)",
            becomes: Becomes::Event(&[EventKind::EmailReceived]),
        },
        Selected { delivery: "message of our own workspace", becomes: Becomes::Ignored(OURS) },
        Selected { delivery: "message with a bot_id", becomes: Becomes::Ignored(BOT) },
        Selected {
            delivery: "message with a subtype other than file_share, thread_broadcast and me_message",
            becomes: Becomes::Ignored(SUBTYPE),
        },
        Selected { delivery: "url_verification", becomes: Becomes::Handshake },
        Selected { delivery: "an interaction (payload=...)", becomes: Becomes::Ignored(INTERACTION) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &[
        "content-type",
        "user-agent",
        "x-slack-signature",
        "x-slack-request-timestamp",
        "x-slack-retry-num",
        "x-slack-retry-reason",
    ];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        let (signature, timestamp) = (header("x-slack-signature"), header("x-slack-request-timestamp"));
        v0_hex::verify(signature, timestamp, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, _: &Deployment<'_>) -> Result<Outcome, Fault> {
        if delivery.body.starts_with(b"payload=") {
            return Ok(Outcome::ignored(INTERACTION, "payload"));
        }
        let envelope: Envelope = json(&delivery.body, "the event")?;
        match required(envelope.kind.0.as_deref(), "type")? {
            "url_verification" => {
                let challenge = envelope.challenge.0.filter(|text| text.len() <= MAX_CHALLENGE_BYTES);
                let body = required(challenge, "challenge")?;
                Ok(Outcome::Reply(Reply { status: 200, content_type: "text/plain; charset=utf-8", body }))
            }
            "event_callback" => callback(envelope, delivery),
            other => Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
        }
    }
}

fn callback(envelope: Envelope, delivery: &Delivery) -> Result<Outcome, Fault> {
    let message = required(envelope.event.0, "event")?;
    if message.kind() != "message" {
        return Ok(Outcome::ignored(NOT_SUBSCRIBED, message.kind()));
    }
    // Our own app's messages return as events: answering them would never end.
    if message.is_bots() {
        return Ok(Outcome::ignored(BOT, message.channel()));
    }
    if message.is_notice() {
        return Ok(Outcome::ignored(SUBTYPE, message.subtype()));
    }
    let id = required(envelope.event_id.0, "event_id")?;
    let installed = envelope.authorizations.items().find_map(|it| it.team_id.0.clone());
    let home = required(installed.or(envelope.team_id.0), "team_id")?;
    match message.sender(&home)? {
        Some(team) => Ok(Outcome::event(message.received(&id, &team, delivery.received_at)?)),
        None => Ok(Outcome::ignored(OURS, message.channel())),
    }
}
