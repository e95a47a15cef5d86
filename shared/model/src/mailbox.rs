//! Mail addresses as people and programs write them down.

use crate::text::is_invisible;

/// A longer text is no address with its name.
const MAX_BYTES: usize = 1_000;

/// The words before an address that only say what it is; `smtp:` is how Exchange marks the address of a mailbox.
const LABELS: [&str; 5] = ["mailto:", "e-mail:", "email:", "mail:", "smtp:"];

/// The mail address in a text that holds one, without characters that cannot be seen and without what only wraps it:
/// `mailto:`, angle brackets with a name before them, quotes, a remark in brackets, punctuation at the end. Full-width
/// characters become ASCII. It is not checked whether the rest is an address.
pub fn bare_address(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(narrow);
    let visible: String = visible.take(MAX_BYTES.saturating_add(1)).collect();
    let mut bare = visible.trim();
    if visible.len() > MAX_BYTES {
        return text.trim().to_owned();
    }
    loop {
        let next = unwrapped(bare).trim();
        if next.len() == bare.len() {
            return next.to_owned();
        }
        bare = next;
    }
}

/// The text without one layer around it.
fn unwrapped(text: &str) -> &str {
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '´' | '‘'..='‟' | '«' | '»' | '‹' | '›' | '[' | ']');
    let text = text.trim_matches(quote).trim();
    let text = text.trim_start_matches([',', ';', ':']).trim_end_matches([',', ';', ':', '.', '!']);
    if let Some(inner) = in_angles(text) {
        return inner;
    }
    let label = LABELS.iter().find_map(|label| {
        let (start, rest) = text.split_at_checked(label.len())?;
        start.eq_ignore_ascii_case(label).then_some(rest)
    });
    if let Some(rest) = label {
        // A link may go on with the subject of a mail.
        return rest.split('?').next().unwrap_or(rest);
    }
    in_brackets(text).unwrap_or(text)
}

/// What stands in the only pair of angle brackets. A bracket without its other half is taken off.
fn in_angles(text: &str) -> Option<&str> {
    match (text.find('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => {
            let inner = text.get(open.saturating_add(1)..close)?;
            (!inner.contains(['<', '>'])).then_some(inner)
        }
        (Some(_), None) => text.strip_prefix('<'),
        (None, Some(_)) => text.strip_suffix('>'),
        _ => None,
    }
}

/// `Ada (ada@example.com)` holds the address in its brackets, `ada@example.com (office)` before them.
fn in_brackets(text: &str) -> Option<&str> {
    let (before, inner) = text.strip_suffix(')')?.rsplit_once('(')?;
    match (before.contains('@'), inner.contains('@')) {
        (true, false) => Some(before),
        (false, true) => Some(inner),
        _ => None,
    }
}

/// The ASCII character of a full-width one.
fn narrow(c: char) -> char {
    let ascii = u32::from(c).checked_sub(0xFEE0).filter(|_| ('\u{ff01}'..='\u{ff5e}').contains(&c));
    ascii.and_then(char::from_u32).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wraps_an_address_is_taken_off() {
        for text in [
            "ada@example.com",
            "  ada@example.com\u{a0}",
            "\u{200b}ada@exam\u{ad}ple.com\u{200b}",
            "\u{feff}ada\u{200d}@example\u{2060}.com",
            "\u{202a}ada@example.com\u{202c}",
            "mailto:ada@example.com",
            "MAILTO: ada@example.com?subject=Hello",
            "<ada@example.com>",
            "<mailto:ada@example.com>",
            "<ada@example.com",
            "ada@example.com>,",
            "Ada Lindqvist <ada@example.com>",
            "\"Lindqvist, Ada\" <ada@example.com>;",
            "'ada@example.com'",
            "“ada@example.com”",
            "\"'ada@example.com'\"",
            "[ada@example.com]",
            "(ada@example.com)",
            "Ada Lindqvist (ada@example.com)",
            "ada@example.com (office)",
            "ada@example.com.",
            "ada@example.com; ",
            "E-Mail: ada@example.com",
            "SMTP:ada@example.com",
            "ada＠ｅxample．com",
        ] {
            assert_eq!(bare_address(text), "ada@example.com", "{text:?}");
        }
    }

    #[test]
    fn what_holds_no_address_or_several_stays_as_it_is() {
        for text in [
            "",
            "ada",
            "Ada <ada@example.com>, Eve <eve@example.com>",
            "ada@example.com\r\nbcc: eve@example.com",
            "mail ada@example.com",
            "ada(at)example.com",
        ] {
            assert_eq!(bare_address(text), text);
        }
        let (long, nested) = (format!("{}@example.com", "a".repeat(100_000)), "(".repeat(100_000));
        assert_eq!((bare_address(&long), bare_address(&nested)), (long, nested));
    }
}
