//! Reads a mail as it was written, whichever source handed it over.
//!
//! Sources hand mails on as they were written ([`WrittenMail`]), because their workers have no room for what reads
//! them. Here a library reads addresses, ids, dates, encodings and parts; this crate decides who a mail is from, which
//! matter it belongs to, and what its reader sees.

mod form;
mod html;
mod letter;
mod sender;
mod senders;
mod text;

use letter::{Letter, MAX_ITEMS};
use nerve_intake::{
    Ignored,
    reading::{ANSWER_CHARS, NAME_CHARS, People, SUMMARY_CHARS, TEXT_CHARS, line, prose},
};
use nerve_mail_source::OURS;
use nerve_model::{Address, Event, Fact, Message, SemanticKey, Subject, one_line};
use nerve_protocol::written_mail::WrittenMail;
use sender::{Sender, sender};

/// Completes the event of a mail's arrival by the mail: its sender, matter and text. `body` is the raw body that its
/// places are in.
///
/// # Errors
///
/// It is no event.
pub fn complete(mut event: Event, written: &WrittenMail, body: &[u8]) -> Result<Event, Ignored> {
    let Fact::EmailReceived(message) = event.fact else { return Ok(event) };
    let people = People::new(written.own_domains.clone(), None);
    let mut letter = Letter::read(written, body);
    if !letter.from.iter().any(|from| people.any_email(&from.address).is_some()) {
        // What the source has read is better than nothing.
        letter.from = vec![message.from.clone()];
    }
    let text = letter.text();
    let from = letter.from.first().cloned().unwrap_or_else(|| message.from.clone());
    let mut authentication = message.authentication;
    let (claims, name, from) = match sender(&letter, &text, &people) {
        Some(Sender::Person { claim, name, checked }) => {
            if !checked {
                // The check speaks for the domain in `From`, not for whom the mail names.
                authentication.dmarc = None;
            }
            let from = Address { name: name.clone(), address: claim.value.clone() };
            (vec![claim], name, from)
        }
        Some(Sender::Ours) => return Err(Ignored::new(OURS, letter.subject.as_deref().unwrap_or_default())),
        Some(Sender::Nobody { name }) => (Vec::new(), name, from),
        None => (event.claims, None, from),
    };
    let id = letter.message_id.unwrap_or(message.message);
    let subject = letter.subject.as_deref();
    let about = subject.and_then(|subject| line(subject, ANSWER_CHARS));
    let who = name.as_deref().or(from.name.as_deref()).unwrap_or(&from.address);
    let what = about.as_deref().unwrap_or("without a subject");
    event.summary = one_line(&format!("Mail from {who}: {what}"), SUMMARY_CHARS);
    // A mail and its replies have one subject.
    event.subject = Subject::new(format!("{}:mail:{}", event.source, letter.in_reply_to.as_ref().unwrap_or(&id)));
    event.semantic_key = SemanticKey::about(&event.subject, format_args!("mail {id}"));
    event.party_name = name;
    event.claims = claims;
    event.fact = Fact::EmailReceived(Message {
        medium: message.medium,
        from,
        to: letter.to.iter().filter_map(|to| line(&to.address, NAME_CHARS)).take(MAX_ITEMS).collect(),
        subject: about,
        text: prose(&text, TEXT_CHARS).unwrap_or_default(),
        attachments: letter.attachments,
        authentication,
        message: id,
        in_reply_to: letter.in_reply_to,
    });
    event.place(letter.date.unwrap_or(event.received_at));
    Ok(event)
}
