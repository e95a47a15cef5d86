use crate::mail::Delivered;
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{json, required},
};
use nerve_mail_source::{AUTOMATIC, BOUNCE, Headers, OURS};
use nerve_model::{DedupKey, EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, credentials};

const SPAM: &str = "spam by Postmark's filter";

/// Postmark's inbound webhook.
#[derive(Debug)]
pub struct Postmark;

impl Source for Postmark {
    const NAME: SourceName = SourceName::from_static("postmark");

    const TITLE: &'static str = "Postmark";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "a mail", becomes: Becomes::Event(&[EventKind::EmailReceived]) },
        Selected {
            delivery: "a mail with Auto-Submitted, List-Id or Precedence",
            becomes: Becomes::Ignored(AUTOMATIC),
        },
        Selected { delivery: "a mail server's report of mail that did not arrive", becomes: Becomes::Ignored(BOUNCE) },
        Selected { delivery: "a mail that Postmark takes for spam", becomes: Becomes::Ignored(SPAM) },
        Selected {
            delivery: "a mail from one of our own domains that names nobody else",
            becomes: Becomes::Ignored(OURS),
        },
    ];

    /// Without `authorization`, which is the secret.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent"];

    /// Postmark stops sending for good after a 403, and repeats after any other error.
    const MALFORMED_STATUS: u16 = 200;

    /// Postmark signs nothing: the only proof is a password, and anybody who saw it could have written the mail.
    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        credentials::verify_basic(delivery.headers.get("authorization"), secrets)?;
        Ok(Trust::Token)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let delivered: Delivered = json(&delivery.body, "the mail")?;
        // The same in each attempt to deliver it.
        let id = delivered.id.0.clone();
        let mail = delivered.handed(deployment.settings.get("AUTHSERV_ID").as_deref());
        if let Some(reason) = mail.is_ignored(&deployment.people) {
            return Ok(Outcome::ignored(reason, &mail.subject));
        }
        if is_spam(&mail.headers) {
            return Ok(Outcome::ignored(SPAM, &mail.subject));
        }
        let key = DedupKey::new(required(id, "MessageID")?.as_str());
        Ok(mail.received(&Self::NAME, key, delivery.received_at, &deployment.people)?)
    }
}

fn is_spam(headers: &Headers) -> bool {
    headers.all("x-spam-status").next().is_some_and(|value| value.trim_start().starts_with("Yes"))
}
