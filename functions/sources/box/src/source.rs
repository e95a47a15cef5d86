use crate::{upload::Notification, vendor};
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source, reading::json};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{
    Rejection, Secrets,
    box_com::{self, Headers, TOLERANCE},
};

const DELETED: &str = "the webhook was deleted at Box";
const NOT_SUBSCRIBED: &str = "trigger not subscribed";

/// Box's webhooks, version 2.
#[derive(Debug)]
pub struct BoxCom;

impl Source for BoxCom {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "Box";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "FILE.UPLOADED", becomes: Becomes::Event(&[EventKind::FileUploaded]) },
        Selected { delivery: "WEBHOOK.DELETED", becomes: Becomes::Ignored(DELETED) },
        Selected { delivery: "any other trigger", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signatures are no secrets and allow the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] = &[
        "content-type",
        "user-agent",
        "box-delivery-id",
        "box-delivery-timestamp",
        "box-signature-primary",
        "box-signature-secondary",
        "box-signature-version",
        "box-signature-algorithm",
    ];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        let headers = Headers {
            primary: header("box-signature-primary"),
            secondary: header("box-signature-secondary"),
            version: header("box-signature-version"),
            algorithm: header("box-signature-algorithm"),
            timestamp: header("box-delivery-timestamp"),
        };
        box_com::verify(headers, &delivery.body, secrets, TOLERANCE, delivery.received_at)?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let notification: Notification = json(&delivery.body, "the event")?;
        match notification.trigger()? {
            "FILE.UPLOADED" => Ok(Outcome::event(notification.uploaded(delivery.received_at, &deployment.people)?)),
            deleted @ "WEBHOOK.DELETED" => Ok(Outcome::ignored(DELETED, deleted)),
            other => Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
        }
    }
}
