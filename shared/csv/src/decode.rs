//! Decoding of a file's bytes.

use crate::FileError;
use std::borrow::Cow;

/// The characters of windows-1252 at 0x80 to 0x9F, where ISO 8859-1 has control characters. The five unused places keep
/// their code, as in the WHATWG encoding standard.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file: by its byte order mark, else UTF-8, else the windows-1252 of old spreadsheets.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8_or_1252(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).into(),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).into(),
        _ => utf8_or_1252(bytes),
    };
    if text.contains('\0') { Err(FileError::NoText) } else { Ok(text) }
}

fn utf8_or_1252(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect::<String>().into(),
    }
}

fn windows_1252(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(usize::from(at)));
    special.copied().unwrap_or_else(|| char::from(byte))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_in_the_encoding_it_is_written_in() {
        let utf16 = |text: &str, bom: u16, bytes: fn(u16) -> [u8; 2]| {
            [bom].into_iter().chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
        };
        let cases: [(&[u8], &str); 7] = [
            (b"Ada", "Ada"),
            ("\u{feff}Zoë".as_bytes(), "Zoë"),
            ("Zoë 😀".as_bytes(), "Zoë 😀"),
            (b"M\xfcller \x80 5 \x96 \x81", "Müller € 5 – \u{81}"),
            (&utf16("Zoë 😀", 0xFEFF, u16::to_le_bytes), "Zoë 😀"),
            (&utf16("Zoë 😀", 0xFEFF, u16::to_be_bytes), "Zoë 😀"),
            (b"", ""),
        ];
        for (bytes, text) in cases {
            assert_eq!(decode(bytes).unwrap(), text);
        }
        assert_eq!(decode(b"PK\x03\x04\x14\0\0"), Err(FileError::NoText), "a workbook is no CSV");
    }
}
