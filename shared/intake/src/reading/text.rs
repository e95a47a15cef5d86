use nerve_model::{Millis, Timestamp, clip, one_line};

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

/// An instant from milliseconds since 1970; `None` if RFC 3339 cannot write it.
pub fn instant_of_millis(millis: i64) -> Option<Timestamp> {
    instant(millis.div_euclid(1_000)).map(|_| Timestamp::from_millis(millis))
}

/// An instant from seconds since 1970 with decimals: `1355517523.000005`.
pub fn instant_of_decimals(text: &str) -> Option<Timestamp> {
    let (seconds, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let millis = decimals
        .bytes()
        .chain(*b"000")
        .take(3)
        .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))?;
    Some(instant(seconds.parse().ok()?)? + Millis(millis))
}

/// An instant from text as tools write it: RFC 3339, also with a space for the T, without seconds, with an offset without
/// its colon, or without one, which means UTC; or a date alone, which begins at midnight UTC.
pub fn time(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.trim().split_at_checked(10)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-', ' ', 'U', 'G', '\u{2212}']).unwrap_or(rest.len()));
    let clock = match clock.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{clock}:00"),
        _ => clock.replace(',', "."),
    };
    let zone = match zone.trim() {
        "" | "UTC" | "GMT" | "z" => "Z".to_owned(),
        zone if zone.len() == 3 => format!("{zone}:00"),
        zone => match zone.split_at_checked(3) {
            Some((hours, minutes)) if minutes.len() == 2 => format!("{hours}:{minutes}"),
            _ => zone.to_owned(),
        },
    };
    let time = Timestamp::parse_rfc3339(&[date, "T", &clock, &zone].concat())?;
    instant_of_millis(time.as_millis())
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
    fn a_time_is_read_in_each_form_that_tools_write() {
        for (text, expected) in [
            ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23T10:00:00.1239Z", "2026-11-23T10:00:00.123Z"),
            (" 2026-11-23t10:00:00,5z ", "2026-11-23T10:00:00.500Z"),
            ("2026-11-23 10:00:00", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23T10:00:00.000000", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23T10:00", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23 10:00 UTC", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23T10:00:00+0130", "2026-11-23T08:30:00.000Z"),
            ("2026-11-23 10:00:00 -05", "2026-11-23T15:00:00.000Z"),
            ("2026-11-23 10:00:00 +01:00", "2026-11-23T09:00:00.000Z"),
            ("2026-11-23", "2026-11-23T00:00:00.000Z"),
            ("1969-12-31T23:59:59Z", ""),
            ("2026-13-23", ""),
            ("2026-11-23T25:00", ""),
            ("yesterday at noon", ""),
            ("23.11.2026 10:00", ""),
            ("2026-11-23T10:00:00 CET", ""),
            ("ääääääääää", ""),
            ("", ""),
        ] {
            assert_eq!(time(text).map(|time| time.to_string()).unwrap_or_default(), expected, "{text:?}");
        }
    }

    #[test]
    fn decimals_of_a_second_are_kept() {
        for (text, expected) in [
            ("1790000000.900000", Some(1_790_000_000_900)),
            ("1790000000.000100", Some(1_790_000_000_000)),
            ("1790000000.05", Some(1_790_000_000_050)),
            ("1790000000", Some(1_790_000_000_000)),
            ("1790000000.", Some(1_790_000_000_000)),
            ("1790000000.x", None),
            ("-1.5", None),
            (".5", None),
            ("", None),
        ] {
            assert_eq!(instant_of_decimals(text).map(Timestamp::as_millis), expected, "{text:?}");
        }
    }

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
