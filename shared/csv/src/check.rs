use crate::{Draft, Key, Line, Mapping, Reader, Refusal, names::Named};
use std::collections::HashMap;

/// The most reasons stored with a row.
const MAX_REASONS: usize = 5;

/// The most people of one mailbox or telephone whose names are compared.
const MAX_SHARING: usize = 50;

/// The check of a file before its import: it refuses rows that do not parse and rows about the record of an earlier
/// one.
#[derive(Debug)]
pub struct Check<'m> {
    reader: Reader<'m>,
    /// The lines of earlier rows by their keys, with the names of rows that are recognized by an address or number.
    seen: HashMap<Key, Vec<(u32, Option<String>)>>,
    /// The number of rows so far.
    pub rows: u32,
    /// The number of refused rows.
    pub refused: u32,
    /// The number of other rows with a cell that is kept as written.
    pub remarked: u32,
    /// The number of rows that only their own text recognizes.
    pub by_text: u32,
}

impl<'m> Check<'m> {
    /// A check of a file with these headers, before its first row.
    pub fn new(header: &'m [String], mapping: &'m Mapping) -> Self {
        Self {
            reader: Reader::new(header, mapping),
            seen: HashMap::new(),
            rows: 0,
            refused: 0,
            remarked: 0,
            by_text: 0,
        }
    }

    /// Checks the next row and adds the reasons if it is refused.
    pub fn line(&mut self, line: &mut Line) {
        (line.refused, line.remarks) = match self.reader.read(line) {
            Ok(draft) => (self.again(&draft, line.line).into_iter().collect(), draft.remarks),
            Err(reasons) => (reasons, Vec::new()),
        };
        line.refused.truncate(MAX_REASONS);
        line.remarks.truncate(MAX_REASONS);
        self.rows += 1;
        self.remarked += u32::from(line.refused.is_empty() && !line.remarks.is_empty());
        self.refused += u32::from(!line.refused.is_empty());
    }

    fn again(&mut self, draft: &Draft, line: u32) -> Option<Refusal> {
        self.by_text += u32::from(draft.is_recognized_by_text());
        let key = draft.key()?;
        let name = draft.name.as_deref();
        // Several people may have one mailbox or telephone; their names tell them apart.
        let is_contact = matches!(&key, Key::Claim(kind, _) if kind.is_contact());
        let seen = self.seen.entry(key).or_default();
        let same =
            seen.iter().find(|(_, other)| !is_contact || !Named::new(name).contradicts(&Named::new(other.as_deref())));
        let Some((earlier, _)) = same else {
            if seen.len() < MAX_SHARING {
                seen.push((line, name.filter(|_| is_contact).map(str::to_owned)));
            }
            return None;
        };
        let same = match draft.key()? {
            Key::Record(id) => id.to_string(),
            Key::Claim(..) if draft.is_recognized_by_text() => "the same text".to_owned(),
            Key::Claim(_, value) => value,
        };
        let reason = format!("It is about the same as line {earlier}: both have {same}.");
        Some(Refusal { column: None, reason })
    }
}
