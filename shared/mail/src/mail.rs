use crate::{Headers, html};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{ANSWER_CHARS, NAME_CHARS, People, SUMMARY_CHARS, TEXT_CHARS, line, prose, required},
};
use nerve_model::{
    Address, Attachment, Authentication, DedupKey, Fact, Medium, Message, SemanticKey, SourceName, Subject, Timestamp,
    one_line,
};

/// How many attachments and recipients are kept by name.
pub const MAX_ITEMS: usize = 20;

/// A mail that a vendor has taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mail {
    /// Its headers.
    pub headers: Headers,
    /// The sender's address, as it stands in `From`.
    pub from: Option<String>,
    /// The sender's display name.
    pub from_name: Option<String>,
    /// The addresses in `To`.
    pub to: Vec<String>,
    /// When it was written, by its writer's clock.
    pub sent_at: Option<Timestamp>,
    /// Its subject, decoded.
    pub subject: Option<String>,
    /// Its text, the best version first; empty ones are passed over.
    pub texts: Vec<String>,
    /// Its text as HTML, for want of a plain one.
    pub html: Option<String>,
    /// Its attachments, of which names, types and lengths are kept.
    pub attachments: Vec<Attachment>,
    /// What servers found out about its sender.
    pub authentication: Authentication,
}

impl Mail {
    /// The subject on one line, for a person; empty where there is none.
    pub fn subject_line(&self) -> String {
        one_line(self.subject.as_deref().unwrap_or_default(), NAME_CHARS)
    }

    /// Whether one of our own people wrote it.
    pub fn is_ours(&self, people: &People) -> bool {
        self.from.as_deref().is_some_and(|from| people.is_ours(from))
    }

    /// The event that it arrived at `source`. `dedup_key` is the same in every attempt of the vendor's, and stands for the
    /// mail's own id where it has none.
    ///
    /// # Errors
    ///
    /// Where nobody can have sent it.
    pub fn received(
        self,
        source: &SourceName,
        dedup_key: DedupKey,
        received_at: Timestamp,
        people: &People,
    ) -> Result<NewEvent, Malformed> {
        let claim = required(self.from.as_deref().and_then(|from| people.email(from)), "the sender's address")?;
        let name = self.from_name.as_deref().and_then(|name| line(name, NAME_CHARS));
        let message = self.headers.message_id().unwrap_or_else(|| dedup_key.as_str().to_owned());
        let in_reply_to = self.headers.in_reply_to();
        let about = self.subject.as_deref().and_then(|subject| line(subject, ANSWER_CHARS));
        // A question and its answers are one matter.
        let subject = Subject::new(format!("{source}:mail:{}", in_reply_to.as_ref().unwrap_or(&message)));
        let who = name.as_deref().unwrap_or(&claim.value);
        let what = about.as_deref().unwrap_or("without a subject");
        Ok(NewEvent {
            dedup_key,
            semantic_key: SemanticKey::about(&subject, format_args!("mail {message}")),
            subject,
            summary: one_line(&format!("Mail from {who}: {what}"), SUMMARY_CHARS),
            party_name: name.clone(),
            test: false,
            link: None,
            occurred_at: self.sent_at.unwrap_or(received_at),
            fact: Fact::EmailReceived(Message {
                medium: Medium::Mail,
                from: Address { name, address: claim.value.clone() },
                to: self.to.iter().filter_map(|to| line(to, NAME_CHARS)).take(MAX_ITEMS).collect(),
                subject: about,
                text: self.text(),
                attachments: self.attachments.into_iter().take(MAX_ITEMS).collect(),
                authentication: self.authentication,
                message,
                in_reply_to,
            }),
            claims: vec![claim],
        })
    }

    fn text(&self) -> String {
        let plain = self.texts.iter().find_map(|text| prose(text, TEXT_CHARS));
        let formatted = || prose(&html::text(self.html.as_deref()?, TEXT_CHARS * 4), TEXT_CHARS);
        plain.or_else(formatted).unwrap_or_default()
    }
}
