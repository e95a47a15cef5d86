//! JSON that is nearly right, as scripts and templates write it: half an emoji, a byte order mark, another encoding, raw
//! line breaks in a text, quotation marks and backslashes that a placeholder brought, a value that came empty.
//!
//! Only a document that strict reading refuses is mended, and the result is read strictly again. The writing is mended;
//! no value is invented.

/// Deeper documents are not mended; strict reading refuses them as well.
const MAX_DEPTH: usize = 128;

/// The longest name of a field, in bytes, by which the end of the text before it is known.
const MAX_NAME: usize = 200;

/// Each character may be looked at this often, whatever the text.
const LOOKS: usize = 4;

/// The document as it was meant; `None` if that cannot be told.
pub(super) fn mended(body: &[u8]) -> Option<String> {
    let text = decoded(body);
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\0', '\u{1a}']);
    let out = String::with_capacity(text.len());
    Mender { rest: text, out, open: Vec::new(), fuel: text.len().saturating_mul(LOOKS) }.document()
}

/// The field at which strict reading stopped: the last name before this line and column, if it is a plain one.
pub(super) fn field(body: &[u8], line: usize, column: usize) -> Option<&str> {
    let lines = body.split_inclusive(|byte| *byte == b'\n').take(line.checked_sub(1)?);
    let start: usize = lines.map(<[u8]>::len).sum();
    let before = body.get(..start.saturating_add(column).min(body.len()))?;
    let mut colons = memchr::memrchr_iter(b':', before);
    let name = colons.find_map(|colon| before.get(..colon)?.trim_ascii_end().strip_suffix(b"\""))?;
    let name = name.get(memchr::memrchr(b'"', name)? + 1..)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let name = std::str::from_utf8(name).ok()?;
    ((1..=60).contains(&name.len()) && name.as_bytes().iter().all(plain)).then_some(name)
}

