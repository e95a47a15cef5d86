use crate::plans::Plan;
use nerve_model::Region;

/// The longest number (ITU-T E.164), in digits.
const MAX_DIGITS: usize = 15;

/// A telephone number in E.164, for example `+4930901820`, if the text is one.
///
/// Accepts numbers with a country code (`+49 30 …`, `0049 30 …` if 00 is the international prefix, `+49 (0)30 …`) and,
/// with a `home`, national ones (`030 …`). E.164 has no extensions, so an extension is left out. The country code must
/// exist and the length be possible there.
pub(crate) fn e164(text: &str, home: Option<Region>) -> Option<String> {
    let number = without_extension(text.trim().strip_prefix("tel:").unwrap_or(text.trim()));
    let international = number.starts_with('+');
    let digits = digits(number.strip_prefix('+').unwrap_or(number))?;
    if international {
        return abroad(&digits);
    }
    let home = Plan::of(home?)?;
    let prefix = home.international_prefix.filter(|prefix| digits.starts_with(prefix));
    match prefix.and_then(|prefix| abroad(digits.get(prefix.len()..)?)) {
        Some(number) => Some(number),
        None => national(&digits, home),
    }
}

/// The digits of a number. A national prefix in brackets is dropped, because callers from abroad do not dial it.
fn digits(number: &str) -> Option<String> {
    // Longer text is not a number.
    if number.len() > 40 {
        return None;
    }
    let number = number.replace("(0)", "");
    let separator = |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '\u{2011}' | '\u{2013}' | '(' | ')' | '.' | '/');
    let digits: String = number.chars().filter(|c| !separator(*c)).collect();
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
}

fn without_extension(number: &str) -> &str {
    let lower = number.to_ascii_lowercase();
    let end = ["ext", "x", ";", "#"].iter().filter_map(|mark| lower.find(mark)).min();
    end.and_then(|end| number.get(..end)).unwrap_or(number).trim_end()
}

/// Parses digits that begin with a country code.
fn abroad(digits: &str) -> Option<String> {
    let region = Plan::called(digits)?;
    let national = digits.strip_prefix(region.calling_code)?;
    number(region, national)
}

/// Parses digits as dialed at home.
fn national(digits: &str, home: Plan) -> Option<String> {
    let bare = home.national_prefix.and_then(|prefix| digits.strip_prefix(prefix));
    bare.and_then(|bare| number(home, bare)).or_else(|| number(home, digits))
}

fn number(region: Plan, national: &str) -> Option<String> {
    let prefixed = region.national_prefix.is_some_and(|prefix| prefix == "0" && national.starts_with('0'));
    let digits = region.calling_code.len() + national.len();
    let possible = !prefixed && digits <= MAX_DIGITS && region.has_length(national.len());
    possible.then(|| format!("+{}{national}", region.calling_code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_country_code_or_a_home() {
        for (text, home, expected) in [
            ("+49 30 901820", "", Some("+4930901820")),
            (" +49 (30) 9018-20", "", Some("+4930901820")),
            ("+4930901820", "", Some("+4930901820")),
            ("+49 (0)30 901820", "", Some("+4930901820")),
            ("+49 30 901820 ext. 5", "", Some("+4930901820")),
            ("tel:+49-30-901820", "", Some("+4930901820")),
            ("030/901820", "DE", Some("+4930901820")),
            ("0049 30 901820", "DE", Some("+4930901820")),
            ("(415) 555-2671", "US", Some("+14155552671")),
            ("1 415 555 2671", "US", Some("+14155552671")),
            ("011 49 30 901820", "US", Some("+4930901820")),
            ("8 (495) 123-45-67", "RU", Some("+74951234567")),
            ("06 1 234 5678", "HU", Some("+3612345678")),
            ("06 6982 1234", "IT", Some("+390669821234")),
            ("612 345 678", "ES", Some("+34612345678")),
            ("", "DE", None),
            ("+", "DE", None),
            ("030 901820", "", None),
            ("0049 30 901820", "", None),
            ("+49", "", None),
            ("+0491234567", "", None),
            ("+999 1234567", "", None),
            ("+4930901820901820", "", None),
            ("+1 415 555 267", "", None),
            ("+٤٩٣٠٩٠١٨٢", "", None),
            ("anonymous", "DE", None),
            (&"0".repeat(1_000_000), "DE", None),
        ] {
            assert_eq!(e164(text, home.parse().ok()).as_deref(), expected, "{text:.60} in {home:?}");
        }
    }
}
