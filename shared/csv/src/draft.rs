//! Parsing of a row into the draft of a record.

use crate::{
    Column, Line, Mapping, Refusal,
    cell::{self, spoiled},
    types::record_type,
};
use nerve_intake::reading::{People, VendorId, distinct, line};
use nerve_matching::normal::words;
use nerve_model::{
    Attributes, Claim, ClaimKind, RecordFields, RecordId, RecordType, Region, Role, clip, names_nobody, one_line,
    says_nothing, visible,
};
use nerve_telephone::Reading;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The longest part of a cell that a refusal quotes, in characters.
const SHOWN_CHARS: usize = 60;

const ONLY_LOST_ID: &str = "Nothing else in the row recognizes the record: a name alone could be somebody else's.";

const NOBODY: &str = "Nothing in the row says whom it is about: no name, mail address, number or id.";

/// The longest id or serial number, in characters.
const CLAIM_CHARS: usize = 300;

/// The data of a row about a record. An empty cell leaves the record's value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The record that the row names by its id.
    pub record: Option<RecordId>,
    /// The type in the row.
    pub said_type: Option<RecordType>,
    /// Its name.
    pub name: Option<String>,
    /// The person who looks after it.
    pub owner: Option<String>,
    /// Its stage.
    pub stage: Option<String>,
    /// Its attributes.
    pub attributes: Attributes,
    /// The claims that recognize it, strongest first.
    pub claims: Vec<Claim>,
    /// The claim of name and address together, by which a row without an id is recognized if others share the address.
    pub by_name: Option<Claim>,
    /// The cells that do not say what their column means, each with the reason; they are kept as attributes.
    pub remarks: Vec<Refusal>,
}

/// The key that recognizes a row when its file is imported again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The id of the record.
    Record(RecordId),
    /// The strongest claim.
    Claim(ClaimKind, String),
}

/// Parses the rows of a file by its mapping.
#[derive(Debug)]
pub struct Reader<'m> {
    header: &'m [String],
    mapping: &'m Mapping,
    people: People,
    home: Option<Region>,
}

impl<'m> Reader<'m> {
    /// A reader of a file with these headers.
    pub fn new(header: &'m [String], mapping: &'m Mapping) -> Self {
        // Each row is a record, whatever its domain: an import has no people of our own.
        let home = mapping.region.as_deref().and_then(|region| region.parse().ok());
        Self { header, mapping, people: People::default(), home }
    }

    /// Parses a row. A cell that does not say what its column means is kept as an attribute, with a remark.
    ///
    /// # Errors
    ///
    /// The reasons to refuse it: too many cells, the damaged id of a record, or no value to name or recognize a record
    /// by.
    pub fn read(&self, line: &Line) -> Result<Draft, Vec<Refusal>> {
        let whole = |reason: String| vec![Refusal { column: None, reason }];
        if let Some(fault) = &line.fault {
            return Err(whole(fault.clone()));
        }
        let columns = self.mapping.columns.len();
        if line.cells.iter().skip(columns).any(|cell| !visible(cell).is_empty()) {
            let cells = line.cells.len();
            return Err(whole(format!(
                "The row has {cells} cells, the header {columns}: a separator is too many, or a quotation mark is missing."
            )));
        }
        let mut row = Row { reader: self, said: Cells::default(), refused: Vec::new(), lost_id: false };
        // Cells that are missing at the end are empty.
        for ((cell, column), title) in line.cells.iter().zip(&self.mapping.columns).zip(self.header) {
            row.cell(cell::text(cell), column, title);
        }
        row.finish()
    }
}

impl Draft {
    /// The key of the row: its record's id, else its strongest claim.
    pub fn key(&self) -> Option<Key> {
        let claim = || self.claims.first().map(|claim| Key::Claim(claim.kind, claim.value.clone()));
        self.record.map(Key::Record).or_else(claim)
    }
}

#[derive(Default)]
struct Cells {
    draft: Draft,
    given: String,
    family: String,
    attributes: Vec<(String, String)>,
}

struct Row<'r> {
    reader: &'r Reader<'r>,
    said: Cells,
    refused: Vec<Refusal>,
    /// The digits of an id are gone.
    lost_id: bool,
}

/// The longest text of a plain field.
const NAME: usize = RecordFields::NAME_CHARS;

