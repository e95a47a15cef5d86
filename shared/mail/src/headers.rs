use chrono::DateTime;
use nerve_intake::reading::{VendorId, instant};
use nerve_model::Timestamp;

/// Further headers are not read.
const MAX_HEADERS: usize = 500;

/// Values of `Precedence` in bulk mail.
const BULK: [&str; 4] = ["bulk", "list", "junk", "auto_reply"];

/// The headers of a mail, topmost first: the last one added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Parses the headers of a mail (RFC 5322): one a line, continued by lines that begin with a space.
    pub fn parse(block: &str) -> Self {
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in block.lines().take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                headers.last_mut().into_iter().for_each(|(_, value)| value.push_str(line));
            } else if let Some((name, value)) = line.split_once(':').filter(|_| headers.len() < MAX_HEADERS) {
                headers.push((name.trim_end().to_owned(), value.trim().to_owned()));
            }
        }
        Self(headers)
    }

    /// The values of the headers of that name, topmost first.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// True if a program sent it (RFC 3834) or a mailing list did.
    pub fn is_automatic(&self) -> bool {
        let submitted = self.all("auto-submitted").any(|value| !value.trim().eq_ignore_ascii_case("no"));
        let bulk = self.all("precedence").any(|value| BULK.contains(&value.trim().to_ascii_lowercase().as_str()));
        submitted || bulk || self.all("list-id").next().is_some()
    }

    /// The mail's id, without brackets.
    pub fn message_id(&self) -> Option<String> {
        self.all("message-id").find_map(bare)
    }

    /// The id of the mail it answers, without brackets.
    pub fn in_reply_to(&self) -> Option<String> {
        self.all("in-reply-to").find_map(bare)
    }

    /// The time of writing, by the sender's clock.
    pub fn date(&self) -> Option<Timestamp> {
        self.all("date").find_map(date)
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().take(MAX_HEADERS).collect())
    }
}

/// An instant in the form of a `Date` header: `Mon, 23 Nov 2026 09:58:00 +0000`.
pub fn date(text: &str) -> Option<Timestamp> {
    instant(DateTime::parse_from_rfc2822(text.trim()).ok()?.timestamp())
}

fn bare(id: &str) -> Option<String> {
    VendorId::new(id.trim().trim_start_matches('<').trim_end_matches('>')).map(|id| id.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_stand_one_a_line_and_go_on_after_a_space() {
        let block = "Received: by a\r\nRECEIVED: by b;\r\n\twith tls\r\nno colon\r\nDate: Mon, 23 Nov 2026 10:58:00 +0100\r\n\
                     Message-ID: <m-1@a.example>\r\nIn-Reply-To: <two words>\r\n\r\nMessage-ID: <body@a.example>";
        let headers = Headers::parse(block);
        assert_eq!(headers.all("received").collect::<Vec<_>>(), ["by a", "by b;\twith tls"]);
        assert_eq!((headers.message_id().as_deref(), headers.in_reply_to()), (Some("m-1@a.example"), None));
        assert_eq!(headers.date().unwrap().to_string(), "2026-11-23T09:58:00.000Z");
        assert_eq!(Headers::parse(" continued from nothing\n"), Headers::default());
        assert_eq!(Headers::parse(&"A: b\n".repeat(10_000)).all("a").count(), MAX_HEADERS);
    }

    #[test]
    fn mail_of_programs_and_lists_is_automatic() {
        for (header, automatic) in [
            ("Auto-Submitted: auto-replied", true),
            ("Auto-Submitted: no", false),
            ("Precedence: Bulk", true),
            ("Precedence: first-class", false),
            ("List-Id: <news.example>", true),
            ("Subject: list-id", false),
        ] {
            assert_eq!(Headers::parse(header).is_automatic(), automatic, "{header}");
        }
    }
}
