use nerve_intake::reading::{People, VendorId};
use nerve_protocol::written_mail::{HEADERS, WrittenText};

/// Further headers are not read.
const MAX_HEADERS: usize = 500;

/// The bytes of headers that are read.
const MAX_HEADER_BYTES: usize = 200_000;

/// Values of `Precedence` in bulk mail.
const BULK: [&str; 4] = ["bulk", "list", "junk", "auto_reply"];

/// Headers that only automatic answers have.
const ANSWERS: [&str; 3] = ["x-autoreply", "x-autorespond", "x-autoreply-from"];

/// Headers that only reports of mail servers have.
const REPORTS: [&str; 2] = ["x-failed-recipients", "x-ms-exchange-message-is-ndr"];

/// Local parts from which mail servers report, in lower case.
const SERVERS: [&str; 4] = ["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"];

/// The headers of a mail as written, topmost first: the last one added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

/// The header lines of a mail: all before its first empty line.
pub fn head(mail: &[u8]) -> &[u8] {
    let empty = |at: &usize| {
        let rest = mail.get(at + 1..).unwrap_or_default();
        mail.get(*at) == Some(&b'\n') && (rest.starts_with(b"\n") || rest.starts_with(b"\r\n"))
    };
    let end = (0..mail.len().min(MAX_HEADER_BYTES)).find(empty).map_or(mail.len(), |end| end + 1);
    mail.get(..end.min(MAX_HEADER_BYTES)).unwrap_or(mail)
}

impl Headers {
    /// Parses the headers of a mail (RFC 5322): one a line, continued by lines that begin with a space.
    pub fn parse(mail: &[u8]) -> Self {
        let block = String::from_utf8_lossy(head(mail));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
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

    /// The headers that the platform's own server added: those above the second `Received`.
    #[must_use]
    pub fn of_last_server(&self) -> Self {
        let received = |header: &&(String, String)| header.0.eq_ignore_ascii_case("received");
        let mut servers = 0;
        let own = self.0.iter().take_while(|header| {
            servers += usize::from(received(header));
            servers < 2
        });
        Self(own.cloned().collect())
    }

    /// Those that the context worker reads.
    pub fn to_read(&self) -> Vec<(String, WrittenText)> {
        let read = |name: &str| HEADERS.iter().any(|read| name.eq_ignore_ascii_case(read));
        let text = |(name, value): &(String, String)| (name.clone(), WrittenText::Decoded(value.clone()));
        self.0.iter().filter(|(name, _)| read(name)).map(text).collect()
    }

    /// True if a server wrote it to report that a mail was not delivered (RFC 3464), whatever the server calls it.
    pub fn is_bounce(&self, from: &str) -> bool {
        let nobody = self.all("return-path").next().is_some_and(|path| path.replace(' ', "") == "<>");
        let report = self.all("content-type").any(|kind| kind.trim_start().get(..16).is_some_and(is_report));
        let local = from.split('@').next().unwrap_or_default().trim().to_ascii_lowercase();
        let marked = REPORTS.iter().any(|name| self.all(name).next().is_some());
        nobody || report || marked || SERVERS.contains(&local.as_str())
    }

    /// True if a program sent it (RFC 3834) or a mailing list that is not our own did. A program that says whom to
    /// answer at another domain sends on what a visitor of a page wrote.
    pub fn is_automatic(&self, from: &str, people: &People) -> bool {
        let submitted = self.all("auto-submitted").map(first_word).any(|word| match word.as_str() {
            "no" => false,
            "auto-generated" => !self.names_another(from),
            _ => true,
        });
        let bulk = self.all("precedence").map(first_word).any(|word| BULK.contains(&word.as_str()));
        let answer = submitted || ANSWERS.iter().any(|name| self.all(name).next().is_some());
        match self.all("list-id").next() {
            Some(list) => answer || !is_our_list(list, people),
            None => answer || bulk,
        }
    }

    fn names_another(&self, from: &str) -> bool {
        let own = from.rsplit_once('@').map(|(_, domain)| domain);
        let other = self.all("reply-to").find_map(sender_in);
        other.as_deref().and_then(|address| address.rsplit_once('@')).is_some_and(|(_, domain)| Some(domain) != own)
    }

    /// The address in `From` as far as it can be told without a parser; the same in each copy.
    pub fn from(&self) -> Option<String> {
        self.all("from").find_map(sender_in)
    }

    /// The mail's id, without brackets.
    pub fn message_id(&self) -> Option<VendorId> {
        self.all("message-id").find_map(|id| VendorId::new(id.trim().trim_start_matches('<').trim_end_matches('>')))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().take(MAX_HEADERS).collect())
    }
}

fn is_report(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("multipart/report")
}

