//! Telephone numbers in texts, as people write them. A claim is in E.164; a text says `030 / 90 18 20`.

use core::ops::Range;

/// The fewest digits of a number without its country code that are looked for: fewer are found in any text.
const FEWEST: usize = 6;

/// The digits that a search by substring looks for: shorter endings are more than one person's.
const ENDING: usize = 7;

/// A telephone number whose spellings are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialed {
    country: String,
    national: String,
}

impl Dialed {
    /// The number of a claim in E.164; `None` for any other word.
    pub(super) fn of(word: &str) -> Option<Self> {
        let digits = word.strip_prefix('+').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let (country, national) = digits.split_at_checked(country_code(digits))?;
        let fits = national.len() >= FEWEST;
        fits.then(|| Self { country: country.to_owned(), national: national.to_owned() })
    }

    /// The last digits, which every spelling has: a text without them, separators left out, does not have the number.
    pub(super) fn ending(&self) -> &str {
        self.national.get(self.national.len().saturating_sub(ENDING)..).unwrap_or(&self.national)
    }

    /// Where the number stands in a text.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        for run in runs(text) {
            let digits: String = run.iter().map(|(_, digit)| *digit).collect();
            for (at, _) in digits.match_indices(&self.national) {
                places.extend(self.place(text, &run, &digits, at));
            }
        }
        places
    }

    /// The bytes of the number whose national part is at this digit of a run; `None` within a longer number.
    fn place(&self, text: &str, run: &[(usize, char)], digits: &str, at: usize) -> Option<Range<usize>> {
        let position = |n: usize| run.get(n).map(|(byte, _)| *byte);
        let end = position(at + self.national.len() - 1)? + 1;
        let goes_on = position(at + self.national.len()) == Some(end);
        let country = &self.country;
        let dialed = ["", "00", "011"].map(|prefix| format!("{prefix}{country}"));
        let prefixes = dialed.iter().rev().flat_map(|prefix| [format!("{prefix}0"), prefix.clone()]);
        let before = digits.get(..at)?;
        let starts = prefixes.chain(["0".to_owned(), String::new()]).filter(|prefix| before.ends_with(prefix.as_str()));
        let mut starts = starts.map(|prefix| at - prefix.len());
        // Digits before it are another number's: they end earlier, and a `+` before them does not reach this far.
        let abroad = position(0).is_some_and(|byte| text.get(..byte).is_some_and(|before| before.ends_with('+')));
        let start = starts.find(|start| {
            let between = || text.get(position(start.checked_sub(1)?)? + 1..position(*start)?);
            between().is_none_or(|between| if abroad { between.contains('/') } else { !between.is_empty() })
        })?;
        let from = position(start)?;
        let opened = text.get(..from)?.trim_end_matches(['+', '(']).len();
        (!goes_on).then_some(opened..end)
    }
}

/// The digits of a text with their places, in stretches that one number or several can be.
fn runs(text: &str) -> Vec<Vec<(usize, char)>> {
    let mut runs = vec![Vec::new()];
    for (at, c) in text.char_indices() {
        let separates = matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' | '\u{a0}' | '\u{2011}' | '\u{2013}');
        match runs.last_mut() {
            Some(run) if c.is_ascii_digit() => run.push((at, c)),
            Some(run) if !separates && !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs
}

/// The length of the country calling code (ITU-T E.164): zones 1 and 7 have one digit; these have two, all others three.
fn country_code(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let number = Dialed::of("+4930901820").unwrap();
        for (text, found) in [
            ("+4930901820", "+4930901820"),
            ("call +49 (0)30 90 18 20 today", "+49 (0)30 90 18 20"),
            ("call 030/901820, please", "030/901820"),
            ("0049 30 901820", "0049 30 901820"),
            ("011 49 30 901820", "011 49 30 901820"),
            ("(030) 9018-20", "(030) 9018-20"),
            ("30 901820", "30 901820"),
            ("0171 5551235 / 030 901820", "030 901820"),
            ("030 901820 / 0171 5551235", "030 901820"),
            ("tel:+49-30-901820;ext=5", "+49-30-901820"),
            ("+44 7921 123456 / 030 901820", "030 901820"),
            ("+44 7921 123456 +49 30 901820", "+49 30 901820"),
        ] {
            let places: Vec<&str> = number.places(text).into_iter().map(|place| &text[place]).collect();
            assert_eq!(places, [found], "{text}");
        }
    }

    #[test]
    fn another_number_is_none() {
        let number = Dialed::of("+4930901820").unwrap();
        for text in ["", "030 901821", "030 9018201", "+44 30 901820", "1230901820", "in_30901820456", "901820"] {
            assert_eq!(number.places(text), [], "{text}");
        }
        for word in ["ada@example.com", "+", "+49", "+4912345", "030901820", "+49x30901820"] {
            assert_eq!(Dialed::of(word), None, "{word}");
        }
    }

    #[test]
    fn a_country_code_is_as_long_as_it_is() {
        for (number, length) in [
            ("14155552671", 1),
            ("79161234567", 1),
            ("4930901820", 2),
            ("390669821234", 2),
            ("35312345678", 3),
            ("380441234567", 3),
            ("972501234567", 3),
            ("8613012345678", 2),
            ("85221234567", 3),
        ] {
            assert_eq!(country_code(number), length, "{number}");
        }
    }
}
