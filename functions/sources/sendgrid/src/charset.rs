//! Text in any encoding of the WHATWG Encoding Standard, <https://encoding.spec.whatwg.org>.
//!
//! The tables of all encodings exceed the size of a source's worker. The runtime has them and decodes there; natively a
//! library of the same standard decodes.

/// The decoded text. Invalid bytes become U+FFFD, and an unknown encoding counts as UTF-8.
pub(crate) fn decode(encoding: &str, bytes: &[u8]) -> String {
    by_table(encoding, bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(target_arch = "wasm32")]
fn by_table(encoding: &str, bytes: &[u8]) -> Option<String> {
    web_sys::TextDecoder::new_with_label(encoding).ok()?.decode_with_u8_array(bytes).ok()
}

#[cfg(not(target_arch = "wasm32"))]
fn by_table(encoding: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label_no_replacement(encoding.as_bytes())?;
    Some(encoding.decode_with_bom_removal(bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn text_is_read_by_its_encoding() {
        for (encoding, bytes, text) in [
            ("UTF-8", "Zoë".as_bytes(), "Zoë"),
            ("iso-8859-1", b"Zo\xeb", "Zoë"),
            ("windows-1252", b"\x8020", "€20"),
            ("ISO-2022-JP", b"\x1b$B@DLZ\x1b(B", "青木"),
            ("gb2312", b"\xd6\xd0", "中"),
            ("koi8-r", b"\xc9", "и"),
            ("no-such-encoding", "Zoë".as_bytes(), "Zoë"),
            ("", b"\xff", "\u{fffd}"),
        ] {
            assert_eq!(decode(encoding, bytes), text, "{encoding}");
        }
    }
}
