use crate::{Headers, html};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{ANSWER_CHARS, NAME_CHARS, People, SUMMARY_CHARS, TEXT_CHARS, line, prose, required},
};
use nerve_model::{
    Address, Attachment, Authentication, DedupKey, Fact, Medium, Message, SemanticKey, SourceName, Subject, Timestamp,
    one_line,
};

/// The most attachments, and the most recipients, that are stored.
pub const MAX_ITEMS: usize = 20;

/// A mail as a vendor has taken it apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mail {
    /// Its headers.
    pub headers: Headers,
    /// The sender's address in `From`.
    pub from: Option<String>,
    /// The sender's display name.
    pub from_name: Option<String>,
    /// The addresses in `To`.
    pub to: Vec<String>,
    /// The time of writing, by the sender's clock.
    pub sent_at: Option<Timestamp>,
    /// Its subject, decoded.
    pub subject: Option<String>,
    /// Its texts, best version first; empty ones are skipped.
    pub texts: Vec<String>,
    /// Its HTML text, used if there is no plain one.
    pub html: Option<String>,
    /// Names, types and lengths of its attachments.
    pub attachments: Vec<Attachment>,
    /// Servers' findings about its sender.
    pub authentication: Authentication,
}

impl Mail {
    /// The subject on one line; empty if there is none.
    pub fn subject_line(&self) -> String {
        one_line(self.subject.as_deref().unwrap_or_default(), NAME_CHARS)
    }

    /// True if one of our own people wrote it.
    pub fn is_ours(&self, people: &People) -> bool {
        self.from.as_deref().is_some_and(|from| people.is_ours(from))
    }

    /// The event of its arrival at `source`. `dedup_key` is the same in each of the vendor's attempts, and replaces the
    /// mail's id if it has none.
    ///
    /// # Errors
    ///
    /// It has no usable sender.
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
        // A mail and its replies have one subject.
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
