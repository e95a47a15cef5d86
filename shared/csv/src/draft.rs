//! Parsing of a row into the draft of a record.

use crate::{Column, Line, Mapping, Refusal, guess::fold, write::unguarded};
use nerve_intake::reading::{People, VendorId, distinct, line};
use nerve_model::{Attributes, Claim, ClaimKind, FieldError, RecordFields, RecordId, RecordType, Region, Role, clip};
use sha2::{Digest, Sha256};

/// Names of record types in files, besides Nerve's own.
const TYPES: [(RecordType, &[&str]); 5] = [
    (
        RecordType::Customer,
        &["contact", "client", "company", "person", "account", "lead", "kunde", "kundin", "kontakt", "interessent"],
    ),
    (RecordType::Deal, &["opportunity", "quote", "chance", "angebot", "geschaft"]),
    (RecordType::Project, &["job", "projekt", "auftrag"]),
    (RecordType::Asset, &["device", "equipment", "vehicle", "anlage", "gerat", "fahrzeug"]),
    (RecordType::Vendor, &["supplier", "lieferant", "kreditor", "dienstleister"]),
];

/// The longest part of a cell that a refusal quotes, in characters.
const SHOWN_CHARS: usize = 60;

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

    /// Parses a row.
    ///
    /// # Errors
    ///
    /// All reasons to refuse it: a cell that does not fit its column, a text that is too long, or no value to name or
    /// recognize a record by.
    pub fn read(&self, line: &Line) -> Result<Draft, Vec<Refusal>> {
        let (cells, columns) = (line.cells.len(), self.mapping.columns.len());
        if cells != columns {
            let reason = format!(
                "The row has {cells} cells, the header {columns}: a separator or quotation mark is missing or too many."
            );
            return Err(vec![Refusal { column: None, reason }]);
        }
        let mut row = Row { reader: self, said: Cells::default(), refused: Vec::new() };
        for ((cell, column), title) in line.cells.iter().zip(&self.mapping.columns).zip(self.header) {
            if let Err(reason) = row.cell(unguarded(cell.trim()).trim(), column) {
                row.refused.push(Refusal { column: Some(title.clone()), reason });
            }
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
}

impl Row<'_> {
    fn cell(&mut self, cell: &str, column: &Column) -> Result<(), String> {
        if cell.is_empty() {
            return Ok(());
        }
        let draft = &mut self.said.draft;
        match column {
            Column::Ignored => {}
            Column::Record => draft.record = Some(record_id(cell)?),
            Column::Type => draft.said_type = Some(record_type(cell)?),
            Column::Name => draft.name = bounded(cell, RecordFields::NAME_CHARS)?,
            Column::GivenName => self.said.given = bounded(cell, RecordFields::NAME_CHARS)?.unwrap_or_default(),
            Column::FamilyName => self.said.family = bounded(cell, RecordFields::NAME_CHARS)?.unwrap_or_default(),
            Column::Owner => draft.owner = bounded(cell, RecordFields::OWNER_CHARS)?,
            Column::Stage => draft.stage = bounded(cell, RecordFields::STAGE_CHARS)?,
            Column::Attribute(name) => {
                let value = bounded(cell, Attributes::VALUE_CHARS)?;
                self.said.attributes.extend(value.map(|value| (name.clone(), value)));
            }
            Column::Email => self.claims(cell, &[';', ',', '\n'], email)?,
            Column::Phone => self.claims(cell, &[';', ',', '\n'], phone)?,
            Column::ExternalId => self.claims(cell, &['\n'], external_id)?,
            Column::External => self.claims(cell, &['\n'], |text, _| verbatim(ClaimKind::External, text))?,
            Column::Serial => self.claims(cell, &['\n'], |text, _| verbatim(ClaimKind::Serial, text))?,
        }
        Ok(())
    }

    /// The claims of a cell, which may hold several.
    fn claims(
        &mut self,
        cell: &str,
        separators: &[char],
        read: impl Fn(&str, &Reader<'_>) -> Result<Claim, String>,
    ) -> Result<(), String> {
        for text in cell.split(separators).map(str::trim).filter(|text| !text.is_empty()) {
            self.said.draft.claims.push(read(text, self.reader)?);
        }
        Ok(())
    }

    fn finish(self) -> Result<Draft, Vec<Refusal>> {
        let Self { reader, said: Cells { mut draft, given, family, attributes }, mut refused } = self;
        draft.name = draft.name.or_else(|| line(&format!("{given} {family}"), RecordFields::NAME_CHARS));
        match Attributes::new(attributes) {
            Ok(attributes) => draft.attributes = attributes,
            Err(error) => refused.push(Refusal { column: None, reason: sentence(&error) }),
        }
        let role = role(draft.said_type.unwrap_or(reader.mapping.record_type));
        draft.claims = distinct(draft.claims.into_iter().map(|claim| Claim { role, ..claim }));
        draft.claims.sort();
        if refused.is_empty() && draft.record.is_none() && draft.claims.is_empty() {
            match draft.name {
                Some(_) => draft.claims.push(Claim { role, ..of_itself(&draft) }),
                None => refused.push(Refusal { column: None, reason: NOBODY.to_owned() }),
            }
        }
        if refused.is_empty() { Ok(draft) } else { Err(refused) }
    }
}

/// The claim of a row that has no other: a digest of its whole text.
fn of_itself(draft: &Draft) -> Claim {
    let said = (draft.said_type, &draft.name, &draft.owner, &draft.stage, &draft.attributes);
    let digest = hex::encode(Sha256::digest(serde_json::to_vec(&said).unwrap_or_default()));
    customer(ClaimKind::External, format!("file:row:{}", digest.get(..32).unwrap_or_default()))
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

fn record_id(text: &str) -> Result<RecordId, String> {
    text.parse().map_err(|_| format!("{} is not the id of a record.", shown(text)))
}

fn record_type(text: &str) -> Result<RecordType, String> {
    let folded = fold(text);
    let singular = folded.strip_suffix('s').unwrap_or(&folded);
    let named = |name: &str| name.parse().ok();
    let called = |name: &str| TYPES.iter().find(|(_, names)| names.contains(&name)).map(|(found, _)| *found);
    let found = [folded.as_str(), singular].into_iter().find_map(|name| named(name).or_else(|| called(name)));
    found.ok_or_else(|| format!("{} is none of customer, deal, project, asset, vendor.", shown(text)))
}

fn phone(text: &str, reader: &Reader<'_>) -> Result<Claim, String> {
    let number = nerve_telephone::read(text, reader.home).numbers.into_iter().next();
    number.map(|number| customer(ClaimKind::Phone, number)).ok_or_else(|| match reader.mapping.region {
        None if !text.starts_with('+') => {
            format!("{} has no country code: say in which country such numbers are.", shown(text))
        }
        _ => format!("{} is not a telephone number.", shown(text)),
    })
}

fn email(text: &str, reader: &Reader<'_>) -> Result<Claim, String> {
    reader.people.email(text).ok_or_else(|| format!("{} is not a mail address.", shown(text)))
}

/// An id in the tool's form.
fn external_id(text: &str, reader: &Reader<'_>) -> Result<Claim, String> {
    let id = VendorId::new(text).ok_or_else(|| format!("{} is not an id: ids have no blanks.", shown(text)))?;
    Ok(customer(ClaimKind::External, format!("{}:{id}", reader.mapping.ids)))
}

/// A claim in its stored form.
fn verbatim(kind: ClaimKind, text: &str) -> Result<Claim, String> {
    let value = line(text, CLAIM_CHARS).filter(|line| line == text);
    value.map(|value| customer(kind, value)).ok_or_else(|| format!("{} is too long.", shown(text)))
}

fn bounded(text: &str, max: usize) -> Result<Option<String>, String> {
    let line = line(text, max.saturating_add(1));
    match line {
        Some(line) if line.chars().count() > max => Err(format!("The text has more than {max} characters.")),
        line => Ok(line),
    }
}

fn sentence(error: &FieldError) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn shown(text: &str) -> String {
    format!("“{}”", clip(text, SHOWN_CHARS))
}
