//! The clock of a place: its offset from UTC at each instant.

use crate::{Millis, Timestamp};

/// The step in which offsets are looked at. No place changes its clock twice within it.
const STEP: Millis = Millis::days(20);

const MINUTE: Millis = Millis::minutes(1);

/// A time zone, as a table of its changes over some years. Before the first and after the last it keeps its offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone {
    name: String,
    first: Millis,
    /// Each change of the offset, in order of time.
    changes: Vec<(Timestamp, Millis)>,
}

impl Default for TimeZone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), first: Millis(0), changes: Vec::new() }
    }
}

impl TimeZone {
    /// The setting that names the business's zone.
    pub const SETTING: &str = "TIME_ZONE";

    /// The zone whose clock differs from UTC by `offset_at` an instant. It is asked only about instants between `from`
    /// and `to`.
    pub fn sampled(name: &str, from: Timestamp, to: Timestamp, offset_at: impl Fn(Timestamp) -> Millis) -> Self {
        // To the minute, as all changes are.
        let from = from - Millis(from.as_millis().rem_euclid(MINUTE.0));
        let first = offset_at(from);
        let (mut changes, mut at, mut offset) = (Vec::new(), from, first);
        while at < to {
            let next = at + STEP;
            let then = offset_at(next);
            if then != offset {
                changes.push((change(at, next, offset, &offset_at), then));
            }
            (at, offset) = (next, then);
        }
        Self { name: name.to_owned(), first, changes }
    }

    /// Its name, for example `Europe/Berlin`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn offset_at(&self, at: Timestamp) -> Millis {
        let passed = self.changes.iter().take_while(|(change, _)| *change <= at).last();
        passed.map_or(self.first, |(_, offset)| *offset)
    }

    /// What the clock shows, as if it were UTC.
    fn shown(&self, at: Timestamp) -> Timestamp {
        at + self.offset_at(at)
    }

    /// The calendar date, for example `2026-11-23`.
    pub fn date(&self, at: Timestamp) -> String {
        self.shown(at).date()
    }

    /// The date and time to the minute, for example `2026-11-25 10:00`.
    pub fn minute(&self, at: Timestamp) -> String {
        let text = self.shown(at).to_string();
        text.get(..16).unwrap_or(&text).replace('T', " ")
    }

    /// The date and time to the minute, and whose clock shows it, for example `2026-11-25 10:00 Europe/Berlin`.
    pub fn exact(&self, at: Timestamp) -> String {
        format!("{} {}", self.minute(at), self.name)
    }

    /// The instant at which the clock shows this date and time, `2026-11-25T10:00`, with or without seconds. Of two, the
    /// earlier; a time that is left out stands for the instant so long after the last one that is not.
    pub fn instant(&self, shown: &str) -> Option<Timestamp> {
        let seconds = if shown.matches(':').count() == 1 { ":00" } else { "" };
        let shown = Timestamp::parse_rfc3339(&format!("{shown}{seconds}Z"))?;
        let offsets = [Millis::days(-1), Millis::days(1)].map(|near| self.offset_at(shown + near));
        let found = offsets.iter().map(|offset| shown - *offset).filter(|at| self.shown(*at) == shown).min();
        Some(found.unwrap_or(shown - offsets[0]))
    }

    /// The beginning of a day: of today, or so many days later.
    pub fn day(&self, now: Timestamp, later: i64) -> Timestamp {
        let shown = self.shown(now).as_millis();
        let midnight = Timestamp::from_millis(shown - shown.rem_euclid(Millis::days(1).0)) + Millis::days(later);
        let text = midnight.to_string();
        self.instant(text.get(..16).unwrap_or(&text)).unwrap_or(midnight)
    }

    /// The same time of day, so many days later.
    pub fn days_later(&self, at: Timestamp, days: i64) -> Timestamp {
        let wanted = self.shown(at) + Millis::days(days);
        let plain = at + Millis::days(days);
        let text = wanted.to_string();
        // Within the minute, which the text leaves out.
        let rest = Millis(at.as_millis().rem_euclid(MINUTE.0));
        self.instant(text.get(..16).unwrap_or(&text)).map_or(plain, |minute| minute + rest)
    }
}

