//! Telephone numbers, read from what people and vendors write.

mod number;
mod plans;

use nerve_model::Region;

/// The numbers in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// In E.164, each once, in the order of the text.
    pub numbers: Vec<String>,
}

/// Reads the numbers in a text. One without a country code belongs to `home`; without a home it is not read.
pub fn read(text: &str, home: Option<Region>) -> Reading {
    Reading { numbers: number::e164(text, home).into_iter().collect() }
}
