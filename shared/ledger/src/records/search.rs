//! The search in records, their lists and their export.

use super::{SELECT, StoredRecord, read};
use crate::{
    page::{Listing, Page, PageRequest, paged},
    words::distinct_words,
};
use nerve_csv::Exported;
use nerve_model::{Claim, ClaimKind, RecordFields, RecordType, Region};
use nerve_ports::{Database, DatabaseError, Row, RowError, Value};
use serde::Serialize;

/// A character that sorts after every other: it ends the range of texts with a given beginning.
const LAST: char = '\u{10ffff}';

/// The conditions on the records of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Only records with, for each word of the search, a word in their name that begins with it, or with a claim that
    /// begins with the whole search.
    pub search: Option<String>,
    /// Only records of this type.
    pub record_type: Option<RecordType>,
    /// Only records that this person looks after.
    pub owner: Option<String>,
    /// Only records in this stage.
    pub stage: Option<String>,
    /// The region of a searched telephone number without a country code.
    pub home: Option<Region>,
}

/// The ranges of keys that a search reads.
#[derive(Serialize)]
struct SearchKeys {
    /// The range of words that begin with the longest word of the search; only this word is looked up by key.
    from: Option<String>,
    to: Option<String>,
    /// The other words of the search, each after the quotation mark that precedes it in stored word lists.
    others: Vec<String>,
    /// The kinds of claims, each with the range of its values.
    claims: Vec<(ClaimKind, String, String)>,
}

impl SearchKeys {
    fn new(search: &str, home: Option<Region>) -> Self {
        let mut words = distinct_words(search);
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let mut words = words.into_iter();
        let from = words.next();
        let to = from.as_ref().map(|word| format!("{word}{LAST}"));
        Self { from, to, others: words.map(|word| format!("\"{word}")).collect(), claims: claims(search.trim(), home) }
    }
}

/// The search in the normal form of each kind of claim. Fewer than three characters match too many claims.
fn claims(text: &str, home: Option<Region>) -> Vec<(ClaimKind, String, String)> {
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
    let dialed = nerve_telephone::read(text, home).numbers.into_iter().map(|number| (ClaimKind::Phone, number));
    let begun = spelled.into_iter().chain(dialed).filter(|(_, from)| from.len() > 2);
    begun.map(|(kind, from)| (kind, from.clone(), format!("{from}{LAST}"))).collect()
}

/// Reads at most 2000 words and 2000 claims that begin with the search. A longer search finds the rest.
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

/// A page of records, newest first. A merged record is not listed, but a search that matches it finds its root.
///
/// A search reads ranges of keys: some thousand rows at most, however many records there are. A single condition reads
/// an index in the order of the list. Several conditions walk the index of one of them until the page is full; in the
/// worst case they read all records of an owner to find none of the type. A `+` keeps SQLite from using the other
/// indexes.
pub async fn list(
    db: &impl Database,
    filter: &RecordFilter,
    page: &PageRequest,
) -> Result<Page<StoredRecord>, DatabaseError> {
    let rows = db.query(listing(SELECT, filter).statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |record| record.id.to_string())?)
}

/// The columns of an export: the fields, the claims of the record and its parts, and the telephone numbers that other
/// records have as well.
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

/// The same page of records, for a file.
pub async fn export(
    db: &impl Database,
    filter: &RecordFilter,
    page: &PageRequest,
) -> Result<Page<Exported>, DatabaseError> {
    let rows = db.query(listing(EXPORT, filter).statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read_exported, |record| record.id.to_string())?)
}

/// The cursor of the file after the one that [`export`] would return; `None` when that is the last.
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
    let search = filter
        .search
        .as_deref()
        .filter(|search| !search.trim().is_empty())
        .map(|search| SearchKeys::new(search, filter.home));
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
