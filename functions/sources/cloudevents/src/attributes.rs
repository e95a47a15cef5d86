//! The attributes of an event, and their form in headers.

use nerve_intake::{Malformed, reading::required};
use nerve_model::one_line;
use serde_json::{Map, Value};

/// The longest attribute, in bytes: a dedup key of source and id stays under a kilobyte.
const MAX_BYTES: usize = 255;

/// The attributes of an event beside its data.
#[derive(Debug)]
pub(crate) struct Attributes {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) event_type: String,
    pub(crate) subject: Option<String>,
    pub(crate) time: Option<String>,
}

impl Attributes {
    /// The attributes of an event in binary mode: headers `ce-*`.
    pub(crate) fn of_headers<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Malformed> {
        Self::read(|name| header(&format!("ce-{name}")).and_then(unescaped))
    }

    /// The attributes of an event in structured mode.
    pub(crate) fn of_members(members: &Map<String, Value>) -> Result<Self, Malformed> {
        Self::read(|name| members.get(name)?.as_str().map(str::to_owned))
    }

    fn read(attribute: impl Fn(&str) -> Option<String>) -> Result<Self, Malformed> {
        if attribute("specversion").as_deref() != Some("1.0") {
            return Err(Malformed("specversion must be 1.0".to_owned()));
        }
        let needed = |name| required(attribute(name).filter(|text| is_name(text)), name);
        Ok(Self {
            id: needed("id")?,
            source: needed("source")?,
            event_type: needed("type")?,
            subject: attribute("subject"),
            time: attribute("time"),
        })
    }
}

/// True for one clean line of limited length, not empty: the specification forbids control characters, too.
fn is_name(text: &str) -> bool {
    (1..=MAX_BYTES).contains(&text.len()) && one_line(text, MAX_BYTES) == text
}

/// The value of a header by section 3.1.3.2 of the HTTP binding: removes the quotes of RFC 7230, then decodes one round
/// of percent-encoding. `None` if the bytes are not UTF-8.
fn unescaped(header: &str) -> Option<String> {
    let header = header.trim();
    let quoted = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    percent_decoded(&quoted.map_or_else(|| header.to_owned(), without_backslashes))
}

fn without_backslashes(quoted: &str) -> String {
    let mut plain = String::with_capacity(quoted.len());
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        plain.extend(if c == '\\' { rest.next() } else { Some(c) });
    }
    plain
}

pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = if *first == b'%' { after.split_at_checked(2) } else { None };
        let (byte, left) = escaped.and_then(|(digits, left)| Some((hex(digits)?, left))).unwrap_or((*first, after));
        bytes.push(byte);
        rest = left;
    }
    String::from_utf8(bytes).ok()
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_unescaped_once() {
        for (header, expected) in [
            ("plain", Some("plain")),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", Some("Euro € 😀")),
            ("%25", Some("%")),
            ("%2541", Some("%41")),
            ("100%", Some("100%")),
            ("%zz%4", Some("%zz%4")),
            ("%+1", Some("%+1")),
            (r#""a \"b\" c""#, Some(r#"a "b" c"#)),
            (r#""Euro%20\%20""#, Some("Euro  ")),
            ("%ff", None),
        ] {
            assert_eq!(unescaped(header).as_deref(), expected, "{header}");
        }
    }
}
