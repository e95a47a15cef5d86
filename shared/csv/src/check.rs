use crate::{Draft, Key, Line, Mapping, Reader, Refusal};
use std::collections::{HashMap, hash_map::Entry};

/// The most reasons stored with a row.
const MAX_REASONS: usize = 5;

/// The check of a file before its import: it refuses rows that do not parse and rows about the record of an earlier
/// one.
#[derive(Debug)]
pub struct Check<'m> {
    reader: Reader<'m>,
    seen: HashMap<Key, u32>,
    /// The number of rows so far.
    pub rows: u32,
    /// The number of refused rows.
    pub refused: u32,
    /// The number of rows that only their own text recognizes.
    pub by_text: u32,
}

impl<'m> Check<'m> {
    /// A check of a file with these headers, before its first row.
    pub fn new(header: &'m [String], mapping: &'m Mapping) -> Self {
        Self { reader: Reader::new(header, mapping), seen: HashMap::new(), rows: 0, refused: 0, by_text: 0 }
    }

    /// Checks the next row and adds the reasons if it is refused.
    pub fn line(&mut self, line: &mut Line) {
        line.refused = match self.reader.read(line) {
            Ok(draft) => self.again(&draft, line.line).into_iter().collect(),
            Err(mut reasons) => {
                reasons.truncate(MAX_REASONS);
                reasons
            }
        };
        self.rows += 1;
        self.refused += u32::from(!line.refused.is_empty());
    }

    fn again(&mut self, draft: &Draft, line: u32) -> Option<Refusal> {
        self.by_text += u32::from(draft.is_recognized_by_text());
        match self.seen.entry(draft.key()?) {
            Entry::Vacant(entry) => {
                entry.insert(line);
                None
            }
            Entry::Occupied(entry) => {
                let same = match entry.key() {
                    Key::Record(id) => id.to_string(),
                    Key::Claim(..) if draft.is_recognized_by_text() => "the same text".to_owned(),
                    Key::Claim(_, value) => value.clone(),
                };
                let reason = format!("It is about the same as line {}: both have {same}.", entry.get());
                Some(Refusal { column: None, reason })
            }
        }
    }
}