/// The first word in lower case, without a parameter or comment behind it.
fn first_word(value: &str) -> String {
    let end = value.trim_start();
    end.split(|c: char| c.is_whitespace() || c == ';' || c == '(').next().unwrap_or_default().to_ascii_lowercase()
}

/// A list at one of our own domains passes on what people write to us: `Sales <sales.ours.example>`.
fn is_our_list(list: &str, people: &People) -> bool {
    let id = list.rsplit_once('<').map_or(list, |(_, id)| id).trim().trim_end_matches('>');
    id.match_indices('.').any(|(at, _)| id.get(at + 1..).is_some_and(|domain| people.is_ours(&format!("@{domain}"))))
}

/// The last address of a header's text, in lower case: the one in brackets, else the last word with an `@`.
pub fn sender_in(text: &str) -> Option<String> {
    let in_brackets = text.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next()).filter(|it| it.contains('@'));
    let a_word = || text.split([' ', ',', ';', '"', '(', ')', '<', '>', '\t']).rfind(|word| word.contains('@'));
    in_brackets.or_else(a_word).map(|address| address.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_stand_one_a_line_and_go_on_after_a_space() {
        let block = "Received: by a\r\nRECEIVED: by b;\r\n\twith tls\r\nno colon\r\nDate: Mon, 23 Nov 2026 10:58:00 +0100\r\n\
                     Message-ID: <m-1@a.example>\r\n\r\nMessage-ID: <body@a.example>";
        let headers = Headers::parse(block.as_bytes());
        assert_eq!(headers.all("received").collect::<Vec<_>>(), ["by a", "by b;\twith tls"]);
        assert_eq!(headers.message_id().map(|id| id.to_string()).as_deref(), Some("m-1@a.example"));
        assert_eq!(headers.of_last_server().all("received").count(), 1);
        assert_eq!(Headers::parse(b" continued from nothing\n"), Headers::default());
        assert_eq!(Headers::parse("A: b\n".repeat(10_000).as_bytes()).all("a").count(), MAX_HEADERS);
    }

    #[test]
    fn mail_of_programs_and_lists_is_automatic() {
        let people = People::new(vec!["ours.example".to_owned()], None);
        for (header, automatic) in [
            ("Auto-Submitted: auto-replied", true),
            ("Auto-Submitted: auto-generated", true),
            ("Auto-Submitted: auto-generated\nReply-To: Ada <ada@customer.example>", false),
            ("Auto-Submitted: auto-generated\nReply-To: help@a.example", true),
            ("Auto-Submitted: auto-replied\nReply-To: Ada <ada@customer.example>", true),
            ("Auto-Submitted: No (a person)", false),
            ("X-Autoreply: yes", true),
            ("X-Auto-Response-Suppress: All", false),
            ("Precedence: Bulk", true),
            ("Precedence: auto_reply", true),
            ("Precedence: first-class", false),
            ("List-Id: <news.example>", true),
            ("List-Id: News <news.notours.example>", true),
            ("Precedence: list\nList-Id: Sales <sales.ours.example>", false),
            ("Auto-Submitted: auto-replied\nList-Id: Sales <sales.ours.example>", true),
            ("Subject: list-id", false),
        ] {
            assert_eq!(Headers::parse(header.as_bytes()).is_automatic("a@a.example", &people), automatic, "{header}");
        }
    }

    #[test]
    fn a_report_of_a_mail_server_is_no_mail_of_a_person() {
        for (header, from, bounce) in [
            ("Return-Path: <>", "a@a.example", true),
            ("Return-Path: <a@a.example>", "a@a.example", false),
            ("Content-Type: Multipart/Report; report-type=delivery-status", "a@a.example", true),
            ("Content-Type: multipart/mixed", "a@a.example", false),
            ("X-Failed-Recipients: b@b.example", "a@a.example", true),
            ("Subject: x", "MAILER-DAEMON@a.example", true),
            ("Subject: x", "postmaster@a.example", true),
            ("Subject: x", "post@a.example", false),
        ] {
            assert_eq!(Headers::parse(header.as_bytes()).is_bounce(from), bounce, "{header} {from}");
        }
    }

    #[test]
    fn the_sender_as_written_is_an_address() {
        for (text, expected) in [
            ("Ada@A.example", Some("ada@a.example")),
            ("\"King, Ada\" <ada@a.example>", Some("ada@a.example")),
            ("\"ada@bank.example\" <mallory@b.example>", Some("mallory@b.example")),
            ("ada@a.example (Ada <3)", Some("ada@a.example")),
            ("undisclosed", None),
            ("", None),
        ] {
            assert_eq!(sender_in(text).as_deref(), expected, "{text}");
        }
    }
}
