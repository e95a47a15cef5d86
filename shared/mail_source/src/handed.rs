use crate::Headers;
use nerve_intake::{
    Item, Malformed, NewEvent, Outcome,
    reading::{People, required},
};
use nerve_model::{
    Address, Authentication, DedupKey, Fact, Medium, Message, SemanticKey, SourceName, Subject, Timestamp,
};
use nerve_protocol::written_mail::WrittenMail;

/// The reason why a mail of a program is ignored.
pub const AUTOMATIC: &str = "automatic answer, list or bulk mail";

/// The reason why a mail server's report is ignored.
pub const BOUNCE: &str = "report that a mail was not delivered";

/// The reason why a mail is ignored that only our own people had part in; the context worker finds that out.
pub const OURS: &str = "mail of our own people";

/// A mail that a source hands on.
#[derive(Debug)]
pub struct Handed {
    /// Its headers as written.
    pub headers: Headers,
    /// The address in `From`, as the source finds it.
    pub from: Option<String>,
    /// Its subject as written, for the log of what is ignored.
    pub subject: String,
    /// Servers' findings about its sender.
    pub authentication: Authentication,
    /// The mail as written.
    pub written: WrittenMail,
}

impl Handed {
    /// The reason why it is ignored, if no person wrote it.
    pub fn is_ignored(&self, people: &People) -> Option<&'static str> {
        let from = self.from.as_deref().unwrap_or_default();
        if self.headers.is_bounce(from) {
            return Some(BOUNCE);
        }
        self.headers.is_automatic(from, people).then_some(AUTOMATIC)
    }

    /// The event of its arrival at `source`, to be completed in the context worker. `dedup_key` is the same in each of
    /// the vendor's attempts, and replaces the mail's id if it has none.
    ///
    /// # Errors
    ///
    /// Nobody stands in `From`.
    pub fn received(
        self,
        source: &SourceName,
        dedup_key: DedupKey,
        received_at: Timestamp,
        people: &People,
    ) -> Result<Outcome, Malformed> {
        let from = required(self.from, "the sender's address")?;
        let claim = required(people.any_email(&from), "the sender's address")?;
        let message = dedup_key.as_str().to_owned();
        let subject = Subject::new(format!("{source}:mail:{message}"));
        let event = NewEvent {
            semantic_key: SemanticKey::about(&subject, format_args!("mail {message}")),
            dedup_key,
            subject,
            summary: format!("Mail from {}", claim.value),
            party_name: None,
            test: false,
            link: None,
            occurred_at: received_at,
            fact: Fact::EmailReceived(Message {
                medium: Medium::Mail,
                from: Address { name: None, address: claim.value.clone() },
                to: Vec::new(),
                subject: None,
                text: String::new(),
                attachments: Vec::new(),
                authentication: self.authentication,
                message,
                in_reply_to: None,
            }),
            claims: vec![claim],
        };
        Ok(Outcome::Items(vec![Item::Mail(Box::new(event), Box::new(self.written))]))
    }
}

/// A mailbox as it stands in a header, from a name and an address that a vendor has taken apart.
pub fn mailbox(name: Option<&str>, address: &str) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\"")),
        None => format!("<{address}>"),
    }
}
