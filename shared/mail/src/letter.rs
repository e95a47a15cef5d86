//! A mail's headers, texts and attachments, read by the library.

use mail_parser::{Addr, Header, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use nerve_intake::reading::{NAME_CHARS, TEXT_CHARS, VendorId, instant, line};
use nerve_mail_source::head;
use nerve_model::{Address, Attachment, Timestamp};
use nerve_protocol::written_mail::{HEADERS, WrittenMail, WrittenText};
use std::borrow::Cow;

/// The most attachments, and the most recipients, that are stored.
pub(crate) const MAX_ITEMS: usize = 20;

/// The longest header that is read, in characters.
const MAX_HEADER_CHARS: usize = 100_000;

/// The bytes of a text that are decoded: HTML may be many times as long as its text, and characters have up to four
/// bytes.
const MAX_TEXT_BYTES: usize = 2_000_000;

/// A mail as it can be read.
#[derive(Debug, Default)]
pub(crate) struct Letter {
    pub(crate) from: Vec<Address>,
    pub(crate) reply_to: Vec<Address>,
    pub(crate) to: Vec<Address>,
    pub(crate) subject: Option<String>,
    pub(crate) date: Option<Timestamp>,
    pub(crate) message_id: Option<String>,
    pub(crate) in_reply_to: Option<String>,
    /// Its plain texts, best first.
    pub(crate) texts: Vec<String>,
    pub(crate) html: Option<String>,
    pub(crate) attachments: Vec<Attachment>,
}

impl Letter {
    /// Reads a mail; `body` is the raw body that its places are in.
    pub(crate) fn read(written: &WrittenMail, body: &[u8]) -> Self {
        match written.whole {
            Some(span) => Self::whole(span.within(body)),
            None => Self {
                texts: written.texts.iter().map(|text| decoded(text, body)).collect(),
                html: written.html.as_ref().map(|html| decoded(html, body)),
                attachments: written.attachments.iter().take(MAX_ITEMS).cloned().collect(),
                ..Self::headers(block(&written.headers, body).as_bytes())
            },
        }
    }

    fn whole(mail: &[u8]) -> Self {
        let Some(message) = MessageParser::default().parse(mail) else { return Self::default() };
        let plain = |part: &MessagePart<'_>| match &part.body {
            PartType::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        };
        let formatted = |part: &MessagePart<'_>| match &part.body {
            PartType::Html(html) => Some(html.clone().into_owned()),
            _ => None,
        };
        let texts: Vec<String> = message.text_bodies().filter_map(plain).collect();
        // A mail that was cut off has parts, but none that is known to be its text.
        Self {
            texts: [texts.join("\n")].into_iter().chain(message.parts.iter().find_map(plain)).collect(),
            html: message.html_bodies().chain(&message.parts).find_map(formatted),
            attachments: message.attachments().take(MAX_ITEMS).map(attachment).collect(),
            ..Self::headers(utf8(head(mail)).as_bytes())
        }
    }

    fn headers(block: &[u8]) -> Self {
        let Some(message) = MessageParser::default().parse_headers(block) else { return Self::default() };
        let lower = block.to_ascii_lowercase();
        // Of a header that breaks the rules, the library may put an address together that nobody wrote.
        let addresses = |name| addresses(&message, &name).into_iter().filter(|it| is_in(&it.address, &lower)).collect();
        let own = id(&message, HeaderName::MessageId, |ids| ids.next());
        let other = |id: &String| Some(id) != own.as_ref();
        let answered = id(&message, HeaderName::InReplyTo, |ids| ids.next()).filter(other);
        let thread = || id(&message, HeaderName::References, |ids| ids.filter(|id| other(id)).last());
        Self {
            from: addresses(HeaderName::From),
            reply_to: addresses(HeaderName::ReplyTo),
            to: addresses(HeaderName::To),
            subject: first(&message, &HeaderName::Subject).and_then(HeaderValue::as_text).map(str::to_owned),
            date: first(&message, &HeaderName::Date)
                .and_then(HeaderValue::as_datetime)
                .and_then(|date| date.is_valid().then(|| instant(date.to_timestamp())).flatten()),
            in_reply_to: answered.or_else(thread),
            message_id: own,
            ..Self::default()
        }
    }
}

