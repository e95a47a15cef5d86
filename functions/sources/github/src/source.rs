use crate::{
    run::{Completed, Run},
    vendor,
};
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Malformed, Outcome, Reply, Selected, Source,
    reading::{VendorId, json, required},
};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Format, Rejection, Secrets, body_hmac};
use std::borrow::Cow;

const FAILED: Becomes = Becomes::Event(&[EventKind::AutomationFailed]);
const UNDER_WAY: &str = "run not completed";
const NO_FAILURE: &str = "neither failed nor recovered";
const REPORTED_BY_ITS_RUN: &str = "reported by its workflow run";
const NOT_SUBSCRIBED: &str = "event type not subscribed";

/// GitHub's webhooks.
#[derive(Debug)]
pub struct GitHub;

impl Source for GitHub {
    const NAME: SourceName = vendor::NAME;

    const TITLE: &'static str = "GitHub";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "workflow_run completed: failure, timed_out, startup_failure", becomes: FAILED },
        Selected { delivery: "workflow_run completed: success, as recovered", becomes: FAILED },
        Selected { delivery: "workflow_run completed: any other conclusion", becomes: Becomes::Ignored(NO_FAILURE) },
        Selected { delivery: "workflow_run requested, in_progress", becomes: Becomes::Ignored(UNDER_WAY) },
        Selected { delivery: "workflow_job", becomes: Becomes::Ignored(REPORTED_BY_ITS_RUN) },
        Selected { delivery: "check_run of GitHub Actions", becomes: Becomes::Ignored(REPORTED_BY_ITS_RUN) },
        Selected { delivery: "check_run of another app completed: failure, timed_out", becomes: FAILED },
        Selected { delivery: "check_run of another app completed: success, as recovered", becomes: FAILED },
        Selected { delivery: "ping", becomes: Becomes::Handshake },
        Selected { delivery: "any other type", becomes: Becomes::Ignored(NOT_SUBSCRIBED) },
    ];

    /// The signature is no secret and allows the stored body to be verified again.
    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-github-event", "x-github-delivery", "x-hub-signature-256"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = delivery.headers.get("x-hub-signature-256");
        body_hmac::verify(header, &delivery.body, secrets, Format::hex("sha256="))?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, _: &Deployment<'_>) -> Result<Outcome, Fault> {
        let kind = required(delivery.headers.get("x-github-event"), "the header X-GitHub-Event")?;
        match kind {
            "ping" => Ok(Outcome::Reply(Reply {
                status: 200,
                content_type: "application/json",
                body: r#"{"status":"ignored","reason":"ping"}"#.to_owned(),
            })),
            "workflow_job" => Ok(Outcome::ignored(REPORTED_BY_ITS_RUN, kind)),
            "workflow_run" | "check_run" => {
                let id = delivery.headers.get("x-github-delivery").and_then(VendorId::new);
                let id = required(id, "the header X-GitHub-Delivery")?;
                let body = body(delivery)?;
                Ok(outcome(json(&body, "the event")?, &id, delivery)?)
            }
            other => Ok(Outcome::ignored(NOT_SUBSCRIBED, other)),
        }
    }
}

/// The JSON document; a webhook may be configured to send it as a form.
fn body(delivery: &Delivery) -> Result<Cow<'_, [u8]>, Malformed> {
    if !delivery.body.starts_with(b"payload=") {
        return Ok(Cow::Borrowed(&delivery.body));
    }
    let mut fields = form_urlencoded::parse(&delivery.body);
    let payload = fields.find_map(|(name, value)| (name == "payload").then_some(value));
    Ok(Cow::Owned(required(payload, "payload")?.into_owned().into_bytes()))
}

fn outcome(run: Run, id: &VendorId, delivery: &Delivery) -> Result<Outcome, Malformed> {
    if !run.is_completed() {
        return Ok(Outcome::ignored(UNDER_WAY, run.action()));
    }
    if run.is_reported_elsewhere() {
        return Ok(Outcome::ignored(REPORTED_BY_ITS_RUN, "check_run"));
    }
    match run.completed() {
        Completed::Other(conclusion) => Ok(Outcome::ignored(NO_FAILURE, &conclusion)),
        Completed::As(state) => run.event(state, id, delivery.received_at).map(Outcome::event),
    }
}
