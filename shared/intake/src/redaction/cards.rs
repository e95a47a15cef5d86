//! Payment card numbers and the codes beside them.
//!
//! Telephone numbers, order numbers, times and ids must stay. A card number has a network's first digits and length,
//! ends in Luhn's check digit, is written in one piece or in the groups printed on cards, and is not part of a longer
//! word. One number in ten fits the check digit by chance, one in a hundred or fewer all of it.

use super::{Find, Redacted};
use std::ops::Range;

/// The networks' numbers: first and last prefix, and possible lengths (ISO/IEC 7812; as the networks publish them).
/// Visa's old numbers of 13 digits are left out: Visa has issued none for decades, and German bar codes have 13 digits
/// that begin with 4.
const NETWORKS: [(u32, u32, Range<usize>); 24] = [
    (4, 4, 16..20),
    (51, 55, 16..17),
    (2221, 2720, 16..17),
    (34, 34, 15..16),
    (37, 37, 15..16),
    (300, 305, 14..20),
    (3095, 3095, 14..20),
    (36, 36, 14..20),
    (38, 39, 14..20),
    (6011, 6011, 16..20),
    (644, 649, 16..20),
    (65, 65, 16..20),
    (3528, 3589, 16..20),
    (62, 62, 16..20),
    (81, 82, 16..20),
    (60, 60, 16..17),
    (2200, 2204, 16..20),
    (50, 50, 13..20),
    (56, 58, 13..20),
    (5018, 5018, 13..20),
    (6304, 6304, 13..20),
    (6390, 6390, 13..20),
    (67, 67, 13..20),
    (9792, 9792, 16..17),
];

const LONGEST: usize = 19;

/// The most digits of a telephone number after its `+`.
const LONGEST_PHONE: usize = 15;

/// Names of the three or four digits beside a card number.
const CODES: [&str; 8] = ["cvc", "cvv", "cvc2", "cvv2", "cid", "security code", "prüfziffer", "kartenprüfnummer"];

/// Adjacent digits.
#[derive(Debug, Clone)]
struct Group {
    place: Range<usize>,
    /// The characters before and after it.
    before: Option<char>,
    after: Option<char>,
}

impl Group {
    fn len(&self) -> usize {
        self.place.len()
    }
}

pub(super) fn find(text: &str, finds: &mut Vec<Find>) {
    for run in runs(text) {
        let mut rest = run.as_slice();
        while let [first, after @ ..] = rest {
            let found = card(text, rest);
            if let Some(last) = found.and_then(|groups| rest.get(groups.checked_sub(1)?)) {
                finds.push((first.place.start..last.place.end, Redacted::Card));
            } else if is_code(text, first) {
                finds.push((first.place.clone(), Redacted::SecurityCode));
            }
            rest = found.and_then(|groups| rest.get(groups..)).unwrap_or(after);
        }
    }
}

/// Groups of digits joined by one separator each.
fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut phone = 0;
    for group in groups(text) {
        let last = runs.last().and_then(|run| run.last()).map(|group| group.place.end);
        let between = last.and_then(|last| text.get(last..group.place.start));
        let goes_on = between.is_some_and(|between| is_separator(between) || between.is_empty());
        phone = if group.before == Some('+') {
            LONGEST_PHONE
        } else if goes_on {
            phone
        } else {
            0
        };
        let of_phone = phone >= group.len();
        phone = phone.saturating_sub(group.len());
        match runs.last_mut() {
            Some(run) if goes_on && !of_phone => run.push(group),
            _ if of_phone => runs.push(Vec::new()),
            _ => runs.push(vec![group]),
        }
    }
    runs
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut before, mut start) = (None, None);
    for (at, c) in text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]) {
        match (c.is_some_and(|c| c.is_ascii_digit()), start) {
            (true, None) => start = Some((at, before)),
            (false, Some((from, before))) => {
                groups.push(Group { place: from..at, before, after: c });
                start = None;
            }
            _ => {}
        }
        before = c;
    }
    groups
}

fn is_separator(text: &str) -> bool {
    matches!(
        text,
        " " | "-" | "." | "\u{a0}" | "\u{2009}" | "\u{202f}" | "\u{2010}" | "\u{2011}" | "\u{2012}" | "\u{2013}"
    )
}

/// The number of groups, from the first, that form a card number.
fn card(text: &str, groups: &[Group]) -> Option<usize> {
    (1..=groups.len().min(LONGEST)).rev().find(|count| {
        let groups = groups.get(..*count).unwrap_or_default();
        let lengths: Vec<usize> = groups.iter().map(Group::len).collect();
        let ends = groups.first().zip(groups.last());
        let alone = ends.is_some_and(|(first, last)| !is_word(first.before) && !is_word(last.after));
        alone && is_written_so(&lengths) && is_card(&digits(text, groups))
    })
}

fn digits(text: &str, groups: &[Group]) -> String {
    groups.iter().filter_map(|group| text.get(group.place.clone())).collect()
}

/// The groups are one piece, or those printed on cards.
fn is_written_so(lengths: &[usize]) -> bool {
    match lengths {
        [_] | [8, 8] | [4, 6, 4 | 5] => true,
        [groups @ .., last] => groups.len() < 5 && *last <= 4 && groups.iter().all(|length| *length == 4),
        [] => false,
    }
}

fn is_card(digits: &str) -> bool {
    (13..=LONGEST).contains(&digits.len()) && NETWORKS.iter().any(|network| fits(digits, network)) && luhn(digits)
}

fn fits(digits: &str, (from, to, lengths): &(u32, u32, Range<usize>)) -> bool {
    let prefix = digits.get(..from.to_string().len()).and_then(|prefix| prefix.parse::<u32>().ok());
    lengths.contains(&digits.len()) && prefix.is_some_and(|prefix| (*from..=*to).contains(&prefix))
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let values = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate();
    values.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10 == 0
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// Three or four digits after a name of such a code.
fn is_code(text: &str, group: &Group) -> bool {
    let length = (3..=4).contains(&group.len()) && !is_word(group.before) && !is_word(group.after);
    let before = || text.get(..group.place.start).unwrap_or_default();
    length
        && CODES
            .iter()
            .any(|code| super::secrets::ends_with_word(before().trim_end_matches([' ', ':', '=', '#', '(']), code))
}