/// The instant of the change, to the minute.
fn change(
    mut before: Timestamp,
    mut after: Timestamp,
    was: Millis,
    offset_at: &impl Fn(Timestamp) -> Millis,
) -> Timestamp {
    while after.since(before) > MINUTE {
        let half = after.since(before).0 / 2;
        let middle = before + Millis(half - half.rem_euclid(MINUTE.0));
        if offset_at(middle) == was { before = middle } else { after = middle }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    /// Berlin in 2026 and 2027.
    fn berlin() -> TimeZone {
        let summer =
            [("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"), ("2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z")];
        let offset = |now| {
            let is_summer = summer.iter().any(|(from, to)| (at(from)..at(to)).contains(&now));
            Millis::minutes(if is_summer { 120 } else { 60 })
        };
        TimeZone::sampled("Europe/Berlin", at("2025-11-07T13:37:11Z"), at("2028-01-01T00:00:00Z"), offset)
    }

    #[test]
    fn a_clock_follows_its_changes_to_the_minute() {
        let zone = berlin();
        let cases = [
            ("2020-07-01T12:00:00Z", "2020-07-01 13:00"),
            ("2026-03-29T00:59:00Z", "2026-03-29 01:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29 03:00"),
            ("2026-07-31T22:30:00Z", "2026-08-01 00:30"),
            ("2026-10-25T00:59:59Z", "2026-10-25 02:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25 02:00"),
            ("2027-12-31T23:00:00Z", "2028-01-01 00:00"),
        ];
        for (instant, shown) in cases {
            assert_eq!(zone.minute(at(instant)), shown, "{instant}");
            assert_eq!(zone.date(at(instant)), shown[..10]);
        }
        assert_eq!(TimeZone::default().minute(at("2026-07-31T22:30:00Z")), "2026-07-31 22:30");
        assert_eq!(TimeZone::default().exact(at("2026-07-31T22:30:00Z")), "2026-07-31 22:30 UTC");
        assert_eq!(zone.exact(at("2026-07-31T22:30:00Z")), "2026-08-01 00:30 Europe/Berlin");
    }

    #[test]
    fn a_clock_time_is_read_as_an_instant() {
        let cases = [
            ("2026-07-31T10:00", "2026-07-31T08:00:00Z"),
            ("2026-12-31T10:00:30", "2026-12-31T09:00:30Z"),
            // Left out, and shown twice.
            ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ];
        for (shown, instant) in cases {
            assert_eq!(berlin().instant(shown), Some(at(instant)), "{shown}");
        }
        assert_eq!(berlin().instant("tomorrow"), None);
        assert_eq!(TimeZone::default().instant("2026-11-23T10:37"), Some(at("2026-11-23T10:37:00Z")));
    }

    #[test]
    fn days_are_those_of_the_place() {
        let (zone, evening) = (berlin(), at("2026-03-28T22:30:15.250Z"));
        assert_eq!(zone.day(evening, 0), at("2026-03-27T23:00:00Z"));
        assert_eq!(zone.day(evening, 1), at("2026-03-28T23:00:00Z"));
        assert_eq!(zone.day(evening, 2), at("2026-03-29T22:00:00Z"), "a day of 23 hours");
        assert_eq!(zone.days_later(evening, 1), at("2026-03-29T21:30:15.250Z"));
        assert_eq!(TimeZone::default().days_later(evening, 1), at("2026-03-29T22:30:15.250Z"));
    }

    /// Whatever the offset: quarters of an hour, a change of half an hour, a day that was left out.
    #[test]
    fn every_offset_is_kept() {
        let turn = at("2026-04-04T15:00:00Z");
        for (before, after) in [(345, 345), (660, 630), (-600, 840), (-210, -150)] {
            let offset = |now| Millis::minutes(if now < turn { before } else { after });
            let zone = TimeZone::sampled("x", turn - Millis::days(99), turn + Millis::days(99), offset);
            for near in [-1, 0, 1] {
                let now = turn + Millis::minutes(near);
                assert_eq!(zone.offset_at(now), offset(now), "{before} {after} {near}");
            }
        }
    }
}
