use nerve_intake::{Becomes, Delivery, Deployment, Fault, MAIL, Outcome, Selected, Source};
use nerve_mail_source::{AUTOMATIC, BOUNCE, Handed, Headers, OURS, authentication};
use nerve_model::{Authentication, DedupKey, EventKind, SourceName, Trust};
use nerve_protocol::written_mail::{Span, WrittenMail, WrittenText};
use nerve_signatures::{Rejection, Secrets, credentials};
use sha2::{Digest, Sha256};

/// The name by which Cloudflare signs its findings.
const CLOUDFLARE: &str = "mx.cloudflare.net";

/// Mail as it is: the body of a delivery is the mail (RFC 5322).
#[derive(Debug)]
pub struct Email;

impl Source for Email {
    const NAME: SourceName = SourceName::from_static("email");

    const TITLE: &'static str = "Email";

    const SELECTED: &'static [Selected] = &[
        Selected { delivery: "a mail", becomes: Becomes::Event(&[EventKind::EmailReceived]) },
        Selected {
            delivery: "a mail with Auto-Submitted, List-Id or Precedence",
            becomes: Becomes::Ignored(AUTOMATIC),
        },
        Selected { delivery: "a mail server's report of mail that did not arrive", becomes: Becomes::Ignored(BOUNCE) },
        Selected {
            delivery: "a mail from one of our own domains that names nobody else",
            becomes: Becomes::Ignored(OURS),
        },
    ];

    /// Without `authorization`, which is the secret.
    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent", "envelope-to"];

    /// Of mails by HTTP. A routed mail has no proof but its route, which the platform knows.
    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        credentials::verify_basic(delivery.headers.get("authorization"), secrets)?;
        Ok(Trust::Token)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let headers = Headers::parse(&delivery.body);
        let key = key(&headers);
        let subject = headers.all("subject").next().unwrap_or_default().to_owned();
        let mail = Handed {
            from: headers.from(),
            subject,
            authentication: found(&headers, delivery, deployment),
            written: WrittenMail { whole: Span::of(&delivery.body, &delivery.body), ..WrittenMail::default() },
            headers,
        };
        let nobody = delivery.headers.get("envelope-from").is_some_and(|from| matches!(from.trim(), "" | "<>"));
        let reason = mail.is_ignored(&deployment.people).or_else(|| nobody.then_some(BOUNCE));
        if let Some(reason) = reason {
            return Ok(Outcome::ignored(reason, &mail.subject));
        }
        Ok(mail.received(&Self::NAME, key, delivery.received_at, &deployment.people)?)
    }
}

/// The findings of the last server: Cloudflare's, above what the mail brought along; or those of our own one, which the
/// operator names.
fn found(headers: &Headers, delivery: &Delivery, deployment: &Deployment<'_>) -> Authentication {
    if delivery.method == MAIL {
        return authentication::found_by(Some(CLOUDFLARE), &headers.of_last_server());
    }
    authentication::found_by(deployment.settings.get("AUTHSERV_ID").as_deref(), headers)
}

/// The mail's id, the same in each attempt and for each of our addresses that it was sent to. A mail without one is known
/// by what its sender wrote on top of it; what servers add differs in each attempt.
fn key(headers: &Headers) -> DedupKey {
    if let Some(id) = headers.message_id() {
        return DedupKey::new(id.as_str());
    }
    let mut digest = Sha256::new();
    for (name, value) in headers.to_read() {
        if let WrittenText::Decoded(value) = value {
            digest.update(format!("{name}:{value}\n"));
        }
    }
    DedupKey::new(hex::encode(digest.finalize()))
}
