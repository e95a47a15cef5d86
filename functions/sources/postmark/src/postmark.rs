use crate::mail::Mail;
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source, reading::json};
use nerve_model::{EventKind, SourceName, Trust};
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

    /// Not `authorization`: that is the secret.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent"];

    /// Postmark stops sending for good when it is told 403, and repeats after anything else.
    const MALFORMED_STATUS: u16 = 200;

    /// Postmark signs nothing: a password is all there is, and whoever saw it could have written the mail.
    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        credentials::verify_basic(delivery.headers.get("authorization"), secrets)?;
        Ok(Trust::Token)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let mail: Mail = json(&delivery.body, "the mail")?;
        let about = mail.subject_line();
        if mail.is_automatic() {
            return Ok(Outcome::ignored(AUTOMATIC, &about));
        }
        if mail.is_spam() {
            return Ok(Outcome::ignored(SPAM, &about));
        }
        if mail.is_ours(&deployment.people) {
            return Ok(Outcome::ignored(OURS, &about));
        }
        let server = deployment.settings.get("AUTHSERV_ID");
        Ok(Outcome::event(mail.received(server.as_deref(), delivery.received_at, &deployment.people)?))
    }
}
