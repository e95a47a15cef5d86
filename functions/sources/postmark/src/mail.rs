//! A mail, as Postmark has taken it apart.

use nerve_intake::reading::{Loose, NAME_CHARS, VendorId, line};
use nerve_mail::{Headers, MAX_ITEMS, Mail, authentication};
use nerve_model::{Attachment, Authentication};
use serde::Deserialize;

/// The parts of a mail that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Delivered {
    #[serde(rename = "MessageID")]
    pub(crate) id: Loose<VendorId>,
    from_full: Loose<Mailbox>,
    to_full: Loose<Vec<Loose<Mailbox>>>,
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
    pub(crate) fn mail(&self, server: Option<&str>) -> Mail {
        let headers =
            self.headers.items().filter_map(|Header { name, value }| Some((name.0.clone()?, value.0.clone()?)));
        let headers = headers.collect::<Headers>();
        let from = self.from_full.0.as_ref();
        let text = |text: &Loose<String>| text.0.clone();
        Mail {
            from: from.and_then(|from| text(&from.email)),
            from_name: from.and_then(|from| text(&from.name)),
            to: self.to_full.items().filter_map(|to| text(&to.email)).collect(),
            sent_at: self.date.0.as_deref().and_then(nerve_mail::date),
            subject: text(&self.subject),
            texts: [&self.stripped_text_reply, &self.text_body].into_iter().filter_map(text).collect(),
            html: text(&self.html_body),
            attachments: self.attachments.items().take(MAX_ITEMS).map(attachment).collect(),
            authentication: authentication(&headers, server),
            headers,
        }
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
