//! Names as customers may read them.
//!
//! A record always has a name to be shown by. What stands for a missing one is for our own screens and never reaches a
//! customer.

use crate::{RecordType, one_line};

/// The longest name that is greeted, in characters.
const GREETED_CHARS: usize = 80;

/// Words that people and tools write where a name is asked for and none is given, in lower case.
const NO_NAMES: &[&str] = &[
    "admin",
    "anon",
    "anonym",
    "anonymous",
    "asdf",
    "attendee",
    "caller",
    "client",
    "contact",
    "customer",
    "dummy",
    "email",
    "erased",
    "firma",
    "first name",
    "firstname",
    "fname",
    "foo",
    "gast",
    "guest",
    "herr",
    "frau",
    "info",
    "invitee",
    "ka",
    "k a",
    "kein",
    "keine",
    "kein name",
    "keine angabe",
    "kontakt",
    "kunde",
    "kundin",
    "last name",
    "lastname",
    "mail",
    "mr",
    "mrs",
    "ms",
    "n a",
    "na",
    "nachname",
    "name",
    "nan",
    "nil",
    "no name",
    "nobody",
    "noname",
    "none",
    "not available",
    "not provided",
    "not specified",
    "nothing",
    "null",
    "nvt",
    "n v t",
    "ohne",
    "private",
    "private caller",
    "private number",
    "qwerty",
    "restricted",
    "some one",
    "somebody",
    "someone",
    "tba",
    "tbd",
    "test",
    "test test",
    "test user",
    "tester",
    "testing",
    "unavailable",
    "unbekannt",
    "undefined",
    "unknown",
    "unknown caller",
    "unnamed",
    "user",
    "visitor",
    "vorname",
    "vorname nachname",
    "website",
    "website visitor",
    "wireless caller",
    "your name",
    "inconnu",
    "desconocido",
    "sconosciuto",
    "onbekend",
    "nieznany",
];

/// The name by which a record without one is shown: what it is and the id that it is known by.
pub fn stand_in_name(record_type: RecordType, id: &str) -> String {
    format!("Unnamed {record_type} ({id})")
}

/// The name is one of ours for a record without one.
fn is_stand_in(name: &str) -> bool {
    RecordType::ALL.iter().any(|of| name.starts_with(stand_in_name(*of, "").trim_end_matches(')')))
}

/// The name of a person or company, or `None` where the text is none: an address, a number, an id, a word for nothing,
/// or what we call somebody without a name.
pub fn real_name(text: &str) -> Option<String> {
    let name = one_line(text, GREETED_CHARS + 1);
    let name = name.trim_matches(|c: char| c.is_whitespace() || "\"'“”„`´,;".contains(c));
    let is_name = !is_stand_in(name) && name.chars().count() <= GREETED_CHARS && reads_as_name(name) && !is_id(name);
    (is_name && !is_word_for_nothing(name)).then(|| name.to_owned())
}

/// The opening of a message to a customer, with the name if there is a real one.
pub fn greeting(name: Option<&str>) -> String {
    name.and_then(real_name).map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"))
}

/// The text has letters, more of them than digits, and nothing that only addresses, links and templates have.
fn reads_as_name(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(|c| c.is_numeric()).count();
    let first = name.chars().find(|c| c.is_alphabetic());
    // One Latin letter alone is an initial; with a digit, or of another script, it may be a whole name.
    let enough = letters > 1 || digits > 0 || first.is_some_and(|only| !only.is_ascii());
    let repeated = letters > 2 && name.chars().all(|c| Some(c) == first);
    let foreign = name.contains(['@', '{', '}', '<', '>', '[', ']', '|', '\\', '%', '$', '#', '=', '*', '�']);
    enough
        && !repeated
        && letters > 0
        && letters >= digits
        && !foreign
        && !name.contains("://")
        && !name.starts_with("www.")
}

/// One word with digits that looks like a key in some system.
fn is_id(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let joined = name.contains(['_', ':']);
    !name.contains(' ') && (joined || digits >= 4 || (digits > 0 && name.chars().count() >= 16))
}

fn is_word_for_nothing(name: &str) -> bool {
    let words = name.to_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    NO_NAMES.contains(&words.join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_name_is_greeted() {
        for name in [
            "Ada Lindqvist",
            "Anna",
            "Li",
            "佐藤 花",
            "花",
            "O'Brien & Sons (Dublin)",
            "3M",
            "Studio 54",
            "Hafenkante Logistik GmbH",
            "Müller-Lüdenscheidt, Dr. Eva",
            "Booking.com",
            "Test Valley Roofing",
            "Nadja Null",
            "Unnamed Road Records",
        ] {
            assert_eq!(greeting(Some(name)), format!("Hello {name},"));
        }
        assert_eq!(greeting(Some("  Ada\u{200b}\n Lindqvist ,")), "Hello Ada Lindqvist,");
        assert_eq!(greeting(Some("\"Ada Lindqvist\"")), "Hello Ada Lindqvist,");
    }

    #[test]
    fn what_stands_for_a_missing_name_is_not() {
        let unnamed = RecordType::ALL.iter().map(|of| stand_in_name(*of, "stripe:customer:cus_1"));
        let clipped = stand_in_name(RecordType::Customer, &"x".repeat(200)).chars().take(119).collect::<String>() + "…";
        let nothing = [
            "",
            " ",
            "-",
            "--",
            "?",
            "...",
            "n/a",
            "N/A",
            "n.a.",
            "NA",
            "k.A.",
            "none",
            "NULL",
            "undefined",
            "Unknown",
            "unbekannt",
            "keine Angabe",
            "anonymous",
            "Guest",
            "test",
            "Test Test",
            "a.lindqvist@example.com",
            "Ada <ada@example.com>",
            "+49 30 901820",
            "4930901820",
            "007",
            "cus_fail_56",
            "stripe:customer:cus_1",
            "550e8400-e29b-41d4-a716-446655440000",
            "U012AB3CD",
            "{{name}}",
            "%FNAME%",
            "${name}",
            "<b>",
            "x",
            "aaaa",
            "🙈",
            "https://example.com/ada",
            "www.example.com",
            "First Name",
            "Your name",
            "Herr",
            "Unknown caller",
            "\u{202e}",
            "Tel. 030 901820",
        ];
        let all = nothing.into_iter().map(str::to_owned).chain(unnamed).chain([clipped, "y".repeat(81)]);
        for name in all {
            assert_eq!(greeting(Some(&name)), "Hello,", "{name}");
        }
        assert_eq!(greeting(None), "Hello,");
    }
}
