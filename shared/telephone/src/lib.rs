//! Telephone numbers, read from what people and vendors write.
//!
//! Numbers are read by libphonenumber's rules and metadata. A text is rarely just a number: it has a label, an
//! extension, a remark, a second number, digits of another script. [`read`] finds the numbers in it and says what is
//! left. It claims nothing that it is not sure of: a number that is nobody's (a withheld caller, a placeholder), a
//! masked one or one whose country is unknown stays text.

mod number;
mod plain;
mod scan;

use nerve_model::Region;

/// The longest text that is read, in characters.
const TEXT_CHARS: usize = 250;

/// The most numbers that one text holds.
const MAX_NUMBERS: usize = 10;

/// The numbers in a text, and the rest of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// In E.164, each once, in the order of the text.
    pub numbers: Vec<String>,
    /// What is left of the text without the numbers: an extension, a remark, digits that are no number. Empty if there
    /// is nothing to add.
    pub rest: String,
}

impl Reading {
    /// The number, if the text holds exactly one.
    pub fn only(&self) -> Option<&str> {
        match self.numbers.as_slice() {
            [number] => Some(number),
            _ => None,
        }
    }
}

/// Reads the numbers in a text. One without a country code belongs to `home`; without a home it is not read.
pub fn read(text: &str, home: Option<Region>) -> Reading {
    if text.chars().nth(TEXT_CHARS).is_some() {
        return Reading { numbers: Vec::new(), rest: text.to_owned() };
    }
    let text = plain::plain(text);
    let found = scan::numbers(&text, home);
    let mut reading = Reading::default();
    let mut rest = String::new();
    let mut end = 0;
    for (range, number) in found {
        rest.push_str(text.get(end..range.start).unwrap_or_default());
        rest.push(' ');
        end = range.end;
        if !reading.numbers.contains(&number) && reading.numbers.len() < MAX_NUMBERS {
            reading.numbers.push(number);
        }
    }
    rest.push_str(text.get(end..).unwrap_or_default());
    reading.rest = plain::remark(&rest);
    reading
}
