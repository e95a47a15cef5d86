use super::{table, words};
use std::{collections::BTreeMap, sync::LazyLock};

/// A postal address, split into its parts; absent parts are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostalAddress {
    /// The street in folded words, its kind written short (`st`, `ave`).
    pub street: String,
    /// The house number.
    pub house: String,
    /// Letters and digits of the postcode.
    pub postcode: String,
    /// The city in folded words.
    pub city: String,
}

/// Parses an address on one line: street and house number, then postcode and city, separated by commas.
pub fn address(text: &str) -> PostalAddress {
    let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let (street, house) = street(parts.next().unwrap_or_default());
    let mut address = PostalAddress { street, house, ..PostalAddress::default() };
    for part in parts {
        let (code, rest): (Vec<&str>, Vec<&str>) =
            part.split_whitespace().partition(|word| word.bytes().any(|b| b.is_ascii_digit()));
        if address.postcode.is_empty() {
            address.postcode = postcode(&code.concat());
        }
        if address.city.is_empty() {
            address.city = words(&rest.join(" ")).join(" ");
        }
    }
    address
}

/// Parses street and house number: `12 Main Street`, `Hauptstraße 12a`.
pub fn street(text: &str) -> (String, String) {
    let words = words(text);
    let is_number = |word: &&String| word.starts_with(|c: char| c.is_ascii_digit());
    let house = match (words.first().filter(is_number), words.iter().rev().find(is_number)) {
        (Some(first), _) => first.clone(),
        (None, Some(last)) => last.clone(),
        (None, None) => String::new(),
    };
    let named: Vec<String> = words.into_iter().filter(|word| *word != house).map(|word| short(&word)).collect();
    (named.join(" "), house)
}

/// Letters and digits only, in lower case, without the rarely written second half of a ZIP+4 code.
pub fn postcode(text: &str) -> String {
    let five = text.split_once('-').map(|(five, _)| five).filter(|five| five.len() == 5);
    words(five.unwrap_or(text)).concat()
}

fn short(word: &str) -> String {
    if let Some(short) = SHORT.get(word) {
        return (*short).to_owned();
    }
    // In German the kind of street is the end of its name.
    for kind in ["strasse", "str"] {
        if let Some(name) = word.strip_suffix(kind).filter(|name| name.len() > 2) {
            return format!("{name}st");
        }
    }
    word.to_owned()
}

static SHORT: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| table::heads(include_str!("../../data/streets.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_are_written_short_and_apart_from_the_number() {
        for (text, expected) in [
            ("12 Main Street", ("main st", "12")),
            ("12 main st.", ("main st", "12")),
            ("Hauptstraße 12a", ("hauptst", "12a")),
            ("Hauptstr. 12a", ("hauptst", "12a")),
            ("4 North 3rd Avenue", ("n 3rd ave", "4")),
            ("Broadway", ("broadway", "")),
            ("", ("", "")),
        ] {
            let (street, house) = street(text);
            assert_eq!((street.as_str(), house.as_str()), expected, "{text}");
        }
    }

    #[test]
    fn an_address_on_one_line_is_taken_apart() {
        for (text, expected) in [
            ("12 Main Street, 90210 Beverly Hills", ["main st", "12", "90210", "beverly hills"]),
            ("Hauptstr. 3, 10115 Berlin, Germany", ["hauptst", "3", "10115", "berlin"]),
            ("10 Downing Street, London, SW1A 2AA", ["downing st", "10", "sw1a2aa", "london"]),
            ("Main Street", ["main st", "", "", ""]),
        ] {
            let PostalAddress { street, house, postcode, city } = address(text);
            assert_eq!([street, house, postcode, city], expected, "{text}");
        }
        assert_eq!(postcode("90210-1234"), "90210");
    }
}
