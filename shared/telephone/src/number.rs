//! One number, by libphonenumber.

use nerve_model::Region;
use rlibphonenumber::{PhoneNumber, PhoneNumberType, PhoneNumberUtil, get_national_significant_number_owned};
use std::sync::OnceLock;

/// The digits that telephone networks and calling services send for a caller who withholds the number: the keys of
/// ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED and PRIVATE.
const WITHHELD: [&str; 6] = ["266696687", "7378742833", "86282452253", "8656696", "2562533", "7748283"];

/// The digits in their order, which people type where a form demands a number.
const IN_ORDER: &str = "01234567890";

/// The longest number (ITU-T E.164), in digits.
const MAX_DIGITS: usize = 15;

/// How much must speak for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Its length is possible: nothing else in the text can be the number.
    Likely,
    /// It has its country code, or a number like it is in use.
    Certain,
}

/// Reads numbers of one home.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    library: &'static PhoneNumberUtil,
    home: Option<rlibphonenumber::Region>,
}

/// The library with its metadata, which takes some milliseconds to read.
fn library() -> Option<&'static PhoneNumberUtil> {
    static LIBRARY: OnceLock<Option<PhoneNumberUtil>> = OnceLock::new();
    LIBRARY.get_or_init(|| PhoneNumberUtil::new().ok()).as_ref()
}

impl Numbers {
    /// The reader for this home; `None` if the metadata cannot be read.
    pub(crate) fn at(home: Option<Region>) -> Option<Self> {
        let home = home.and_then(|home| home.as_str().parse().ok());
        library().map(|library| Self { library, home })
    }

    /// The number in E.164, if the text is one. Only its digits count, and a `+` before them.
    pub(crate) fn read(&self, text: &str, reach: Reach) -> Option<String> {
        let dialed = dialed(text);
        if WITHHELD.contains(&dialed.trim_start_matches('+')) || IN_ORDER.contains(&dialed) {
            return None;
        }
        // In a country without a trunk prefix the zero in brackets is no part of the number.
        let bracketed = || text.contains("(0)").then(|| self.one(&self::dialed(&text.replace("(0)", "")), reach));
        self.one(&dialed, reach).or_else(|| bracketed()?)
    }

    fn one(&self, dialed: &str, reach: Reach) -> Option<String> {
        if dialed.starts_with('+') {
            return self.parsed(dialed).filter(|number| self.is_possible(number)).and_then(e164);
        }
        let national =
            self.home.and_then(|_| self.parsed(dialed)).filter(|number| self.is_dialed(number, dialed, reach));
        let abroad = || self.one(&format!("+{}", dialed.strip_prefix("00")?), reach);
        national.and_then(e164).or_else(abroad)
    }

    fn parsed(&self, dialed: &str) -> Option<PhoneNumber> {
        self.library.parse(dialed, self.home).ok()
    }

    /// True if the digits are a number as it is dialed at home.
    fn is_dialed(&self, number: &PhoneNumber, dialed: &str, reach: Reach) -> bool {
        // In North America nobody needs to dial the prefix.
        let is_whole = number.country_code == 1 || get_national_significant_number_owned(number) != dialed;
        let likely = reach == Reach::Likely && is_whole && dialed.len() > 6 && self.is_possible(number);
        likely || self.library.is_valid_number(number)
    }

    fn is_possible(&self, number: &PhoneNumber) -> bool {
        let length = self.library.is_possible_number_with_reason(number);
        length.is_ok_and(|length| length == rlibphonenumber::NumberLengthType::IsPossible)
    }

    /// A number in letters, if it is of a sort that is advertised so; anything else is a word beside digits.
    pub(crate) fn spelled(&self, text: &str) -> Option<String> {
        let keys: String = text.chars().map(key).collect();
        let number = self.parsed(&dialed(&keys))?;
        let advertised = matches!(
            self.library.get_number_type(&number),
            PhoneNumberType::TollFree
                | PhoneNumberType::SharedCost
                | PhoneNumberType::PremiumRate
                | PhoneNumberType::PersonalNumber
                | PhoneNumberType::UAN
        );
        e164(number).filter(|_| advertised)
    }
}

/// The digits, after a `+` if there is one before them. `+00` is as much as `+`.
fn dialed(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.find('+').is_some_and(|plus| text.find(|c: char| c.is_ascii_digit()).is_none_or(|at| plus < at));
    if plus { format!("+{}", digits.strip_prefix("00").unwrap_or(&digits)) } else { digits }
}

/// The number in E.164, unless it is nobody's.
fn e164(number: PhoneNumber) -> Option<String> {
    let national = get_national_significant_number_owned(&number);
    let repeats = national.bytes().all(|digit| national.as_bytes().first() == Some(&digit));
    let number = format!("{}{national}", number.country_code);
    (!repeats && number.len() <= MAX_DIGITS).then(|| format!("+{number}"))
}

/// The digit on whose key a letter is (ITU-T E.161).
fn key(c: char) -> char {
    match c.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        other => other,
    }
}
