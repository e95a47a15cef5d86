use crate::{
    change::Change,
    vendor::{self, NOT_SUBSCRIBED, OTHER_PROPERTY},
};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Item, Outcome, Selected, Source, reading::json};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{
    Rejection, Secrets,
    hubspot::{self, Request, TOLERANCE},
};
use serde_json::Value;

/// HubSpot's webhooks of public and private apps.
#[derive(Debug)]
pub struct HubSpot;

impl Source for HubSpot {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "HubSpot";

    const SELECTED: &'static [Selected] = &[
        Selected {
            delivery: "propertyChange of dealstage, hs_pipeline_stage, lifecyclestage or hs_lead_status",
            becomes: Becomes::Event(&[EventKind::RecordStageChanged]),
        },
        Selected { delivery: "propertyChange of another property", becomes: Becomes::Ignored(OTHER_PROPERTY) },
        Selected {
            delivery: "merge of contacts, companies, deals or tickets",
            becomes: Becomes::Event(&[EventKind::RecordMerged]),
        },
        Selected { delivery: "any other subscription type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-hubspot-signature-v3", "x-hubspot-request-timestamp"];

    /// HubSpot repeats ten times after a 4xx, and an unreadable delivery would return unchanged.
    const MALFORMED_STATUS: u16 = 200;

    fn verify(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        let (signature, timestamp) = (header("x-hubspot-signature-v3"), header("x-hubspot-request-timestamp"));
        let uri = deployment.called_url(delivery);
        let request = Request { method: &delivery.method, uri: &uri, body: &delivery.body };
        hubspot::verify(signature, timestamp, request, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, _: &Deployment<'_>) -> Result<Outcome, Fault> {
        let changes: Vec<Value> = json(&delivery.body, "the list of events")?;
        let item = |change: Value| match serde_json::from_value::<Change>(change) {
            Ok(change) => change.item(delivery.received_at).unwrap_or_else(Item::Malformed),
            Err(_) => Item::Malformed(nerve_intake::Malformed("an event is no object".to_owned())),
        };
        Ok(Outcome::Items(changes.into_iter().map(item).collect()))
    }
}
