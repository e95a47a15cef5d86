use crate::{
    attributes::{Attributes, percent_decoded},
    binding::{CloudEvent, Mode, events},
};
use nerve_event_form::Frame;
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Item, Malformed, NewEvent, Outcome, Selected, Source};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, credentials, standard_webhooks};
use serde_json::{Map, Value, json};

const UNKNOWN: &str = "event type is none of Nerve's kinds";

/// The prefix of a secret that signs and is never sent.
const SIGNING: &str = "whsec_";

/// Senders of CloudEvents 1.0 over HTTP.
#[derive(Debug)]
pub struct CloudEvents;

impl Source for CloudEvents {
    const NAME: SourceName = SourceName::from_static("cloudevents");

    const TITLE: &'static str = "CloudEvents";

    const ASKED_FIRST: bool = true;

    const SELECTED: &'static [Selected] = &[
        Selected {
            delivery: "a type that is or ends in one of Nerve's kinds",
            becomes: Becomes::Event(nerve_event_form::KINDS),
        },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(UNKNOWN) },
    ];

    /// The headers needed to parse an event in binary mode, and the signature, which is no secret.
    const KEPT_HEADERS: &'static [&'static str] = &[
        "content-type",
        "user-agent",
        "ce-specversion",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-subject",
        "ce-time",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ];

    /// A signing secret is not accepted as a token: a token is visible in the delivery.
    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let (keys, tokens) = secrets.divide(SIGNING);
        let header = |name: &str| delivery.headers.get(name);
        if header("webhook-signature").is_none() {
            // Brokers that send no header of ours put the token into the address (RFC 6750, section 2.3).
            return match (header("authorization"), access_token(&delivery.url)) {
                (None, Some(token)) => credentials::verify_token(Some(&token), &tokens),
                (authorization, _) => credentials::verify_bearer(authorization, &tokens),
            }
            .map(|()| Trust::Token);
        }
        let headers = standard_webhooks::Headers::named("webhook", header);
        let tolerance = standard_webhooks::TOLERANCE;
        standard_webhooks::verify(headers, &delivery.body, &keys, tolerance, delivery.received_at)?;
        // The signature covers the body only; in binary mode the attributes are in headers.
        Ok(if Mode::of(delivery) == Ok(Mode::Binary) { Trust::Token } else { Trust::Signed })
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let mut items = Vec::new();
        let mut events = events(delivery)?;
        if events.len() == 1 && Mode::of(delivery) != Ok(Mode::Batch) {
            let only = events.remove(0)?;
            return Ok(Outcome::Items(vec![item(only, delivery, deployment)?]));
        }
        for event in events {
            let read = event.and_then(|event| item(event, delivery, deployment));
            items.push(read.unwrap_or_else(Item::Malformed));
        }
        Ok(Outcome::Items(items))
    }
}

/// The value of `access_token` in the address.
fn access_token(url: &str) -> Option<String> {
    let (_, query) = url.split('#').next()?.split_once('?')?;
    query.split('&').find_map(|pair| percent_decoded(pair.strip_prefix("access_token=")?))
}

fn item(event: CloudEvent<'_>, delivery: &Delivery, deployment: &Deployment<'_>) -> Result<Item, Malformed> {
    let Some(kind) = kind(&event.attributes.event_type) else {
        return Ok(Item::ignored(UNKNOWN, &event.attributes.event_type));
    };
    let (attributes, data) = event.data()?;
    let document = document(kind, &attributes, data)?;
    event_of(&attributes, &document, delivery, deployment).map(|event| Item::Event(Box::new(event)))
}

/// The kind named by a type, or by its end after a reverse-DNS name: `com.acme.form.submitted`.
fn kind(event_type: &str) -> Option<EventKind> {
    let ends = |kind: &EventKind| {
        event_type.strip_suffix(kind.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    EventKind::ALL.iter().copied().find(ends)
}

/// Data with a `detail` is a document of the input form; other data is the detail, as Nerve exports it.
fn document(
    kind: EventKind,
    attributes: &Attributes,
    data: Map<String, Value>,
) -> Result<Map<String, Value>, Malformed> {
    let mut document =
        if data.contains_key("detail") { data } else { Map::from_iter([("detail".to_owned(), Value::Object(data))]) };
    let said = document.insert("kind".to_owned(), json!(kind));
    if said.is_some_and(|said| said != json!(kind)) {
        return Err(Malformed("data.kind must be that of the type of the event".to_owned()));
    }
    for (name, attribute) in [("subject", &attributes.subject), ("occurred_at", &attributes.time)] {
        if let Some(attribute) = attribute {
            document.insert(name.to_owned(), json!(attribute));
        }
    }
    Ok(document)
}

/// By the specification, `source` and `id` together are unique for each distinct event.
fn event_of(
    attributes: &Attributes,
    document: &Map<String, Value>,
    delivery: &Delivery,
    deployment: &Deployment<'_>,
) -> Result<NewEvent, Malformed> {
    let Attributes { source, id, .. } = attributes;
    let frame = Frame {
        scope: &format!("cloudevents:{source}"),
        delivery: &format!("{source} {id}"),
        received_at: delivery.received_at,
        people: &deployment.people,
    };
    nerve_event_form::event(document, frame)
}