/// The text of a body: UTF-16, UTF-8, or else Windows-1252. Bytes that are no text become U+FFFD.
fn decoded(body: &[u8]) -> String {
    match body {
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => utf_16(body, u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => utf_16(body, u16::from_be_bytes),
        _ if is_windows_1252(body) => body.iter().map(|byte| windows_1252(*byte)).collect(),
        _ => String::from_utf8_lossy(body).into_owned(),
    }
}

fn utf_16(body: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = body.chunks_exact(2).filter_map(|two| two.try_into().ok()).map(unit);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// True if every character beyond ASCII is a single byte, and one of them a letter inside a word: `M\xfcller`. A
/// character of UTF-8 that was cut off stands at the end of a text.
fn is_windows_1252(body: &[u8]) -> bool {
    let mut inside = false;
    let mut rest = body;
    while let Err(error) = std::str::from_utf8(rest) {
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        let (Some((byte, after)), true) = (invalid.split_first(), valid.is_ascii()) else { return false };
        inside |= (0xc0..=0xfe).contains(byte) && after.first().is_some_and(u8::is_ascii_alphabetic);
        rest = after;
    }
    inside && rest.is_ascii()
}

/// Windows-1252 from 0x80 to 0x9f, where it differs from ISO 8859-1.
const PUNCTUATION: [u16; 32] = [
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd,
    0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
    0x0153, 0xfffd, 0x017e, 0x0178,
];

fn windows_1252(byte: u8) -> char {
    let code = PUNCTUATION.get(usize::from(byte.wrapping_sub(0x80)));
    code.map_or(char::from(byte), |code| char::from_u32((*code).into()).unwrap_or(char::REPLACEMENT_CHARACTER))
}

struct Mender<'a> {
    rest: &'a str,
    out: String,
    /// The brackets that are open.
    open: Vec<u8>,
    fuel: usize,
}

impl Mender<'_> {
    fn document(mut self) -> Option<String> {
        while let Some(byte) = self.rest.as_bytes().first().copied() {
            match byte {
                b'"' => self.text()?,
                b'{' | b'[' => {
                    self.open.push(byte);
                    self.copy(1);
                }
                b'}' | b']' => {
                    self.open.pop()?;
                    self.end_value(byte);
                    self.copy(1);
                }
                b',' => {
                    self.end_value(byte);
                    self.copy(1);
                }
                b':' | b' ' | b'\t' | b'\r' | b'\n' => self.copy(1),
                _ => self.bare()?,
            }
            if self.open.len() > MAX_DEPTH {
                return None;
            }
        }
        Some(self.out)
    }

    fn copy(&mut self, bytes: usize) {
        self.out.push_str(self.rest.get(..bytes).unwrap_or_default());
        self.skip(bytes);
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// True where the name of a field is due.
    fn is_at_name(&self) -> bool {
        self.open.last() == Some(&b'{') && !self.out.trim_end().ends_with(':')
    }

    /// A placeholder that came empty leaves a colon without a value; a loop in a template, one comma too many.
    fn end_value(&mut self, byte: u8) {
        let end = self.out.trim_end();
        if end.ends_with(':') {
            self.out.push_str("null");
        } else if byte != b',' && end.ends_with(',') {
            self.out.truncate(end.len() - 1);
        }
    }

    /// A value without quotation marks.
    fn bare(&mut self) -> Option<()> {
        let first = self.rest.chars().next()?;
        if is_invisible(first) {
            self.skip(first.len_utf8());
            return Some(());
        }
        // Outside of brackets nothing shows that this is meant to be JSON.
        self.open.last()?;
        let end = self.rest.find([',', '}', ']', '\n']);
        let word = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default();
        self.skip(word.len());
        match word.trim_end_matches(is_invisible) {
            "True" => self.out.push_str("true"),
            "False" => self.out.push_str("false"),
            "NaN" | "Infinity" | "-Infinity" | "None" | "undefined" => self.out.push_str("null"),
            word if matches!(word, "true" | "false" | "null") || is_number(word) => self.out.push_str(word),
            word => {
                self.out.push('"');
                word.chars().for_each(|c| escape(&mut self.out, c));
                self.out.push('"');
            }
        }
        Some(())
    }

    /// A text. If it turns out that its writer escaped nothing, it is read again with its backslashes as they stand.
    fn text(&mut self) -> Option<()> {
        let (start, written, is_name) = (self.rest, self.out.len(), self.is_at_name());
        if !self.text_until_end(is_name, false)? {
            self.rest = start;
            self.out.truncate(written);
            self.text_until_end(is_name, true)?;
        }
        Some(())
    }

    /// False if the text holds what only a writer leaves who escapes nothing.
    fn text_until_end(&mut self, is_name: bool, raw: bool) -> Option<bool> {
        self.copy(1);
        loop {
            self.fuel = self.fuel.checked_sub(1)?;
            let first = self.rest.chars().next()?;
            match first {
                '"' if self.ends_after(1, is_name) => {
                    self.copy(1);
                    return Some(true);
                }
                '"' if !raw => return Some(false),
                '\\' if !raw => match self.rest.as_bytes().get(1)? {
                    b'"' if self.ends_after(2, is_name) => return Some(false),
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.copy(2),
                    // An escape of JavaScript and PHP.
                    b'\'' => self.skip(1),
                    b'u' => match (unit(self.rest, 0), unit(self.rest, 6)) {
                        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => self.copy(12),
                        (Some(0xd800..0xe000), _) => {
                            self.out.push_str("\\ufffd");
                            self.skip(6);
                        }
                        (Some(_), _) => self.copy(6),
                        (None, _) => return Some(false),
                    },
                    _ => return Some(false),
                },
                _ => {
                    escape(&mut self.out, first);
                    self.skip(first.len_utf8());
                }
            }
        }
    }

    /// True if what comes after so many bytes can follow a text, and hardly stand in it.
    fn ends_after(&self, bytes: usize, is_name: bool) -> bool {
        let rest = self.rest.as_bytes().get(bytes..).unwrap_or_default().trim_ascii_start();
        let Some((first, after)) = rest.split_first() else { return true };
        let after = after.trim_ascii_start();
        match (first, self.open.last()) {
            (b':', _) => is_name,
            _ if is_name => false,
            (b',', Some(b'{')) => after.first() == Some(&b'}') || begins_with_name(after),
            (b',', Some(b'[')) => begins_with_value(after),
            (b'}', Some(b'{')) | (b']', Some(b'[')) if self.open.len() == 1 => after.is_empty(),
            (b'}', Some(b'{')) | (b']', Some(b'[')) => matches!(after.first(), Some(b',' | b'}' | b']')),
            _ => false,
        }
    }
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0')
}

fn begins_with_name(rest: &[u8]) -> bool {
    let Some(name) = rest.strip_prefix(b"\"") else { return false };
    let end = memchr::memchr(b'"', name.get(..MAX_NAME).unwrap_or(name));
    end.and_then(|end| name.get(end + 1..)).is_some_and(|after| after.trim_ascii_start().first() == Some(&b':'))
}

fn begins_with_value(rest: &[u8]) -> bool {
    let literal = [&b"true"[..], b"false", b"null", b"]"].iter().any(|word| rest.starts_with(word));
    literal || rest.first().is_some_and(|byte| byte.is_ascii_digit() || b"\"{[-".contains(byte))
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word).as_bytes();
    let begins = match digits {
        [b'0', second, ..] => !second.is_ascii_digit(),
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    };
    begins && digits.iter().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(byte))
}