impl Row<'_> {
    fn cell(&mut self, cell: &str, column: &Column, title: &str) {
        if visible(cell).is_empty() || says_nothing_in(column, cell) {
            return;
        }
        match column {
            Column::Ignored => {}
            Column::Record => match cell.parse() {
                Ok(id) => self.said.draft.record = Some(id),
                Err(_) => self.refused.push(of(title, format!("{} is not the id of a record.", shown(cell)))),
            },
            Column::Type => match record_type(cell) {
                Some(found) => self.said.draft.said_type = Some(found),
                None => {
                    let reason = format!("{} is none of customer, deal, project, asset, vendor.", shown(cell));
                    self.keep(title, cell, reason);
                }
            },
            Column::Name => self.said.draft.name = self.bounded(cell, NAME, title),
            Column::GivenName => self.said.given = self.bounded(cell, NAME, title).unwrap_or_default(),
            Column::FamilyName => self.said.family = self.bounded(cell, NAME, title).unwrap_or_default(),
            Column::Owner => self.said.draft.owner = self.bounded(cell, RecordFields::OWNER_CHARS, title),
            Column::Stage => self.said.draft.stage = self.bounded(cell, RecordFields::STAGE_CHARS, title),
            Column::Attribute(name) => self.attribute(name, cell, title),
            Column::Email => self.claims(cell, title, cell::addresses(cell), email),
            Column::Phone => self.numbers(cell, title),
            Column::ExternalId => self.claims(cell, title, ids(cell), external_id),
            Column::External => self.claims(cell, title, ids(cell), |text, _| verbatim(ClaimKind::External, text)),
            Column::Serial => self.claims(cell, title, ids(cell), |text, _| verbatim(ClaimKind::Serial, text)),
        }
    }

    /// Reads the values of a cell as claims. If one of them is none, the whole cell is kept as written, too.
    fn claims(
        &mut self,
        cell: &str,
        title: &str,
        values: Vec<String>,
        read: impl Fn(&str, &Reader<'_>) -> Result<Claim, Unread>,
    ) {
        let mut reasons = Vec::new();
        for text in values {
            match read(&text, self.reader) {
                Ok(claim) => self.said.draft.claims.push(claim),
                Err(Unread { reason, lost_id }) => {
                    self.lost_id |= lost_id;
                    reasons.push(reason);
                }
            }
        }
        if !reasons.is_empty() {
            self.keep(title, cell, reasons.join(" "));
        }
    }

    /// Reads the telephone numbers of a cell. If there is more in it, the whole cell is kept as written, too.
    fn numbers(&mut self, cell: &str, title: &str) {
        if let Some(why) = spoiled(cell) {
            return self.keep(title, cell, format!("{} {why}.", shown(cell)));
        }
        let read = nerve_telephone::read(cell, self.reader.home);
        let claims = read.numbers.iter().map(|number| customer(ClaimKind::Phone, number.clone()));
        self.said.draft.claims.extend(claims);
        if let Some(reason) = beside_numbers(cell, self.reader.home, &read) {
            self.keep(title, cell, reason);
        }
    }

    /// Keeps a cell as an attribute with the name of its column.
    fn keep(&mut self, title: &str, cell: &str, reason: String) {
        self.said.draft.remarks.push(of(title, reason));
        self.attribute(title, cell, title);
    }

    fn attribute(&mut self, name: &str, cell: &str, title: &str) {
        let Some(value) = self.bounded(cell, Attributes::VALUE_CHARS, title) else { return };
        let name = one_line(name, Attributes::NAME_CHARS);
        let name = if name.is_empty() { "Column".to_owned() } else { name };
        match self.said.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = clip(&format!("{known}; {value}"), Attributes::VALUE_CHARS),
            None => self.said.attributes.push((name, value)),
        }
    }

    /// The text on one line, clipped with a remark if it is longer.
    fn bounded(&mut self, text: &str, max: usize, title: &str) -> Option<String> {
        let line = line(text, max.saturating_add(1))?;
        if line.chars().count() > max {
            self.said.draft.remarks.push(of(title, format!("The text is cut off after {max} characters.")));
        }
        Some(clip(&line, max))
    }

    fn finish(self) -> Result<Draft, Vec<Refusal>> {
        let Self { reader, said: Cells { mut draft, given, family, attributes }, mut refused, lost_id } = self;
        // A company without a person has the name of the company.
        let company = || attributes.iter().find(|(name, _)| name == "company").map(|(_, company)| company.clone());
        draft.name = draft.name.or_else(|| line(&format!("{given} {family}"), NAME)).or_else(company);
        draft.attributes = bounded_attributes(attributes, &mut draft.remarks);
        let role = role(draft.said_type.unwrap_or(reader.mapping.record_type));
        draft.claims = distinct(draft.claims.into_iter().map(|claim| Claim { role, ..claim }));
        draft.claims.sort();
        draft.by_name = by_name(&draft).map(|claim| Claim { role, ..claim });
        if refused.is_empty() && draft.record.is_none() && draft.claims.is_empty() {
            if draft.name.is_some() && !lost_id {
                draft.claims.push(Claim { role, ..of_itself(&draft) });
            } else {
                refused.append(&mut draft.remarks);
                let reason = if draft.name.is_some() { ONLY_LOST_ID } else { NOBODY };
                refused.push(Refusal { column: None, reason: reason.to_owned() });
            }
        }
        if refused.is_empty() { Ok(draft) } else { Err(refused) }
    }
}

