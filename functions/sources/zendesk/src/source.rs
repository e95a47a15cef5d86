use crate::{
    escalation::{Defined, Subscribed},
    rules::Rules,
    vendor,
};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{Loose, json},
};
use nerve_model::{EventKind, Millis, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, zendesk};
use serde::Deserialize;

/// The tolerance between Zendesk's clock and ours. Zendesk prescribes none; other vendors use five minutes.
const TOLERANCE: Millis = Millis::minutes(5);

const ESCALATED: Becomes = Becomes::Event(&[EventKind::SupportEscalated]);
const SOLVED: Becomes = Becomes::Event(&[EventKind::SupportSolved]);
const NOT_SOLVED: &str = "status that ends no ticket";
const NO_ESCALATION: &str = "does not count as escalated";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

/// Zendesk's webhooks: event subscriptions and triggers.
#[derive(Debug)]
pub struct Zendesk;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    /// The type of a subscription's event: `zen:event-type:ticket.priority_changed`.
    #[serde(rename = "type")]
    event_type: Loose<String>,
    /// The kind of a trigger's message: `escalated` or `solved`.
    kind: Loose<String>,
}

impl Source for Zendesk {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Zendesk";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "a trigger's JSON with \"kind\": \"escalated\"", becomes: ESCALATED },
        Selected { delivery: "ticket.priority_changed, risen to one that counts", becomes: ESCALATED },
        Selected { delivery: "ticket.group_assignment_changed, to a group that counts", becomes: ESCALATED },
        Selected { delivery: "ticket.tags_changed, with a tag that counts", becomes: ESCALATED },
        Selected { delivery: "a trigger's JSON with \"kind\": \"solved\"", becomes: SOLVED },
        Selected { delivery: "ticket.status_changed, to solved or closed", becomes: SOLVED },
        Selected { delivery: "ticket.merged, soft_deleted, permanently_deleted, marked_as_spam", becomes: SOLVED },
        Selected { delivery: "ticket.status_changed, to another status", becomes: Becomes::Ignored(NOT_SOLVED) },
        Selected { delivery: "the same with other values", becomes: Becomes::Ignored(NO_ESCALATION) },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &[
        "content-type",
        "user-agent",
        "x-zendesk-webhook-signature",
        "x-zendesk-webhook-signature-timestamp",
        "x-zendesk-webhook-invocation-id",
    ];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        let signature = header("x-zendesk-webhook-signature");
        let timestamp = header("x-zendesk-webhook-signature-timestamp");
        zendesk::verify(signature, timestamp, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let rules = Rules::of(deployment)?;
        let Kind { event_type, kind } = json(&delivery.body, "the event")?;
        if let Some(kind @ ("escalated" | "solved")) = kind.0.as_deref() {
            let defined: Defined = json(&delivery.body, "what the trigger sends")?;
            return Ok(Outcome::event(defined.event(kind == "solved", delivery, &deployment.people)?));
        }
        let event_type = event_type.0.unwrap_or_default();
        let Some(change) = event_type.strip_prefix("zen:event-type:ticket.") else {
            return Ok(Outcome::ignored(NOT_SUBSCRIBED, &event_type));
        };
        if matches!(change, "status_changed" | "merged" | "soft_deleted" | "permanently_deleted" | "marked_as_spam") {
            let event: Subscribed = json(&delivery.body, "the event")?;
            return match event.ended_as(change) {
                Some(status) => Ok(Outcome::event(event.solved(status, delivery.received_at)?)),
                None => Ok(Outcome::ignored(NOT_SOLVED, &event_type)),
            };
        }
        if !matches!(change, "priority_changed" | "group_assignment_changed" | "tags_changed") {
            return Ok(Outcome::ignored(NOT_SUBSCRIBED, &event_type));
        }
        let event: Subscribed = json(&delivery.body, "the event")?;
        match event.because(change, &rules) {
            Some(because) => Ok(Outcome::event(event.escalated(because, delivery.received_at)?)),
            None => Ok(Outcome::ignored(NO_ESCALATION, &event_type)),
        }
    }
}
