use crate::n8n;
use nerve_event_form::Frame;
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Item, Malformed, Outcome, Selected, Source,
    reading::{VendorId, json, required},
};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, standard_webhooks};
use serde_json::Value;

/// Senders that sign by Standard Webhooks and write Nerve's input form.
#[derive(Debug)]
pub struct Standard;

impl Source for Standard {
    const NAME: SourceName = SourceName::from_static("standard");

    const TITLE: &'static str = "Standard Webhooks";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "a document of the input form", becomes: Becomes::Event(nerve_event_form::KINDS) },
        Selected {
            delivery: "an item of n8n's Error Trigger",
            becomes: Becomes::Event(&[EventKind::AutomationFailed]),
        },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let headers = standard_webhooks::Headers::named("webhook", |name| delivery.headers.get(name));
        let tolerance = standard_webhooks::TOLERANCE;
        standard_webhooks::verify(headers, &delivery.body, secrets, tolerance, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let id = delivery.headers.get("webhook-id").and_then(VendorId::new);
        let id = required(id, "the header webhook-id")?;
        let read = |document: &Value, id: &str| {
            let people = &deployment.people;
            item(document, Frame { scope: "standard", delivery: id, received_at: delivery.received_at, people })
        };
        match json(&delivery.body, "the body")? {
            Value::Array(items) => Ok(Outcome::Items(several(&items, id.as_str(), read))),
            document => match read(&document, id.as_str()) {
                Item::Malformed(malformed) => Err(malformed.into()),
                item => Ok(Outcome::Items(vec![item])),
            },
        }
    }
}

/// Each item of a list has its own dedup key; a single item has the delivery's.
fn several(items: &[Value], id: &str, read: impl Fn(&Value, &str) -> Item) -> Vec<Item> {
    match items {
        [only] => vec![read(only, id)],
        items => items.iter().enumerate().map(|(n, item)| read(item, &format!("{id}/{n}"))).collect(),
    }
}

fn item(document: &Value, frame: Frame<'_>) -> Item {
    let Value::Object(fields) = document else {
        return Item::Malformed(Malformed("the body must be an object or a list of objects".to_owned()));
    };
    let read = match n8n::document(fields) {
        Some(document) => nerve_event_form::event(&document, frame),
        None => nerve_event_form::event(fields, frame),
    };
    match read {
        Ok(event) => Item::Event(Box::new(event)),
        Err(malformed) => Item::Malformed(malformed),
    }
}
