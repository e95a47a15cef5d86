use crate::mail::Fields;
use nerve_intake::{Becomes, Delivery, Deployment, Fault, Outcome, Selected, Source, multipart, reading::required};
use nerve_mail_source::{AUTOMATIC, BOUNCE, OURS};
use nerve_model::{DedupKey, EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets, ecdsa_p256};
use sha2::{Digest, Sha256};

const SPAM: &str = "spam by SendGrid's check";

/// The score from which SpamAssassin, SendGrid's spam check, calls a mail spam.
const SPAM_SCORE: i32 = 5;

/// SendGrid's Inbound Parse webhook.
#[derive(Debug)]
pub struct SendGrid;

impl Source for SendGrid {
    const NAME: SourceName = SourceName::from_static("sendgrid");

    const TITLE: &'static str = "SendGrid";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "a mail", becomes: Becomes::Event(&[EventKind::EmailReceived]) },
        Selected {
            delivery: "a mail with Auto-Submitted, List-Id or Precedence",
            becomes: Becomes::Ignored(AUTOMATIC),
        },
        Selected { delivery: "a mail server's report of mail that did not arrive", becomes: Becomes::Ignored(BOUNCE) },
        Selected { delivery: "a mail with a spam_score of 5 or more", becomes: Becomes::Ignored(SPAM) },
        Selected {
            delivery: "a mail from one of our own domains that names nobody else",
            becomes: Becomes::Ignored(OURS),
        },
    ];

    const KEPT_HEADERS: &'static [&'static str] =
        &["content-type", "user-agent", "x-twilio-email-event-webhook-timestamp"];

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        let header = |name| delivery.headers.get(name);
        ecdsa_p256::verify(
            header("x-twilio-email-event-webhook-signature"),
            header("x-twilio-email-event-webhook-timestamp"),
            &delivery.body,
            secrets,
            ecdsa_p256::TOLERANCE,
            delivery.received_at,
        )?;
        Ok(Trust::Signed)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let form = multipart::Form::read(delivery.headers.get("content-type"), &delivery.body)?;
        let fields = Fields::new(&form, &delivery.body);
        let mail = fields.handed(deployment.settings.get("AUTHSERV_ID").as_deref());
        if let Some(reason) = mail.is_ignored(&deployment.people).or_else(|| fields.is_bounce().then_some(BOUNCE)) {
            return Ok(Outcome::ignored(reason, &mail.subject));
        }
        if fields.spam_score().is_some_and(|score| score >= SPAM_SCORE) {
            return Ok(Outcome::ignored(SPAM, &mail.subject));
        }
        // SendGrid gives no id. The header lines are the same in each attempt, and identify the mail and its route.
        let lines = required(fields.header_lines(), "headers")?;
        let key = DedupKey::new(hex::encode(Sha256::digest(lines)));
        Ok(mail.received(&Self::NAME, key, delivery.received_at, &deployment.people)?)
    }
}
