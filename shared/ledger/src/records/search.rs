//! Which records there are, and which of them somebody looks for.

use super::{SELECT, StoredRecord, read};
use crate::{
    page::{Listing, Page, PageRequest, paged},
    words::distinct_words,
};
use nerve_csv::Exported;
use nerve_model::{Claim, ClaimKind, RecordFields, RecordType};
use nerve_ports::{Database, DatabaseError, Row, RowError, Value};
use serde::Serialize;

/// Sorts after every text that begins with what stands before it.
const LAST: char = '\u{10ffff}';

/// Which records are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Only those whose name has words that begin with each of these, or that have a claim which begins with it all.
    pub search: Option<String>,
    /// Only of this type.
    pub record_type: Option<RecordType>,
    /// Only what this person looks after.
    pub owner: Option<String>,
    /// Only what stands here.
    pub stage: Option<String>,
}

/// What is looked for, as ranges of keys.
#[derive(Serialize)]
struct SearchKeys {
    /// The longest word is looked up; between these stand the words that begin with it.
    from: Option<String>,
    to: Option<String>,
    /// With what the other words begin, behind the quotation mark that begins them.
    others: Vec<String>,
    /// Kinds of claims, with the values between which they stand.
    claims: Vec<(ClaimKind, String, String)>,
}

impl SearchKeys {
    fn new(search: &str) -> Self {
        let mut words = distinct_words(search);
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let mut words = words.into_iter();
        let from = words.next();
        let to = from.as_ref().map(|word| format!("{word}{LAST}"));
        Self { from, to, others: words.map(|word| format!("\"{word}")).collect(), claims: claims(search.trim()) }
    }
}

/// As claims are written. Less than three characters are the beginning of too much.
fn claims(text: &str) -> Vec<(ClaimKind, String, String)> {
    if text.chars().count() < 3 {
        return Vec::new();
    }
    let number = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let lower = text.to_lowercase();
    let spelled = [
        (ClaimKind::External, text.to_owned()),
        (ClaimKind::Email, lower.clone()),
        (ClaimKind::Phone, number),
        (ClaimKind::Domain, lower),
        (ClaimKind::Serial, text.to_owned()),
    ];
    let begun = spelled.into_iter().filter(|(_, from)| from.len() > 2);
    begun.map(|(kind, from)| (kind, from.clone(), format!("{from}{LAST}"))).collect()
}

/// Of the words and of the claims that begin like what is looked for, so many are looked at. Where there are more, more
/// letters help.
const FOUND: &str = "id IN (
    SELECT COALESCE(part.root, part.id) FROM (
        SELECT record, 1 AS by_name FROM (
            SELECT record FROM record_words WHERE word >= ? ->> '$.from' AND word < ? ->> '$.to' LIMIT 2000
        )
        UNION ALL
        SELECT record, 0 AS by_name FROM (
            SELECT i.record FROM json_each(?, '$.claims') AS wanted JOIN identities i
            ON i.kind = wanted.value ->> 0 AND i.value >= wanted.value ->> 1 AND i.value < wanted.value ->> 2 LIMIT 2000
        )
    ) AS found JOIN records part ON part.id = found.record
    WHERE NOT by_name
        OR NOT EXISTS (SELECT 1 FROM json_each(?, '$.others') AS wanted WHERE instr(part.words, wanted.value) = 0)
)";

/// A page of records, newest first. What was merged into another is not listed by itself, but finds the other.
///
/// A search reads some thousand rows at most, however many records there are: what is looked for is a range of keys. So
/// does one condition alone, which has an index in the order of the list. Several conditions walk the index of one of
/// them until the page is full: all that somebody looks after, where nothing of it is of the type. A `+` keeps the other
/// indexes from being used instead.
pub async fn list(
    db: &impl Database,
    filter: &RecordFilter,
    page: &PageRequest,
) -> Result<Page<StoredRecord>, DatabaseError> {
    let rows = db.query(listing(SELECT, filter).statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |record| record.id.to_string())?)
}

/// What an export says of a record, with all by which it and what was merged into it is recognized, and the telephone
/// numbers of others by which it goes as well.
const EXPORT: &str = "SELECT id, type, name, owner, stage, attributes,
        (SELECT json_group_array(json_object('kind', kind, 'value', value, 'role', role)) FROM (
            SELECT kind, value, role FROM identities
            WHERE record IN (SELECT records.id UNION ALL SELECT own.id FROM records own WHERE own.root = records.id)
            UNION ALL
            SELECT i.kind, i.value, i.role FROM json_each(records.profile, '$.phone') AS said
            CROSS JOIN identities i ON i.kind = 'phone' AND i.value = said.value
            WHERE i.record NOT IN (SELECT records.id UNION ALL SELECT own.id FROM records own WHERE own.root = records.id)
        )) AS claims
    FROM records";

/// The same records in the same order, to be written to a file.
pub async fn export(
    db: &impl Database,
    filter: &RecordFilter,
    page: &PageRequest,
) -> Result<Page<Exported>, DatabaseError> {
    let rows = db.query(listing(EXPORT, filter).statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read_exported, |record| record.id.to_string())?)
}

/// The cursor of the file after the one that [`export`] would read: null when that is the last.
pub async fn next_file(
    db: &impl Database,
    filter: &RecordFilter,
    page: &PageRequest,
) -> Result<Option<String>, DatabaseError> {
    let listing = listing("SELECT id FROM records", filter);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, |row| Ok(row.text("id")?.to_owned()), String::clone)?.next)
}

fn read_exported(row: &Row) -> Result<Exported, RowError> {
    let fields = RecordFields {
        name: row.text("name")?.to_owned(),
        owner: row.optional_text("owner")?.map(str::to_owned),
        stage: row.optional_text("stage")?.map(str::to_owned),
        attributes: row.json("attributes")?,
    };
    let mut claims: Vec<Claim> = row.json("claims")?;
    claims.sort();
    Ok(Exported { id: row.parse("id")?, record_type: row.parse("type")?, fields, claims })
}

fn listing(select: &'static str, filter: &RecordFilter) -> Listing {
    let search = filter.search.as_deref().filter(|search| !search.trim().is_empty()).map(SearchKeys::new);
    let (found, kept) = (search.is_some(), filter.owner.is_some() || filter.stage.is_some());
    let of_type = if found || kept { "+type = ?" } else { "type = ?" };
    let of_owner = if found { "+owner = ?" } else { "owner = ?" };
    let at_stage = if found || filter.owner.is_some() { "+stage = ?" } else { "stage = ?" };
    Listing::new(select, "id")
        .always("root IS NULL")
        .filter(FOUND, search.as_ref().map(Value::json))
        .filter(of_type, filter.record_type.map(Value::text))
        .filter(of_owner, filter.owner.as_deref())
        .filter(at_stage, filter.stage.as_deref())
}
