//! A mail, as SendGrid has taken it apart into a form.

use nerve_intake::{
    multipart::{Field, Form},
    reading::{Loose, NAME_CHARS, line},
};
use nerve_mail_source::{Handed, Headers, authentication, head, sender_in};
use nerve_model::{Attachment, Authentication, SignedBy};
use nerve_protocol::written_mail::{Span, WrittenMail, WrittenText};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most attachments that are handed on.
const MAX_ITEMS: usize = 20;

/// The SMTP envelope: the actual sender, whatever `From` says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    from: Loose<String>,
}

/// The fields of a form.
pub(crate) struct Fields<'a> {
    form: &'a Form<'a>,
    body: &'a [u8],
    charsets: BTreeMap<String, String>,
    envelope: Envelope,
}

impl<'a> Fields<'a> {
    /// `body` is the one that the form was read from.
    pub(crate) fn new(form: &'a Form<'a>, body: &'a [u8]) -> Self {
        let charsets = form.get("charsets").and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default();
        let envelope = form.get("envelope").and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default();
        Self { form, body, charsets, envelope }
    }

    /// The header lines, byte for byte: the same in each attempt.
    pub(crate) fn header_lines(&self) -> Option<&'a [u8]> {
        self.form.get("headers").or_else(|| self.whole().map(head))
    }

    /// The whole mail, if the option to post it is on.
    fn whole(&self) -> Option<&'a [u8]> {
        ["email", "rawEmail"].iter().find_map(|name| self.form.get(name))
    }

    /// The score of the vendor's spam check, if it is on, in whole points.
    pub(crate) fn spam_score(&self) -> Option<i32> {
        self.word("spam_score")?.split('.').next()?.parse().ok()
    }

    /// True if nobody would get an answer: the envelope of a mail server's report has no sender.
    pub(crate) fn is_bounce(&self) -> bool {
        self.envelope.from.0.as_deref().is_some_and(|from| matches!(from.trim(), "" | "<>"))
    }

    /// The mail with the findings about its sender by SendGrid and by `server`, if one is named.
    pub(crate) fn handed(&self, server: Option<&str>) -> Handed {
        let headers = Headers::parse(self.header_lines().unwrap_or_default());
        let found = self.authentication(authentication::found_by(server, &headers));
        let from = match self.form.get("from") {
            Some(from) => sender_in(&String::from_utf8_lossy(from)),
            None => headers.from(),
        };
        let subject = self.word("subject").or_else(|| headers.all("subject").next()).unwrap_or_default().to_owned();
        Handed { from, subject, authentication: found, written: self.written(&headers), headers }
    }

    fn written(&self, headers: &Headers) -> WrittenMail {
        let whole = self.whole().and_then(|mail| Span::of(mail, self.body));
        if whole.is_some() {
            return WrittenMail { whole, ..WrittenMail::default() };
        }
        let fields = [("From", "from"), ("To", "to"), ("Subject", "subject")];
        let fields = fields.into_iter().filter_map(|(header, field)| Some((header.to_owned(), self.text(field)?)));
        // SendGrid's fields are decoded; but then a comma in a name looks like one between names. Such a header is
        // better as it was written.
        let is_encoded =
            |(_, value): &(String, WrittenText)| matches!(value, WrittenText::Decoded(text) if text.contains("=?"));
        let (encoded, plain): (Vec<_>, Vec<_>) = headers.to_read().into_iter().partition(is_encoded);
        WrittenMail {
            headers: encoded.into_iter().chain(fields).chain(plain).collect(),
            texts: self.text("text").into_iter().collect(),
            html: self.text("html"),
            attachments: self.form.files().take(MAX_ITEMS).map(attachment).collect(),
            ..WrittenMail::default()
        }
    }

    /// A field in its encoding.
    fn text(&self, name: &str) -> Option<WrittenText> {
        let span = Span::of(self.form.get(name)?, self.body)?;
        let charset = self.charsets.get(name).map_or("utf-8", String::as_str).to_owned();
        Some(WrittenText::Encoded { span, charset })
    }

    /// A field that is plain ASCII.
    fn word(&self, name: &str) -> Option<&'a str> {
        core::str::from_utf8(self.form.get(name)?).ok().map(str::trim)
    }

    /// SendGrid's own findings override those of another server.
    fn authentication(&self, mut found: Authentication) -> Authentication {
        if let Some(result) = self.word("SPF").and_then(authentication::result) {
            let domain = self.envelope.from.0.as_deref().and_then(authentication::domain);
            found.spf = Some(SignedBy { domain, result });
        }
        if let Some(signatures) = self.word("dkim") {
            found.dkim = signatures_of(signatures);
        }
        found
    }
}

fn attachment(file: &Field<'_>) -> Attachment {
    Attachment {
        name: file.file_name.as_deref().and_then(|name| line(name, NAME_CHARS)),
        media_type: file.media_type.as_deref().and_then(|media_type| line(media_type, NAME_CHARS)),
        bytes: u64::try_from(file.content.len()).ok(),
    }
}

/// `{@halden.example : pass, @list.example : fail}`
fn signatures_of(text: &str) -> Vec<SignedBy> {
    let signature = |part: &str| {
        let (domain, word) = part.rsplit_once(':')?;
        let domain = domain.trim().trim_start_matches('@');
        Some(SignedBy { domain: authentication::domain(domain), result: authentication::result(word.trim())? })
    };
    let inside = text.trim().trim_start_matches('{').trim_end_matches('}');
    inside.split(',').filter_map(signature).take(authentication::MAX_SIGNATURES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::AuthResult;

    #[test]
    fn signatures_are_read_as_sendgrid_writes_them() {
        let signed = |domain: &str, result| SignedBy { domain: Some(domain.to_owned()), result };
        for (text, expected) in [
            ("{@Halden.example : pass}", vec![signed("halden.example", AuthResult::Pass)]),
            (
                "{@a.example : fail, @b.example : pass}",
                vec![signed("a.example", AuthResult::Fail), signed("b.example", AuthResult::Pass)],
            ),
            ("none", vec![]),
            ("{}", vec![]),
            ("{@a.example : certainly}", vec![]),
        ] {
            assert_eq!(signatures_of(text), expected, "{text}");
        }
    }
}
