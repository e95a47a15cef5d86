//! A mail, as Postmark has taken it apart.

use nerve_intake::reading::{Loose, NAME_CHARS, VendorId, line};
use nerve_mail_source::{Handed, Headers, authentication, mailbox};
use nerve_model::{Attachment, Authentication};
use nerve_protocol::written_mail::{WrittenMail, WrittenText};
use serde::Deserialize;

/// The most attachments that are handed on.
const MAX_ITEMS: usize = 20;

/// The parts of a mail that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Delivered {
    #[serde(rename = "MessageID")]
    pub(crate) id: Loose<VendorId>,
    from: Loose<String>,
    from_full: Loose<Mailbox>,
    to_full: Loose<Vec<Loose<Mailbox>>>,
    reply_to: Loose<String>,
    subject: Loose<String>,
    date: Loose<String>,
    text_body: Loose<String>,
    html_body: Loose<String>,
    /// The answer without its quotes, if Postmark detected them.
    stripped_text_reply: Loose<String>,
    headers: Loose<Vec<Loose<Header>>>,
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
struct Header {
    name: Loose<String>,
    value: Loose<String>,
}

/// The raw body holds the contents.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct File {
    name: Loose<String>,
    content_type: Loose<String>,
    content_length: Loose<u64>,
}

impl Delivered {
    /// The mail with the findings about its sender by Postmark and by `server`, if one is named.
    pub(crate) fn handed(self, server: Option<&str>) -> Handed {
        let headers = self.all_headers();
        let text = |text: Loose<String>| text.0.map(WrittenText::Decoded);
        let texts = [self.stripped_text_reply, self.text_body].into_iter().filter_map(text).collect();
        let subject = headers.all("subject").next().unwrap_or_default().to_owned();
        Handed {
            from: headers.from(),
            subject,
            authentication: authentication(&headers, server),
            written: WrittenMail {
                headers: headers.to_read(),
                texts,
                html: text(self.html_body),
                attachments: self.attachments.items().take(MAX_ITEMS).map(attachment).collect(),
                ..WrittenMail::default()
            },
            headers,
        }
    }

    /// The headers, with those that Postmark lists by themselves.
    fn all_headers(&self) -> Headers {
        let named = |by: &Mailbox| {
            let address = by.email.0.as_deref().filter(|address| !address.is_empty())?;
            Some(mailbox(by.name.0.as_deref(), address))
        };
        let to: Vec<String> = self.to_full.items().filter_map(named).collect();
        let from = self.from_full.0.as_ref().and_then(named);
        let own = [
            ("From", from.or_else(|| self.from.0.clone())),
            ("To", Some(to.join(", "))),
            ("Subject", self.subject.0.clone()),
            ("Date", self.date.0.clone()),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let written = self.headers.items().filter_map(|header| Some((header.name.0.clone()?, header.value.0.clone()?)));
        // The header shows names, which Postmark's own field may lack.
        let reply_to = self.reply_to.0.clone().map(|to| ("Reply-To".to_owned(), to));
        own.chain(written).chain(reply_to).collect()
    }
}

/// Postmark's own finding is the topmost header.
fn authentication(headers: &Headers, server: Option<&str>) -> Authentication {
    let mut found = authentication::found_by(server, headers);
    found.spf = headers.all("received-spf").next().and_then(authentication::received_spf).or(found.spf);
    found
}

fn attachment(file: &File) -> Attachment {
    let short = |text: &Loose<String>| text.0.as_deref().and_then(|text| line(text, NAME_CHARS));
    Attachment { name: short(&file.name), media_type: short(&file.content_type), bytes: file.content_length.0 }
}
