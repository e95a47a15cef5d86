//! What a cell with an address, a number or an id holds.

use nerve_model::{says_nothing, visible};

/// The months as spreadsheets write them in a date, in English and German.
const MONTHS: &str = "jan feb mar mär mrz apr may mai jun jul aug sep oct okt nov dec dez";

/// The digits of a number that spreadsheets keep.
const KEPT_DIGITS: usize = 15;

/// Zeros at the end of a long number that are no chance.
const TELLING_ZEROS: usize = 3;

/// The reason why a spreadsheet has made another text of an id or number; none if it has not.
pub(crate) fn spoiled(text: &str) -> Option<&'static str> {
    if is_rounded(text) {
        Some("was rounded by a spreadsheet: its last digits are gone")
    } else if is_date(text) {
        Some("was made a date by a spreadsheet")
    } else {
        None
    }
}

/// `9.91214E+15`, or a longer number than spreadsheets keep, with zeros for its last digits.
fn is_rounded(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.trim_start_matches(['+', '-']);
    if let Some((mantissa, exponent)) = number.split_once(['e', 'E']) {
        let (whole, fraction) = mantissa.split_once(['.', ',']).map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let power = exponent.trim_start_matches(['+', '-']);
        let has_sign = power.len() < exponent.len();
        return digits(whole)
            && whole.len() <= 3
            && fraction.is_none_or(digits)
            && digits(power)
            && power.len() <= 3
            && (has_sign || fraction.is_some());
    }
    let grouped = |c: char| matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}');
    let plain =
        number.split_once(['.', ',']).filter(|(_, rest)| rest.chars().all(|c| c == '0')).map_or(number, |(n, _)| n);
    let plain: String = plain.chars().filter(|c| !grouped(*c)).collect();
    let zeros = plain.len() - plain.trim_end_matches('0').len();
    digits(&plain)
        && zeros >= TELLING_ZEROS
        && plain.len() - zeros.min(plain.len()) <= KEPT_DIGITS
        && plain.len() > KEPT_DIGITS
}

/// `2-Mar` or `Mar-02`, which were `2-3` or `MAR2`.
fn is_date(text: &str) -> bool {
    let Some((one, other)) = text.split_once(['-', ' ', '.']) else { return false };
    let other = other.trim_start_matches([' ', '.']);
    let is_month = |text: &str| {
        let text = text.trim_end_matches('.').to_lowercase();
        !text.is_empty() && MONTHS.split_ascii_whitespace().any(|month| month == text)
    };
    let is_day = |text: &str| {
        (1..=2).contains(&text.trim_end_matches('.').len())
            && text.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit())
    };
    (is_day(one) && is_month(other)) || (is_month(one) && is_day(other))
}

/// The text of a cell: without the mark that guards it against spreadsheets, and out of the formula `="0012"` that keeps
/// them from reading it as a number.
pub(crate) fn text(cell: &str) -> &str {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let formula = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|rest| !rest.contains('"'));
    formula.unwrap_or_else(|| crate::write::unguarded(cell)).trim()
}

/// The values of a cell between these separators, without those that say that there is none.
pub(crate) fn values<'c>(cell: &'c str, separators: &'c [&'c str]) -> impl Iterator<Item = String> + 'c {
    let mut parts = vec![cell];
    for separator in separators {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    parts.into_iter().map(visible).filter(|text| !text.is_empty() && !says_nothing(text))
}

/// The addresses of a cell as written, each with what wraps it. Separators in quotes or brackets, as in `"Lindqvist, Ada"
/// <ada@example.com>`, part nothing.
pub(crate) fn addresses(cell: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let (mut quoted, mut nested) = (false, 0_u32);
    let mut rest = cell;
    while let Some(c) = rest.chars().next() {
        let separator = [" ::: ", " / ", " | ", " & ", " und ", " and ", " or ", " oder "];
        let found = separator.iter().find_map(|word| rest.strip_prefix(word));
        let single = matches!(c, ';' | ',' | '\n' | '\r' | '\t');
        if !quoted && nested == 0 && (single || found.is_some()) {
            parts.push(std::mem::take(&mut part));
            rest = found.unwrap_or_else(|| rest.get(c.len_utf8()..).unwrap_or_default());
            continue;
        }
        match c {
            '"' => quoted = !quoted && rest.get(1..).is_some_and(|rest| rest.contains('"')),
            '<' | '(' if !quoted => {
                nested = nested.saturating_add(u32::from(rest.contains(if c == '<' { '>' } else { ')' })))
            }
            '>' | ')' if !quoted => nested = nested.saturating_sub(1),
            _ => {}
        }
        part.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    parts.push(part);
    let mut addresses: Vec<String> = Vec::new();
    for part in parts.iter().map(|part| visible(part)).filter(|part| !part.is_empty() && !says_nothing(part)) {
        // `Lindqvist, Ada <ada@example.com>`: the first part of the name.
        match addresses.last_mut().filter(|last| !last.contains('@') && part.contains('<')) {
            Some(last) => *last = part,
            None => addresses.extend(several(&part)),
        }
    }
    addresses
}

/// The addresses of a text between blanks, if it has nothing but addresses.
fn several(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let all = words.len() > 1 && words.iter().all(|word| word.contains('@') && !word.contains(['<', '"', '(']));
    if all { words.into_iter().map(str::to_owned).collect() } else { vec![part.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_made_of_an_id_is_told_from_an_id() {
        for text in [
            "9.91214E+15",
            "9,91214E+15",
            "9.91214e15",
            "9E+15",
            "1.23E+05",
            "1.2E-05",
            "123.4E+10",
            "+4.47911E+11",
            "9912140000000000",
            "1234567890123450000",
            "9.912.140.000.000.000",
            "9912140000000000.00",
        ] {
            assert_eq!(spoiled(text), Some("was rounded by a spreadsheet: its last digits are gone"), "{text}");
        }
        for text in ["2-Mar", "02-Mrz", "Mar-02", "1. Mai", "3-Dez"] {
            assert_eq!(spoiled(text), Some("was made a date by a spreadsheet"), "{text}");
        }
        for text in [
            "10023",
            "C-1001",
            "1E5",
            "12E3",
            "E+15",
            "003E000001a2B3c",
            "1000000",
            "123456789012345",
            "1234567890123456",
            "cus_9E15",
            "4711.5",
            "Mar",
            "2-3",
            "5f3e15",
            "100000000000000",
        ] {
            assert_eq!(spoiled(text), None, "{text}");
        }
    }

    #[test]
    fn several_addresses_of_a_cell_are_parted() {
        let (ada, ben) = ("ada@example.com", "ben@example.com");
        for between in [";", ",", "; ", "\n", "\r\n", " / ", " ::: ", " | ", " ", " und ", ";;", "; -; "] {
            assert_eq!(addresses(&format!("{ada}{between}{ben}")), [ada, ben], "{between:?}");
        }
        assert_eq!(
            addresses("\"Lindqvist, Ada\" <ada@example.com>, Okafor, Ben <ben@example.com>; n/a"),
            ["\"Lindqvist, Ada\" <ada@example.com>", "Ben <ben@example.com>"]
        );
        assert_eq!(addresses("ada@example.com (home, office)"), ["ada@example.com (home, office)"]);
        assert_eq!(addresses("ask reception"), ["ask reception"]);
        assert_eq!(addresses("-"), [""; 0]);
    }
}
