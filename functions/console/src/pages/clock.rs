//! Every time that a page shows: relative to now, or to the minute by the business's clock. The script shows those of
//! `<time>` by the clock of the reader's browser.

use crate::zone;
use maud::{Markup, html};
use nerve_model::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 31 * DAY;

/// The time relative to now; beyond a month, the date.
pub(crate) fn ago(time: Timestamp, now: Timestamp) -> Markup {
    let is_date = now.since(time).0.unsigned_abs() >= MONTH.unsigned_abs() * 1_000;
    html! { time datetime=(time) title=(exact(time)) data-date[is_date] { (relative(time, now)) } }
}

/// The instant itself.
pub(crate) fn at(time: Timestamp) -> Markup {
    html! { time datetime=(time) data-exact { (exact(time)) } }
}

/// For example `2026-11-23 11:37 Europe/Berlin`.
pub(crate) fn exact(time: Timestamp) -> String {
    zone::business().exact(time)
}

/// The value of a `datetime-local` field, to the minute. Such a field has no zone: it is in the business's, which its
/// label names.
pub(crate) fn field(time: Timestamp) -> String {
    zone::business().minute(time).replace(' ', "T")
}

/// The instant in a `datetime-local` field.
pub(crate) fn from_field(text: &str) -> Option<Timestamp> {
    zone::business().instant(text)
}

fn relative(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(time).0 / 1_000;
    let span = seconds.unsigned_abs();
    let (size, unit) = match i64::try_from(span).unwrap_or(i64::MAX) {
        s if s < MINUTE => return if seconds < 0 { "in a moment".to_owned() } else { "just now".to_owned() },
        s if s < HOUR => (s / MINUTE, "min"),
        s if s < DAY => (s / HOUR, "h"),
        s if s < MONTH => (s / DAY, "d"),
        _ => return zone::business().date(time),
    };
    if seconds < 0 { format!("in {size} {unit}") } else { format!("{size} {unit} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{Millis, TimeZone};
    use std::rc::Rc;

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

    #[test]
    fn times_are_those_of_the_business_and_say_so() {
        let east = TimeZone::sampled("Asia/Kolkata", NOW, NOW, |_| Millis::minutes(330));
        zone::set(Rc::new(east));
        let time = Timestamp::parse_rfc3339("2026-11-23T20:37:00Z").unwrap();
        assert_eq!(exact(time), "2026-11-24 02:07 Asia/Kolkata");
        assert_eq!((field(time).as_str(), from_field("2026-11-24T02:07")), ("2026-11-24T02:07", Some(time)));
        assert_eq!(relative(NOW - Millis::days(40), NOW), "2023-10-06", "a date by the same clock");
    }
}