/// The first attributes that a record can have, and a remark about the others.
fn bounded_attributes(mut attributes: Vec<(String, String)>, remarks: &mut Vec<Refusal>) -> Attributes {
    let left: Vec<String> = attributes.drain(attributes.len().min(Attributes::MAX)..).map(|(name, _)| name).collect();
    if !left.is_empty() {
        let (max, left) = (Attributes::MAX, clip(&left.join(", "), 200));
        let reason = format!("A record has at most {max} attributes: {left} are left out.");
        remarks.push(Refusal { column: None, reason });
    }
    Attributes::new(attributes).unwrap_or_default()
}

/// True if a cell of the column says that there is nothing. An attribute may say so.
fn says_nothing_in(column: &Column, cell: &str) -> bool {
    match column {
        Column::Name | Column::GivenName | Column::FamilyName | Column::Owner => names_nobody(&visible(cell)),
        Column::Attribute(_) | Column::Stage | Column::Ignored => false,
        _ => says_nothing(&visible(cell)),
    }
}

fn of(title: &str, reason: String) -> Refusal {
    Refusal { column: Some(title.to_owned()), reason }
}

fn ids(cell: &str) -> Vec<String> {
    cell::values(cell, &["\n"]).collect()
}

/// The claim of a row that has no other: a digest of its whole text.
fn of_itself(draft: &Draft) -> Claim {
    digest("file:row:", &(draft.said_type, &draft.name, &draft.owner, &draft.stage, &draft.attributes))
}

/// The claim of the name and the first address or number of a row without an id.
fn by_name(draft: &Draft) -> Option<Claim> {
    let contact = draft.claims.first().filter(|claim| claim.kind.is_contact())?;
    let mut words = words(draft.name.as_deref()?);
    words.sort();
    Some(digest("file:name:", &(words, &contact.value)))
}

fn digest(space: &str, said: &impl Serialize) -> Claim {
    let digest = hex::encode(Sha256::digest(serde_json::to_vec(said).unwrap_or_default()));
    customer(ClaimKind::External, format!("{space}{}", digest.get(..32).unwrap_or_default()))
}

impl Draft {
    /// True if only its own text recognizes the row: a changed row would create another record.
    pub fn is_recognized_by_text(&self) -> bool {
        self.claims.first().is_some_and(|claim| claim.value.starts_with("file:row:"))
    }
}

const fn customer(kind: ClaimKind, value: String) -> Claim {
    Claim { kind, value, role: Role::Customer }
}

const fn role(record_type: RecordType) -> Role {
    match record_type {
        RecordType::Customer | RecordType::Deal | RecordType::Project => Role::Customer,
        RecordType::Vendor => Role::Vendor,
        RecordType::Asset => Role::Asset,
    }
}

/// The reason why a value is no claim.
struct Unread {
    reason: String,
    /// It was an id, and its digits are gone.
    lost_id: bool,
}

impl Unread {
    const fn new(reason: String) -> Self {
        Self { reason, lost_id: false }
    }
}

/// The reason why a cell is more, or less, than telephone numbers; none if it is just that.
fn beside_numbers(cell: &str, home: Option<Region>, read: &Reading) -> Option<String> {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    if read.rest.is_empty() || says_nothing(&read.rest) {
        None
    } else if !read.numbers.is_empty() {
        Some(format!("{} is beside the number: the cell is kept as it is written, too.", shown(&read.rest)))
    } else if home.is_none() && !cell.contains('+') && digits > 4 {
        Some(format!("{} has no country code: say in which country such numbers are.", shown(cell)))
    } else {
        Some(format!("{} is not a telephone number.", shown(cell)))
    }
}

fn email(text: &str, reader: &Reader<'_>) -> Result<Claim, Unread> {
    reader.people.email(text).ok_or_else(|| Unread::new(format!("{} is not a mail address.", shown(text))))
}

/// An id in the tool's form.
fn external_id(text: &str, reader: &Reader<'_>) -> Result<Claim, Unread> {
    whole_id(text)?;
    let id = VendorId::new(text);
    let id = id.ok_or_else(|| Unread::new(format!("{} is not an id: ids have no blanks.", shown(text))))?;
    Ok(customer(ClaimKind::External, format!("{}:{id}", reader.mapping.ids)))
}

/// A claim in its stored form.
fn verbatim(kind: ClaimKind, text: &str) -> Result<Claim, Unread> {
    // An external id stands behind its namespace.
    whole_id(text.rsplit_once(':').map_or(text, |(_, id)| id))?;
    let value = line(text, CLAIM_CHARS).filter(|line| line == text);
    let value = value.ok_or_else(|| Unread::new(format!("{} is too long.", shown(text))))?;
    Ok(customer(kind, value))
}

/// Refuses an id that a spreadsheet has made another text of: different records would have the same.
fn whole_id(text: &str) -> Result<(), Unread> {
    spoiled(text).map_or(Ok(()), |why| Err(Unread { reason: format!("{} {why}.", shown(text)), lost_id: true }))
}

fn shown(text: &str) -> String {
    format!("“{}”", clip(text, SHOWN_CHARS))
}
