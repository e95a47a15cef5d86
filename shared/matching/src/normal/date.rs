/// The day of a date written `YYYYMMDD` or `YYYY-MM-DD`, counted from 1970-01-01; `None` if the text is no date.
pub fn day_number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    let numeric = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
    let (year, month, day) = (year.parse::<i64>().ok()?, month.parse::<i64>().ok()?, day.parse::<i64>().ok()?);
    (numeric && (1..=12).contains(&month) && (1..=31).contains(&day)).then(|| days_from_civil(year, month, day))
}

/// From Howard Hinnant's "chrono-compatible low-level date algorithms".
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("19700102", Some(1)),
            ("2000-03-01", Some(11_017)),
            ("19000101", Some(-25_567)),
            ("20001301", None),
            ("2000-1-1", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(day_number(text), expected, "{text}");
        }
    }
}
