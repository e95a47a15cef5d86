//! Times relative to now, with the instant in UTC as their title. No time zone of a reader is needed.

use maud::{Markup, html};
use nerve_model::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The time relative to now; beyond a month, the date.
pub(crate) fn ago(time: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(time) title=(exact(time)) { (relative(time, now)) } }
}

/// The instant itself.
pub(crate) fn at(time: Timestamp) -> Markup {
    html! { time datetime=(time) { (exact(time)) } }
}

/// For example `2026-11-23 10:37 UTC`.
pub(crate) fn exact(time: Timestamp) -> String {
    let text = time.to_string();
    let minute = text.rsplit_once(':').map_or(text.as_str(), |(minute, _)| minute);
    format!("{} UTC", minute.replace('T', " "))
}

/// The value of a `datetime-local` field, to the minute; such a field has no zone and is labeled UTC.
pub(crate) fn field(time: Timestamp) -> String {
    let text = time.to_string();
    text.rsplit_once(':').map_or(String::new(), |(minute, _)| minute.to_owned())
}

/// The instant in a `datetime-local` field.
pub(crate) fn from_field(text: &str) -> Option<Timestamp> {
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    Timestamp::parse_rfc3339(&format!("{text}{seconds}Z"))
}

fn relative(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(time).0 / 1_000;
    let span = seconds.unsigned_abs();
    let (size, unit) = match i64::try_from(span).unwrap_or(i64::MAX) {
        s if s < MINUTE => return if seconds < 0 { "in a moment".to_owned() } else { "just now".to_owned() },
        s if s < HOUR => (s / MINUTE, "min"),
        s if s < DAY => (s / HOUR, "h"),
        s if s < 31 * DAY => (s / DAY, "d"),
        _ => return time.date(),
    };
    if seconds < 0 { format!("in {size} {unit}") } else { format!("{size} {unit} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::Millis;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    #[test]
    fn a_time_is_shown_in_its_largest_unit() {
        let cases = [
            (0, "just now"),
            (59, "just now"),
            (-59, "in a moment"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (7_200, "2 h ago"),
            (-86_400, "in 1 d"),
            (30 * 86_400, "30 d ago"),
            (31 * 86_400, "2023-10-14"),
        ];
        for (seconds, shown) in cases {
            assert_eq!(relative(NOW - Millis::seconds(seconds), NOW), shown);
        }
        for far in [i64::MIN, i64::MAX] {
            assert!(!relative(Timestamp::from_millis(far), NOW).is_empty());
        }
    }

    #[test]
    fn a_field_reads_back_to_the_minute() {
        let time = Timestamp::parse_rfc3339("2026-11-23T10:37:00Z").unwrap();
        assert_eq!((field(time).as_str(), exact(time).as_str()), ("2026-11-23T10:37", "2026-11-23 10:37 UTC"));
        assert_eq!(from_field("2026-11-23T10:37"), Some(time));
        assert_eq!(from_field("2026-11-23T10:37:00"), Some(time));
        assert_eq!(from_field("tomorrow"), None);
    }
}
