//! A mail, as SendGrid has taken it apart into a form.

use crate::charset;
use nerve_intake::{
    multipart::{Field, Form},
    reading::{Loose, NAME_CHARS, TEXT_CHARS, line},
};
use nerve_mail::{Headers, MAX_ITEMS, Mail, authentication};
use nerve_model::{Attachment, Authentication, SignedBy};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The bytes of a field that are decoded: HTML may be ten times as long as its text, and characters have up to four
/// bytes.
const MAX_FIELD_BYTES: usize = TEXT_CHARS * 40;

/// The bytes of headers that are read for the servers on the way.
const MAX_HEADER_BYTES: usize = 100_000;

/// The SMTP envelope: the actual sender, whatever `From` says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    from: Loose<String>,
}

/// The fields of a form, decoded.
pub(crate) struct Fields<'a> {
    form: &'a Form<'a>,
    charsets: BTreeMap<String, String>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(form: &'a Form<'a>) -> Self {
        let charsets = form.get("charsets").and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default();
        Self { form, charsets }
    }

    /// The header lines, byte for byte: the same in each attempt.
    pub(crate) fn header_lines(&self) -> Option<&'a [u8]> {
        self.form.get("headers")
    }

    /// True if the vendor sent the whole mail in one field, which is an option.
    pub(crate) fn is_raw(&self) -> bool {
        ["email", "rawEmail"].iter().any(|name| self.form.get(name).is_some())
    }

    /// The score of the vendor's spam check, if it is on, in whole points.
    pub(crate) fn spam_score(&self) -> Option<i32> {
        self.text("spam_score")?.trim().split('.').next()?.parse().ok()
    }

    /// The mail with the findings about its sender by SendGrid and by `server`, if one is named.
    pub(crate) fn mail(&self, server: Option<&str>) -> Mail {
        let lines = self.header_lines().unwrap_or_default();
        let lines = lines.get(..MAX_HEADER_BYTES).unwrap_or(lines);
        let headers = Headers::parse(&String::from_utf8_lossy(lines));
        let (from_name, from) = self.text("from").map(|from| mailbox(&from)).unwrap_or_default();
        Mail {
            from: from.filter(|from| !from.is_empty()),
            from_name,
            to: self.text("to").map(|to| to.split(',').filter_map(|to| mailbox(to).1).collect()).unwrap_or_default(),
            sent_at: headers.date(),
            subject: self.text("subject"),
            texts: self.text("text").into_iter().collect(),
            html: self.text("html"),
            attachments: self.attachments(),
            authentication: self.authentication(authentication::found_by(server, &headers)),
            headers,
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        let bytes = self.form.get(name)?;
        let bytes = bytes.get(..MAX_FIELD_BYTES).unwrap_or(bytes);
        Some(charset::decode(self.charsets.get(name).map_or("utf-8", String::as_str), bytes))
    }

    fn attachments(&self) -> Vec<Attachment> {
        let attachment = |file: &Field<'_>| Attachment {
            name: file.file_name.as_deref().and_then(|name| line(name, NAME_CHARS)),
            media_type: file.media_type.as_deref().and_then(|media_type| line(media_type, NAME_CHARS)),
            bytes: u64::try_from(file.content.len()).ok(),
        };
        self.form.files().take(MAX_ITEMS).map(attachment).collect()
    }

    /// SendGrid's own findings override those of another server.
    fn authentication(&self, mut found: Authentication) -> Authentication {
        let envelope: Envelope =
            self.form.get("envelope").and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default();
        if let Some(result) = self.text("SPF").and_then(|word| authentication::result(word.trim())) {
            found.spf = Some(SignedBy { domain: envelope.from.0.as_deref().and_then(authentication::domain), result });
        }
        if let Some(signatures) = self.text("dkim") {
            found.dkim = signatures_of(&signatures);
        }
        found
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

/// A mailbox in a header: a name and an address in brackets, or an address alone.
fn mailbox(text: &str) -> (Option<String>, Option<String>) {
    match text.rsplit_once('<') {
        Some((name, address)) => {
            let name = name.trim().trim_matches('"').replace("\\\"", "\"");
            let address = address.split('>').next().unwrap_or_default();
            (Some(name).filter(|name| !name.is_empty()), Some(address.trim().to_owned()))
        }
        None => (None, Some(text.trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::AuthResult;

    #[test]
    fn mailboxes_stand_in_many_ways() {
        for (text, name, address) in [
            ("ada@a.example", None, "ada@a.example"),
            ("Ada King <ada@a.example>", Some("Ada King"), "ada@a.example"),
            ("\"King, Ada\" <ada@a.example>", Some("King, Ada"), "ada@a.example"),
            ("<ada@a.example>", None, "ada@a.example"),
            ("ada@bank.example <mallory@b.example>", Some("ada@bank.example"), "mallory@b.example"),
            ("", None, ""),
        ] {
            assert_eq!(mailbox(text), (name.map(str::to_owned), Some(address.to_owned())), "{text}");
        }
    }

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