/// The code of `\u1234`, so many bytes into the text.
fn unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

fn escape(out: &mut String, c: char) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\n' => out.push_str("\\n"),
        '\0'..' ' => {
            let hex = |nibble: u32| HEX.get(nibble as usize & 15).copied().unwrap_or('0');
            out.push_str("\\u00");
            out.extend([hex(u32::from(c) >> 4), hex(u32::from(c))]);
        }
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::json;
    use serde_json::{Value, json};

    fn read(body: &[u8]) -> Value {
        json(body, "the body").unwrap_or_else(|wrong| panic!("{}: {wrong}", String::from_utf8_lossy(body)))
    }

    #[test]
    fn a_text_that_is_nearly_json_is_read() {
        for (body, text) in [
            // A script cut an emoji in two, at either end.
            (r#"{"a":"Great \ud83d"}"#, "Great \u{fffd}"),
            (r#"{"a":"\uDE00 and \ud83d\ude00"}"#, "\u{fffd} and 😀"),
            (r#"{"a":"\ud83d\ud83d\ude00\ud83dx\u00e9"}"#, "\u{fffd}😀\u{fffd}xé"),
            (r#"{"a":"\ud83d\n\"\\ud83d\/"}"#, "\u{fffd}\n\"\\ud83d/"),
            // The mark that editors and .NET put before a text; a C program's last byte.
            ("\u{feff}{\"a\":\"x\"}", "x"),
            ("\u{feff}\u{feff} {\"a\":\"\u{feff}x\"}\0\0", "\u{feff}x"),
            ("{\u{a0}\"a\":\u{200b}\"x\"}", "x"),
            // Raw control characters.
            ("{\"a\":\"one\r\n\ttwo\u{1}\0\u{1f}\"}", "one\r\n\ttwo\u{1}\0\u{1f}"),
            // What a placeholder brings.
            (r#"{"a":"the "big" one","b":1}"#, r#"the "big" one"#),
            (r#"{"a":""big"","b":1}"#, r#""big""#),
            (r#"{"a":"size 5", "6", or 7" wide", "b": 1}"#, r#"size 5", "6", or 7" wide"#),
            (r#"{"a":"see {"x": "y"} there","b":1}"#, r#"see {"x": "y"} there"#),
            (r#"{"a":"\\server\share\new","b":1}"#, r"\\server\share\new"),
            (r#"{"a":"C:\dir\","b":1}"#, r"C:\dir\"),
            (r#"{"b":1,"a":"C:\new\"}"#, r"C:\new\"),
            (r#"{"a":"C:\users\u12","b":1}"#, r"C:\users\u12"),
            (r#"{"a":"It\'s \"here\"","b":1}"#, r#"It's "here""#),
            ("{\"a\":\"said \\\"yes\\\"\nand left\",\"b\":1}", "said \"yes\"\nand left"),
            ("{\"a\":\"say \"yes\"\n, \"no\"\",\n \"b\": 1}", "say \"yes\"\n, \"no\""),
            (r#"{"a":"x","b":"\u12"}"#, "x"),
            // Values that came empty, or from a language that is not JavaScript.
            (r#"{"b":,"a":"x"}"#, "x"),
            (r#"{"a":"x","b": , "c":}"#, "x"),
            (r#"{"a":"x","b":[1,2,],}"#, "x"),
            (r#"{"a":"x","b":[NaN,-Infinity,None,True,undefined]}"#, "x"),
            (r#"{"a":Big boiler "leaks","b":1}"#, r#"Big boiler "leaks""#),
            (r#"{"a":+49 30 901820}"#, "+49 30 901820"),
            (r#"{"a":007}"#, "007"),
        ] {
            assert_eq!(read(body.as_bytes())["a"], text, "{body}");
        }
    }

    #[test]
    fn what_is_mended_keeps_every_other_field() {
        let body = "{\"kind\": \"a\",\n \"list\": [\"x \"y\" z\", \"\\ud83d\", {\"q\": \"5\" nail\", \"n\": 2.50}, true],\n \
                    \"m\": {\"t\": \"a\tb\"}, \"empty\": , \"last\": false}";
        assert_eq!(
            read(body.as_bytes()),
            json!({
                "kind": "a",
                "list": ["x \"y\" z", "\u{fffd}", {"q": "5\" nail", "n": 2.50}, true],
                "m": {"t": "a\tb"},
                "empty": null,
                "last": false,
            })
        );
    }

    #[test]
    fn a_text_in_another_encoding_is_read() {
        let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let text = "{\"a\":\"Müller 😀\"}";
        let marked = format!("\u{feff}{text}");
        for body in [
            utf_16(&marked, u16::to_le_bytes),
            utf_16(&marked, u16::to_be_bytes),
            utf_16(text, u16::to_le_bytes),
            utf_16(text, u16::to_be_bytes),
        ] {
            assert_eq!(read(&body)["a"], "Müller 😀");
        }
        for (body, text) in [
            (&b"{\"a\":\"M\xfcller \x96 5 \x80\"}"[..], "Müller – 5 €"),
            // A byte that is no text, and a character that a program cut in two.
            (b"{\"a\":\"x\xffy\"}", "x\u{fffd}y"),
            (b"{\"a\":\"Gr\xc3\"}", "Gr\u{fffd}"),
            (b"{\"a\":\"\xf0\x9f\x98\"}", "\u{fffd}"),
            ("{\"a\":\"é\u{1}".as_bytes(), ""),
            (b"{\"a\":\"\xc3\xa9 M\xfcller\"}", "é M\u{fffd}ller"),
        ] {
            match text {
                "" => assert!(json::<Value>(body, "the body").is_err()),
                text => assert_eq!(read(body)["a"], text),
            }
        }
    }

    #[test]
    fn the_error_names_the_field_and_the_cure() {
        for (body, reason) in [
            (
                "{\n \"id\": 1,\n \"ticket.title\": \"Big\" boiler",
                "the body is no JSON (line 3, column 24): \"ticket.title\" there needs quotation marks around it, and \
                 those, backslashes and line breaks inside it escaped",
            ),
            ("{\"a b\": {{x}}", "the body is no JSON (line 1, column 10)"),
            ("<html>", "the body is no JSON (line 1, column 1)"),
            ("", "the body is no JSON (line 1, column 0)"),
            (
                "{\"a\":1",
                "the body is no JSON (line 1, column 6): \"a\" there needs quotation marks around it, and those, \
                          backslashes and line breaks inside it escaped",
            ),
        ] {
            assert_eq!(
                json::<std::collections::BTreeMap<String, Value>>(body.as_bytes(), "the body").unwrap_err().0,
                reason,
                "{body}"
            );
        }
    }

    #[test]
    fn work_is_bounded_whatever_the_text() {
        for body in [
            format!("{{{}\"x\": \"\\s", "\"a\\\",\"b\\\":".repeat(20_000)),
            format!("[{}", "\"\\\", ".repeat(50_000)),
            "[".repeat(200_000),
            format!("{{\"a\":\"{}", "\" ,\"".repeat(50_000)),
            format!("{{\"a\":\"x\"{}", " ".repeat(200_000)),
        ] {
            assert!(json::<Value>(body.as_bytes(), "the body").is_err());
        }
    }
}
