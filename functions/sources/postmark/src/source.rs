use crate::mail::Delivered;
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source,
    reading::{json, required},
};
use nerve_mail::Mail;
use nerve_model::{DedupKey, EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, credentials};

const AUTOMATIC: &str = "automatic answer, list or bulk mail";
const SPAM: &str = "spam by Postmark's filter";
const OURS: &str = "mail of our own people";

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
        Selected { delivery: "a mail that Postmark takes for spam", becomes: Becomes::Ignored(SPAM) },
        Selected { delivery: "a mail from one of our own domains", becomes: Becomes::Ignored(OURS) },
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
        let server = deployment.settings.get("AUTHSERV_ID");
        let mail = delivered.mail(server.as_deref());
        let about = mail.subject_line();
        if mail.headers.is_automatic() {
            return Ok(Outcome::ignored(AUTOMATIC, &about));
        }
        if is_spam(&mail) {
            return Ok(Outcome::ignored(SPAM, &about));
        }
        if mail.is_ours(&deployment.people) {
            return Ok(Outcome::ignored(OURS, &about));
        }
        // The same in each attempt to deliver it.
        let id = required(delivered.id.0.as_ref(), "MessageID")?;
        let key = DedupKey::new(id.as_str());
        Ok(Outcome::event(mail.received(&Self::NAME, key, delivery.received_at, &deployment.people)?))
    }
}

fn is_spam(mail: &Mail) -> bool {
    mail.headers.all("x-spam-status").next().is_some_and(|value| value.trim_start().starts_with("Yes"))
}
