//! Decoding of a file's bytes.
//!
//! A text in Unicode says so itself. In any other encoding the encoding is guessed, and a person may choose another: such
//! a text keeps its bytes, one character each, and every cell is decoded on its own. The characters that part rows and
//! cells are the same in all these encodings.

use crate::FileError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{ISO_2022_JP, MACINTOSH, UTF_8, WINDOWS_1252};
use std::{borrow::Cow, fmt, str::FromStr};

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(Table);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Web(&'static encoding_rs::Encoding),
    /// Code page 850, in which Excel writes "CSV (MS-DOS)" in Western Europe; the web's standard has no such encoding.
    Dos,
}

/// The characters of code page 850 from 0x80.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

const DOS_NAME: &str = "IBM850";

/// The encodings to choose from, by name, with their use.
const CHOICES: [(&str, &str); 19] = [
    ("UTF-8", "Unicode"),
    ("windows-1252", "Western European, Windows"),
    ("ISO-8859-15", "Western European, ISO"),
    ("macintosh", "Western European, Mac"),
    (DOS_NAME, "Western European, MS-DOS"),
    ("windows-1250", "Central European, Windows"),
    ("ISO-8859-2", "Central European, ISO"),
    ("windows-1257", "Baltic"),
    ("windows-1251", "Cyrillic, Windows"),
    ("KOI8-R", "Cyrillic, KOI8"),
    ("windows-1253", "Greek"),
    ("windows-1254", "Turkish"),
    ("windows-1255", "Hebrew"),
    ("windows-1256", "Arabic"),
    ("Shift_JIS", "Japanese, Excel"),
    ("EUC-JP", "Japanese, EUC"),
    ("GBK", "Chinese, simplified"),
    ("Big5", "Chinese, traditional"),
    ("EUC-KR", "Korean"),
];

/// A text that names no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no encoding that can be read, such as windows-1250")]
pub struct NotAnEncoding(String);

impl Encoding {
    /// The encodings to choose from, each with its use.
    pub fn choices() -> impl Iterator<Item = (&'static str, &'static str)> {
        CHOICES.into_iter()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self.0 {
            Table::Web(encoding) => encoding.name(),
            Table::Dos => DOS_NAME,
        }
    }

    /// The text of a cell whose characters are its bytes.
    pub(crate) fn cell(self, raw: &str) -> String {
        if raw.is_ascii() {
            return raw.to_owned();
        }
        let bytes: Vec<u8> = raw.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        match self.0 {
            // A file of several sources has cells of several encodings.
            Table::Web(encoding) if encoding == UTF_8 && str::from_utf8(&bytes).is_err() => {
                Self(Table::Web(WINDOWS_1252)).text(&bytes)
            }
            _ => self.text(&bytes),
        }
    }