/// Header lines of the headers that are read. Of several with one name the first that its encoding can read counts.
fn block(headers: &[(String, WrittenText)], body: &[u8]) -> String {
    let mut block = String::new();
    for name in HEADERS {
        let of_name = headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let values = of_name.map(|(_, value)| decoded(value, body)).filter(|value| !value.trim().is_empty());
        let (readable, damaged): (Vec<String>, Vec<String>) = values.partition(|value| !value.contains('\u{fffd}'));
        if let Some(value) = readable.into_iter().chain(damaged).next() {
            block.push_str(name);
            block.push_str(": ");
            block.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_HEADER_CHARS));
            block.push_str("\r\n");
        }
    }
    block
}

/// A text by its encoding. Invalid bytes become U+FFFD; an unknown encoding counts as UTF-8.
fn decoded(text: &WrittenText, body: &[u8]) -> String {
    let (bytes, charset) = match text {
        WrittenText::Decoded(text) => return text.clone(),
        WrittenText::Encoded { span, charset } => (span.within(body), charset.trim()),
    };
    let bytes = bytes.get(..MAX_TEXT_BYTES).unwrap_or(bytes);
    let encoding = encoding_rs::Encoding::for_label_no_replacement(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

/// Headers are ASCII or UTF-8; the programs that write other bytes are old, and western ones for the most part.
fn utf8(head: &[u8]) -> Cow<'_, str> {
    core::str::from_utf8(head).map_or_else(|_| encoding_rs::WINDOWS_1252.decode(head).0, Cow::Borrowed)
}

/// The topmost header of that name which says something.
fn first<'a>(message: &'a Message<'_>, name: &HeaderName<'_>) -> Option<&'a HeaderValue<'a>> {
    let of_name = |header: &&Header<'_>| header.name == *name && !header.value.is_empty();
    message.headers().iter().find(of_name).map(|header| &header.value)
}

fn is_in(address: &str, block: &[u8]) -> bool {
    memchr::memmem::find(block, address.to_ascii_lowercase().as_bytes()).is_some()
}

fn addresses(message: &Message<'_>, name: &HeaderName<'_>) -> Vec<Address> {
    let list = first(message, name).and_then(HeaderValue::as_address);
    list.into_iter().flat_map(|list| list.iter()).filter_map(address).collect()
}

fn address(addr: &Addr<'_>) -> Option<Address> {
    let name = addr.name().and_then(|name| line(name, NAME_CHARS));
    let address = addr.address().map(str::trim).filter(|address| address.contains('@'))?.to_owned();
    Some(Address { name, address })
}

/// The id that `choose` takes of those in a header, without brackets.
fn id(
    message: &Message<'_>,
    name: HeaderName<'_>,
    choose: impl FnOnce(&mut dyn Iterator<Item = String>) -> Option<String>,
) -> Option<String> {
    let ids = first(message, &name)?.as_text_list()?;
    let mut ids = ids.iter().filter_map(|id| VendorId::new(id.trim_matches(['<', '>', ' ']))).map(|id| id.to_string());
    choose(&mut ids)
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    let short = |text: &str| line(text, NAME_CHARS);
    let media_type = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    Attachment {
        name: part.attachment_name().and_then(short),
        media_type: media_type.as_deref().and_then(short),
        bytes: u64::try_from(part.len()).ok(),
    }
}

impl Letter {
    /// The text as a reader sees it, clipped: the plain one, unless it only refers to the other.
    pub(crate) fn text(&self) -> String {
        let plain = || self.texts.iter().filter(|text| !text.trim().is_empty());
        let formatted = self.html.as_deref().map(|html| crate::html::text(html, TEXT_CHARS * 4));
        let formatted = formatted.filter(|text| !text.trim().is_empty());
        let says_more = |text: &&String| formatted.is_none() || !crate::text::is_placeholder(text);
        plain().find(says_more).cloned().or(formatted).unwrap_or_default()
    }
}
