//! Cleaning of text from outside, for display on one line.

/// The first `max_chars` characters of `text`; an ellipsis replaces the last one when the text was longer.
pub fn clip(text: &str, max_chars: usize) -> String {
    if text.char_indices().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let mut clipped: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}

/// The text as one clean line: white space folded, control and bidirectional formatting characters removed, clipped.
///
/// The bidirectional controls are those of Unicode UAX #9; left in a name they reorder the text around it.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let visible = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_hidden(*c));
    let mut line = String::new();
    for c in visible {
        let folds = c == ' ' && (line.is_empty() || line.ends_with(' '));
        if !folds {
            line.push(c);
        }
        // One character past the limit and a trailing space are enough for `clip` to see that the text is too long.
        if line.len() > max_chars.saturating_mul(4).saturating_add(8) {
            break;
        }
    }
    clip(line.trim_end(), max_chars)
}

/// The text without the names that it begins with, for a place that names them already: of `Ada: form sent` and `Ada`
/// it is `Form sent`.
pub fn without_name(text: &str, name: &str) -> String {
    let mut rest = text;
    while let Some(after) = rest.strip_prefix(name).and_then(|after| after.strip_prefix(": ")) {
        rest = after.trim_start();
    }
    let mut letters = rest.chars();
    match letters.next() {
        Some(first) if rest.len() < text.len() => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// True if the character cannot be seen in an address or id: a hidden one, a joiner, or the selector of a variant. White
/// space is not meant.
pub(crate) fn is_invisible(c: char) -> bool {
    let joins = matches!(c, '\u{34f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    joins || (is_hidden(c) && !c.is_whitespace())
}

/// The text of an address, id or number without characters that cannot be seen.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_keeps_what_can_be_read() {
        let cases = [
            ("  Ada\t Lovelace \n", "Ada Lovelace"),
            ("\u{202e}evil\u{202c}", "evil"),
            ("日本 株式会社", "日本 株式会社"),
            ("a\0b", "ab"),
            ("Lind\u{ad}qvist\u{2060}", "Lindqvist"),
            ("<b>Tom</b>", "<b>Tom</b>"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(one_line(text, 40), expected);
        }
    }

    #[test]
    fn a_name_that_is_said_already_is_left_out() {
        for (text, expected) in [
            ("Ada: form sent", "Form sent"),
            ("Ada: Ada: \"Pump leaks\" escalated", "\"Pump leaks\" escalated"),
            ("Ada asks for an offer", "Ada asks for an offer"),
            ("Adam: form sent", "Adam: form sent"),
            ("form sent", "form sent"),
            ("Ada: ", "Ada: "),
            ("", ""),
        ] {
            assert_eq!(without_name(text, "Ada"), expected, "{text}");
        }
        assert_eq!(without_name("a: b", ""), "a: b");
    }

    #[test]
    fn a_long_line_is_clipped_and_says_so() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdef", 5), "abcd…");
        assert_eq!(one_line(&"é".repeat(1_000_000), 3), "éé…");
    }

    proptest! {
        #[test]
        fn a_line_is_never_longer_than_asked(text in "\\PC*", max in 1_usize..50) {
            prop_assert!(one_line(&text, max).chars().count() <= max);
        }
    }
}