    fn text(self, bytes: &[u8]) -> String {
        match self.0 {
            Table::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Table::Dos => {
                let special = |byte: u8| DOS.chars().nth(usize::from(byte.saturating_sub(0x80)));
                let text = bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { special(*b).unwrap_or('?') });
                text.collect()
            }
        }
    }

    /// True if a byte of ASCII is always that character.
    fn keeps_ascii(self) -> bool {
        match self.0 {
            Table::Web(encoding) => encoding.is_ascii_compatible(),
            Table::Dos => true,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Encoding {
    type Err = NotAnEncoding;

    fn from_str(text: &str) -> Result<Self, NotAnEncoding> {
        let label = text.trim().to_ascii_lowercase();
        if matches!(label.as_str(), "ibm850" | "cp850" | "850" | "dos") {
            return Ok(Self(Table::Dos));
        }
        let windows = label.strip_prefix("cp").map(|page| format!("windows-{page}")).unwrap_or_default();
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        let found = found.or_else(|| encoding_rs::Encoding::for_label_no_replacement(windows.as_bytes()));
        found.map(|found| Self(Table::Web(found))).ok_or_else(|| NotAnEncoding(nerve_model::clip(text, 40)))
    }
}

/// The text of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded<'b> {
    pub(crate) text: Cow<'b, str>,
    pub(crate) encoding: Encoding,
    /// The characters are the bytes of the file: its cells are decoded one by one.
    pub(crate) is_raw: bool,
}

/// The text of a file: in the encoding that a person has chosen, or by its byte order mark, else UTF-8, else as guessed.
pub(crate) fn decode(bytes: &[u8], chosen: Option<Encoding>) -> Result<Decoded<'_>, FileError> {
    if [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0", b"%PDF", b"\x89PNG", b"\xFF\xD8\xFF", b"\x1F\x8B"]
        .iter()
        .any(|magic| bytes.starts_with(magic))
    {
        return Err(FileError::NoText);
    }
    let by_itself = |encoding: &'static encoding_rs::Encoding| Encoding(Table::Web(encoding));
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ => unmarked_utf16(bytes),
    };
    let encoding = utf16.map(by_itself).or(chosen);
    let mut rest = bytes;
    while let Some(after) = rest.strip_prefix(b"\xEF\xBB\xBF") {
        rest = after;
    }
    let is_utf8 = || str::from_utf8(rest).is_ok() && encoding.is_none_or(|encoding| encoding == by_itself(UTF_8));
    let has_escapes = |bytes: &[u8]| bytes.windows(3).any(|bytes| matches!(bytes, b"\x1B$B" | b"\x1B$@" | b"\x1B(J"));
    let decoded = match encoding {
        Some(encoding) if !encoding.keeps_ascii() => whole(rest, encoding),
        None if rest.is_ascii() && has_escapes(rest) => whole(rest, by_itself(ISO_2022_JP)),
        _ if is_utf8() => Decoded { text: String::from_utf8_lossy(rest), encoding: by_itself(UTF_8), is_raw: false },
        _ => Decoded {
            text: rest.iter().map(|byte| char::from(*byte)).collect::<String>().into(),
            encoding: encoding.unwrap_or_else(|| guess(rest)),
            is_raw: true,
        },
    };
    let nulls = decoded.text.bytes().filter(|byte| *byte == 0).count();
    if nulls * 100 > decoded.text.len() {
        return Err(FileError::NoText);
    }
    let text = if nulls > 0 { decoded.text.replace('\0', "").into() } else { decoded.text };
    Ok(Decoded { text, ..decoded })
}

fn whole(bytes: &[u8], encoding: Encoding) -> Decoded<'_> {
    let text = encoding.text(bytes).trim_start_matches('\u{feff}').to_owned();
    Decoded { text: text.into(), encoding, is_raw: false }
}

/// UTF-16 without a byte order mark: every other byte of ASCII text is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let (pairs, _) = pairs.split_at(pairs.len().min(1_000));
    let zeros = |zero: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| zero(pair)).count() * 10;
    let (low, high) = (zeros(|[low, high]| *low != 0 && *high == 0), zeros(|[low, high]| *low == 0 && *high != 0));
    match () {
        () if pairs.is_empty() => None,
        () if low > pairs.len() * 6 => Some(encoding_rs::UTF_16LE),
        () if high > pairs.len() * 6 => Some(encoding_rs::UTF_16BE),
        () => None,
    }
}

