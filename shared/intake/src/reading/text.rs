use nerve_model::{Timestamp, clip, one_line};

/// The longest name, title or number that is stored, in characters.
pub const NAME_CHARS: usize = 120;

/// The longest summary of an event, in characters.
pub const SUMMARY_CHARS: usize = 200;

/// The longest answer, reason or remark that is stored, in characters.
pub const ANSWER_CHARS: usize = 500;

/// The longest text of a mail or transcript in an event, in characters; the raw body holds the rest.
pub const TEXT_CHARS: usize = 4_000;

/// Longer links are refused.
const MAX_LINK_BYTES: usize = 2_048;

/// 9999-12-31T23:59:59Z: RFC 3339 cannot write later instants.
const LAST_SECOND: i64 = 253_402_300_799;

/// The text on one clean line; `None` if no readable character remains.
pub fn line(text: &str, max_chars: usize) -> Option<String> {
    Some(one_line(text, max_chars)).filter(|line| !line.is_empty())
}

/// The text on clean lines, at most two empty ones in a row; `None` if no readable character remains.
pub fn prose(text: &str, max_chars: usize) -> Option<String> {
    let mut prose = String::new();
    let mut empty = 0;
    // The bound of the whole text also bounds each line.
    for text in text.lines() {
        let line = one_line(text, max_chars);
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 && !(prose.is_empty() && line.is_empty()) {
            prose.push_str(&line);
            prose.push('\n');
        }
        // Four bytes a character: past this, the rest would be clipped.
        if prose.len() > max_chars.saturating_mul(4).saturating_add(8) {
            break;
        }
    }
    Some(clip(prose.trim_end(), max_chars)).filter(|prose| !prose.is_empty())
}

/// An instant from seconds since 1970; `None` if RFC 3339 cannot write it.
pub fn instant(seconds: i64) -> Option<Timestamp> {
    (0..=LAST_SECOND).contains(&seconds).then(|| Timestamp::from_seconds(seconds))
}

/// A link that is safe to show: `https`, and without characters that need escaping.
pub fn https(url: &str) -> Option<String> {
    let safe = url.starts_with("https://") && url.len() <= MAX_LINK_BYTES && url.bytes().all(|b| b.is_ascii_graphic());
    safe.then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_link_is_offered() {
        let good = "https://invoice.stripe.com/i/acct_1/live_1?s=ap";
        assert_eq!(https(good).as_deref(), Some(good));
        for wrong in [
            "",
            "http://invoice.stripe.com/i",
            "javascript:alert(1)//https://",
            " https://invoice.stripe.com",
            "https://invoice.stripe.com/a b",
            "https://invoice.stripe.com/\u{202e}",
            &format!("https://{}", "a".repeat(MAX_LINK_BYTES)),
        ] {
            assert_eq!(https(wrong), None, "{wrong:.60}");
        }
    }

    #[test]
    fn prose_keeps_its_lines_and_nothing_hidden() {
        for (text, expected) in [
            ("Hello,\r\n\r\nplease call.\n", Some("Hello,\n\nplease call.")),
            ("\n\n a  b \n\n\n\n\nc", Some("a b\n\nc")),
            ("a\u{202e}b\0", Some("ab")),
            (" \n\t\n", None),
            ("", None),
        ] {
            assert_eq!(prose(text, 40).as_deref(), expected, "{text:?}");
        }
        assert_eq!(prose(&"é\n".repeat(1_000_000), 4).as_deref(), Some("é\né…"));
        assert_eq!(prose(&"é".repeat(1_000_000), 4).as_deref(), Some("ééé…"));
    }
}
