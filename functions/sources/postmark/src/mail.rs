//! A mail, as Postmark has taken it apart.

use crate::{authentication, html};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{
        ANSWER_CHARS, Loose, NAME_CHARS, People, SUMMARY_CHARS, TEXT_CHARS, VendorId, instant, line, prose, required,
    },
};
use nerve_model::{Address, Attachment, DedupKey, Fact, Medium, Message, SemanticKey, Subject, Timestamp, one_line};
use serde::Deserialize;

/// How many attachments and recipients are kept by name.
const MAX_ITEMS: usize = 20;

/// What is read of a mail.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Mail {
    #[serde(rename = "MessageID")]
    id: Loose<VendorId>,
    from_full: Loose<Mailbox>,
    to_full: Loose<Vec<Loose<Mailbox>>>,
    subject: Loose<String>,
    date: Loose<String>,
    text_body: Loose<String>,
    html_body: Loose<String>,
    /// The answer without what it quotes, where Postmark could tell.
    stripped_text_reply: Loose<String>,
    pub(crate) headers: Loose<Vec<Loose<Header>>>,
    attachments: Loose<Vec<Loose<File>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Mailbox {
    email: Loose<String>,
    name: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Header {
    name: Loose<String>,
    value: Loose<String>,
}

/// The contents stay in the raw body.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct File {
    name: Loose<String>,
    content_type: Loose<String>,
    content_length: Loose<u64>,
}

impl Mail {
    /// The values of the headers of that name, the topmost first: it was added last.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |header: &&Header| header.name.0.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.headers.items().filter(named).filter_map(|header| header.value.0.as_deref())
    }

    pub(crate) fn subject_line(&self) -> String {
        one_line(self.subject.0.as_deref().unwrap_or_default(), NAME_CHARS)
    }

    /// Whether no person wrote it to us: RFC 3834 and the customs of mailing lists.
    pub(crate) fn is_automatic(&self) -> bool {
        let submitted = self.header("auto-submitted").any(|value| !value.trim().eq_ignore_ascii_case("no"));
        let bulk = ["bulk", "list", "junk", "auto_reply"];
        let precedence =
            self.header("precedence").any(|value| bulk.contains(&value.trim().to_ascii_lowercase().as_str()));
        submitted || precedence || self.header("list-id").next().is_some()
    }

    pub(crate) fn is_spam(&self) -> bool {
        self.header("x-spam-status").next().is_some_and(|value| value.trim_start().starts_with("Yes"))
    }

    pub(crate) fn is_ours(&self, people: &People) -> bool {
        self.sender().is_some_and(|email| people.is_ours(email))
    }

    fn sender(&self) -> Option<&str> {
        self.from_full.0.as_ref()?.email.0.as_deref()
    }

    /// The event that it arrived. `server` is the one whose findings about the sender count beside Postmark's.
    pub(crate) fn received(
        self,
        server: Option<&str>,
        received_at: Timestamp,
        people: &People,
    ) -> Result<NewEvent, Malformed> {
        let id = required(self.id.0.as_ref(), "MessageID")?;
        let claim = required(self.sender().and_then(|email| people.email(email)), "FromFull.Email")?;
        let name = self.from_full.0.as_ref().and_then(|from| line(from.name.0.as_deref()?, NAME_CHARS));
        let message = self.header("message-id").find_map(bare).unwrap_or_else(|| id.as_str().to_owned());
        let in_reply_to = self.header("in-reply-to").find_map(bare);
        let about = self.subject.0.as_deref().and_then(|subject| line(subject, ANSWER_CHARS));
        let subject = Subject::new(format!("postmark:mail:{}", in_reply_to.as_ref().unwrap_or(&message)));
        let who = name.clone().unwrap_or_else(|| claim.value.clone());
        let what = about.as_deref().unwrap_or("without a subject");
        Ok(NewEvent {
            // The same in every attempt to deliver it.
            dedup_key: DedupKey::new(id.as_str()),
            semantic_key: SemanticKey::about(&subject, format_args!("mail {message}")),
            subject,
            summary: one_line(&format!("Mail from {who}: {what}"), SUMMARY_CHARS),
            party_name: name.clone(),
            test: false,
            link: None,
            occurred_at: self.date.0.as_deref().and_then(rfc2822).unwrap_or(received_at),
            fact: Fact::EmailReceived(Message {
                medium: Medium::Mail,
                from: Address { name, address: claim.value.clone() },
                to: self
                    .to_full
                    .items()
                    .filter_map(|to| line(to.email.0.as_deref()?, NAME_CHARS))
                    .take(MAX_ITEMS)
                    .collect(),
                subject: about,
                text: self.text(),
                attachments: self.attachments.items().take(MAX_ITEMS).map(attachment).collect(),
                authentication: authentication::of(&self, server),
                message,
                in_reply_to,
            }),
            claims: vec![claim],
        })
    }

    fn text(&self) -> String {
        let plain = [&self.stripped_text_reply, &self.text_body];
        let plain = plain.into_iter().find_map(|text| prose(text.0.as_deref()?, TEXT_CHARS));
        let formatted = || prose(&html::text(self.html_body.0.as_deref()?, TEXT_CHARS * 4), TEXT_CHARS);
        plain.or_else(formatted).unwrap_or_default()
    }
}

fn attachment(file: &File) -> Attachment {
    let short = |text: &Loose<String>| text.0.as_deref().and_then(|text| line(text, NAME_CHARS));
    Attachment { name: short(&file.name), media_type: short(&file.content_type), bytes: file.content_length.0 }
}

/// A message's id without its brackets.
fn bare(id: &str) -> Option<String> {
    VendorId::new(id.trim().trim_start_matches('<').trim_end_matches('>')).map(|id| id.as_str().to_owned())
}

/// `Mon, 23 Nov 2026 09:58:00 +0000`.
fn rfc2822(text: &str) -> Option<Timestamp> {
    instant(chrono::DateTime::parse_from_rfc2822(text.trim()).ok()?.timestamp())
}