/// The likely encoding of a text that is not UTF-8 as a whole.
fn guess(bytes: &[u8]) -> Encoding {
    let (mut readable, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        readable += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if readable > broken * 3 {
        return Encoding(Table::Web(UTF_8));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if found == WINDOWS_1252 { western(bytes) } else { Encoding(Table::Web(found)) }
}

/// Of the encodings of Western Europe, the one in which most characters are letters as people's names have them.
fn western(bytes: &[u8]) -> Encoding {
    let candidates = [Encoding(Table::Web(WINDOWS_1252)), Encoding(Table::Web(MACINTOSH)), Encoding(Table::Dos)];
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii()).take(10_000).collect();
    let score = |encoding: &Encoding| {
        let text = encoding.text(&bytes);
        text.chars().filter(|c| "äöüÄÖÜßéèêëáàâåæøñçíìîïóòôúùûÉÅØÑÇ’–€".contains(*c)).count()
    };
    // Of equals, `max_by_key` returns the last, so the most usual one is last.
    candidates.into_iter().rev().max_by_key(score).unwrap_or(Encoding(Table::Web(WINDOWS_1252)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, name: &str) -> Vec<u8> {
        let encoding: Encoding = name.parse().unwrap();
        match encoding.0 {
            Table::Web(encoding) => encoding.encode(text).0.into_owned(),
            Table::Dos => text
                .chars()
                .map(|c| {
                    if c.is_ascii() {
                        c as u8
                    } else {
                        0x80 + u8::try_from(DOS.chars().position(|d| d == c).unwrap()).unwrap()
                    }
                })
                .collect(),
        }
    }

    /// The name of the encoding, and the text.
    fn read(bytes: &[u8], chosen: Option<&str>) -> (&'static str, String) {
        let decoded = decode(bytes, chosen.map(|name| name.parse().unwrap())).unwrap();
        let text = if decoded.is_raw { decoded.encoding.cell(&decoded.text) } else { decoded.text.into_owned() };
        (decoded.encoding.name(), text)
    }

    #[test]
    fn a_file_is_read_in_the_encoding_it_is_written_in() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let cases: [(&[u8], &str, &str); 13] = [
            (b"Ada", "UTF-8", "Ada"),
            ("\u{feff}Zoë".as_bytes(), "UTF-8", "Zoë"),
            ("\u{feff}\u{feff}Zoë".as_bytes(), "UTF-8", "Zoë"),
            ("Zoë 😀".as_bytes(), "UTF-8", "Zoë 😀"),
            (b"Ada\0,x and many more of them, so that one of them is no reason to refuse the file, as it is a slip of one program or another", "UTF-8",
             "Ada,x and many more of them, so that one of them is no reason to refuse the file, as it is a slip of one program or another"),
            (b"M\xfcller \x80 5 \x96 Stra\xdfe", "windows-1252", "Müller € 5 – Straße"),
            (&utf16("\u{feff}Zoë 😀", u16::to_le_bytes), "UTF-16LE", "Zoë 😀"),
            (&utf16("\u{feff}Zoë 😀", u16::to_be_bytes), "UTF-16BE", "Zoë 😀"),
            (&utf16("Name,Zoë", u16::to_le_bytes), "UTF-16LE", "Name,Zoë"),
            (&utf16("Name,Zoë", u16::to_be_bytes), "UTF-16BE", "Name,Zoë"),
            (&encoded("Müller, Jörg; Größe", "macintosh"), "macintosh", "Müller, Jörg; Größe"),
            (&encoded("Müller, Jörg; Größe", "cp850"), "IBM850", "Müller, Jörg; Größe"),
            (b"", "UTF-8", ""),
        ];
        for (bytes, encoding, text) in cases {
            assert_eq!(read(bytes, None), (encoding, text.to_owned()), "{text}");
        }
        assert_eq!(decode(b"PK\x03\x04\x14\0\0", None), Err(FileError::NoText), "a workbook is no CSV");
        assert_eq!(decode(b"a\0\0\x01\0\0\x02b", None), Err(FileError::NoText));
    }

    #[test]
    fn other_encodings_are_guessed_from_some_text() {
        for (name, text) in [
            ("Shift_JIS", "名前,メール\n青木 太郎,a@example.com\n株式会社東京,b@example.com\n"),
            ("EUC-KR", "이름,메일\n김철수,a@example.com\n박영희,b@example.com\n"),
            ("GBK", "姓名,邮箱\n王小明,a@example.com\n北京有限公司,b@example.com\n"),
            ("Big5", "姓名,電子郵件\n陳小明,a@example.com\n臺北有限公司,b@example.com\n"),
            ("windows-1251", "Имя,Почта\nИван Петров,a@example.com\nОльга Смирнова,b@example.com\n"),
            (
                "windows-1250",
                "Imię i nazwisko,Miasto\nŁukasz Żółć,Łódź\nJózef Świątek,Gdańsk\nGrażyna Dąbrowska,Wrocław\n",
            ),
        ] {
            assert_eq!(read(&encoded(text, name), None), (name, text.to_owned()));
        }
        let mixed = ["Zoë Müller, Größe\n".as_bytes(), b"caf\xe9\n"].concat();
        assert_eq!(decode(&mixed, None).unwrap().encoding.name(), "UTF-8");
        assert_eq!(Encoding(Table::Web(UTF_8)).cell("caf\u{e9}"), "café");
    }

    #[test]
    fn what_a_person_chooses_is_right() {
        for (bytes, chosen, text) in [
            (&b"\xA3\xF3d\x9F"[..], "windows-1250", "Łódź"),
            (b"\x90\xC2\x96\xD8", "Shift_JIS", "青木"),
            (b"\x90\xC2\x96\xD8", "sjis", "青木"),
            (b"M\x81ller", "cp850", "Müller"),
            (b"\xC8\xE2\xE0\xED", "cp1251", "Иван"),
            (b"\x1B$B@DLZ\x1B(B", "iso-2022-jp", "青木"),
        ] {
            assert_eq!(read(bytes, Some(chosen)).1, text);
        }
        for (name, _) in Encoding::choices() {
            assert_eq!(name.parse::<Encoding>().unwrap().name(), name);
        }
        assert!("latin-17".parse::<Encoding>().is_err() && "".parse::<Encoding>().is_err());
    }
}
