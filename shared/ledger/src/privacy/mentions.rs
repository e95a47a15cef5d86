//! Mentions: texts in others' rows that name a person, for example a meeting of two people, a near match, or a remark
//! in a note.
//!
//! A scan finds them by the claims that identify only the person and by the ids of the person's records, a page of rows
//! at a time. A name alone is no evidence, since others may have it. In the rows found, the person's claims and names
//! are replaced. The body of a ledger entry is covered by its chain and is erased as a whole.

use super::{Subject, dialed::Dialed, profiles};
use crate::{chain, proposals, words::distinct_words};
use nerve_model::{Card, DedupKey, EventId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, Statement, Value};
use serde_json::Value as Json;

/// The number of rows per scan.
const PAGE: u32 = 1_000;

/// What people write between the digits of a telephone number.
const SEPARATORS: [&str; 7] = [" ", "-", ".", "/", "(", ")", "\u{a0}"];

/// The text that replaces erased words.
const MARK: &str = "[erased]";

/// The shortest name that is replaced; shorter ones occur within other words.
const SHORTEST_NAME: usize = 4;

/// Fields that identify facts and contain no text of people.
const KEYS: [&str; 4] = ["id", "dedup_key", "semantic_key", "subject"];

/// The profile column: matching values are removed, since events are compared with the rest.
const PROFILE: &str = "profile";

/// A table with text that may mention people other than those of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The table.
    pub table: &'static str,
    from: &'static str,
    /// The key columns, and a JSON array that sorts before every key.
    key: &'static [&'static str],
    start: &'static str,
    /// The columns with text.
    columns: &'static [&'static str],
    /// Further assignments of every change.
    also: &'static str,
}

const fn by_id(table: &'static str, columns: &'static [&'static str], also: &'static str) -> Mention {
    Mention { table, from: table, key: &["id"], start: r#"[""]"#, columns, also }
}

/// Every table with such text.
pub const MENTIONS: [Mention; 14] = [
    by_id("events", &["event", "matched"], ""),
    by_id("proposals", &["card", "decision", "last_error", "result", "outcome"], ", version = version + 1"),
    by_id("tasks", &["title", "detail"], ""),
    by_id("notes", &["text"], ""),
    by_id("drafts", &["recipient", "subject", "body"], ""),
    by_id("notifications", &["text"], ""),
    by_id("classifications", &["topic", "note"], ""),
    by_id("records", &["name", "stage", "attributes", PROFILE], ", version = version + 1"),
    by_id("imports", &["file"], ", version = version + 1"),
    by_id("questions", &["candidates"], ", version = version + 1"),
    Mention {
        table: "advice",
        from: "advice",
        key: &["record", "recommender"],
        start: r#"["",""]"#,
        columns: &["advice"],
        also: "",
    },
    Mention {
        table: "associations",
        from: "associations",
        key: &["event", "record"],
        start: r#"["",""]"#,
        columns: &["how"],
        also: "",
    },
    Mention {
        table: "handles",
        from: "handles",
        key: &["handle", "record"],
        start: r#"["",""]"#,
        columns: &["handle"],
        also: "",
    },
    Mention {
        table: "ledger_bodies",
        from: "ledger JOIN ledger_bodies USING (chain, n)",
        key: &["seq"],
        start: "[0]",
        columns: &["body"],
        also: "",
    },
];

/// The words by which a scan finds a person, and those that it replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    found_by: Vec<String>,
    /// In lower case, longest first.
    replaced: Vec<String>,
    /// The telephone numbers among them, which texts spell in many ways.
    numbers: Vec<Dialed>,
}

impl Words {
    /// The words of a person.
    pub fn of(subject: &Subject) -> Self {
        let claims: Vec<String> = subject.claims.iter().map(|claim| claim.value.to_ascii_lowercase()).collect();
        let ids = subject.members.iter().map(|id| id.to_string().to_ascii_lowercase());
        // The form of the claims within JSON text.
        let escaped = claims.iter().map(|claim| Json::from(claim.as_str()).to_string().trim_matches('"').to_owned());
        let mut found_by: Vec<String> = escaped.chain(claims.iter().cloned()).chain(ids).collect();
        found_by.sort();
        found_by.dedup();
        let names = subject.names.iter().filter(|name| name.chars().count() >= SHORTEST_NAME && *name != super::NOBODY);
        let mut replaced: Vec<String> = claims.into_iter().chain(names.map(|name| name.to_ascii_lowercase())).collect();
        replaced.sort_by_key(|word| core::cmp::Reverse(word.len()));
        Self { found_by, ..Self::replacing(replaced) }
    }

    /// Words that are only replaced.
    pub fn replacing(words: Vec<String>) -> Self {
        let numbers = words.iter().filter_map(|word| Dialed::of(word)).collect();
        Self { found_by: Vec::new(), replaced: words, numbers }
    }

    /// The words that are replaced.
    pub fn replaced(&self) -> &[String] {
        &self.replaced
    }

    /// The text contains a name or claim of the person.
    pub fn are_in(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        self.replaced.iter().any(|word| lower.contains(word.as_str())) || self.dial(text)
    }

    /// The text contains a claim or id that identifies only the person.
    pub fn tell(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        self.found_by.iter().any(|word| lower.contains(word.as_str())) || self.dial(text)
    }

    /// The text contains a number of the person, however it is written.
    fn dial(&self, text: &str) -> bool {
        self.numbers.iter().any(|number| !number.places(text).is_empty())
    }

    /// The text or JSON without the person's words; `None` when it has none of them.
    pub fn without(&self, text: &str) -> Option<String> {
        let document = text.starts_with(['{', '[']).then(|| serde_json::from_str::<Json>(text).ok()).flatten();
        match document {
            Some(mut document) => self.clean(&mut document, true).then(|| document.to_string()),
            None => self.replace(text),
        }
    }

    fn clean(&self, document: &mut Json, outermost: bool) -> bool {
        match document {
            Json::String(text) => self.replace(text).map(|clean| *text = clean).is_some(),
            Json::Array(items) => self.clean_all(items.iter_mut()),
            Json::Object(fields) => {
                let mut fields: Vec<_> = fields.iter_mut().collect();
                fields.retain(|(name, _)| !(outermost && KEYS.contains(&name.as_str())));
                self.clean_all(fields.into_iter().map(|(_, value)| value))
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => false,
        }
    }

    fn clean_all<'a>(&self, documents: impl Iterator<Item = &'a mut Json>) -> bool {
        documents.filter_map(|document| self.clean(document, false).then_some(())).count() > 0
    }

    fn replace(&self, text: &str) -> Option<String> {
        let mut clean = text.to_owned();
        for word in &self.replaced {
            clean = replace_in_any_case(&clean, word);
        }
        for number in &self.numbers {
            for place in number.places(&clean).into_iter().rev() {
                clean.replace_range(place, MARK);
            }
        }
        (clean != text).then_some(clean)
    }
}

/// `word` is in lower case. Lower-casing ASCII letters keeps lengths, so positions in both texts are equal.
fn replace_in_any_case(text: &str, word: &str) -> String {
    if word.is_empty() {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let (mut clean, mut done) = (String::with_capacity(text.len()), 0);
    for (at, found) in lower.match_indices(word) {
        clean.push_str(text.get(done..at).unwrap_or_default());
        clean.push_str(MARK);
        done = at + found.len();
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    clean
}

/// The result of scanning a page of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    /// The statements that remove the person from the rows.
    pub statements: Vec<Statement>,
    /// Events of others that mention the person; their inboxes and timelines do so too.
    pub events: Vec<Spoken>,
    /// The cursor of the next page; `None` after the last page.
    pub next: Option<String>,
}

/// Another record's event that mentions a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The event.
    pub event: EventId,
    /// The record of the event.
    pub record: RecordId,
    /// The inbox that has the raw body.
    pub inbox: String,
    /// The event's key in the inbox.
    pub dedup_key: DedupKey,
}

/// Scans a page of rows for a person. The person's own rows are skipped: a later step deletes them.
pub async fn scan(
    db: &impl Database,
    mention: &Mention,
    cursor: Option<&str>,
    words: &Words,
    subject: &Subject,
    at: Timestamp,
) -> Result<Scan, DatabaseError> {
    let cursor: Value = cursor.unwrap_or(mention.start).into();
    let endings: Vec<&str> = words.numbers.iter().map(Dialed::ending).collect();
    let params = [cursor.clone(), Value::json(&words.found_by), PAGE.into(), Value::json(&endings)];
    let found = Statement::new(mention.found(), params);
    let end = Statement::new(mention.end(), [cursor, PAGE.into()]);
    let answers = db.batch(vec![found, end]).await?;
    let [found, end] = answers.as_slice() else { return Ok(Scan::default()) };
    let mut scan = Scan { next: next(end)?, ..Scan::default() };
    for row in found.iter().filter(|row| !mention.is_of(row, subject) && mention.tells(row, words)) {
        mention.read(row, words, at, &mut scan)?;
        if mention.columns.contains(&PROFILE) {
            scan.statements.extend(profiles::clean(db, row, words).await?);
        }
    }
    Ok(scan)
}

fn next(end: &[Row]) -> Result<Option<String>, DatabaseError> {
    let Some(row) = end.first() else { return Ok(None) };
    let full = row.count("n")? == PAGE;
    Ok(if full { row.optional_text("last")?.map(str::to_owned) } else { None })
}

impl Mention {
    fn page(&self, limit: &str) -> String {
        let (from, key) = (self.from, self.key.join(", "));
        let after: Vec<String> = (0..self.key.len()).map(|n| format!("?1 ->> {n}")).collect();
        format!("FROM {from} WHERE ({key}) > ({}) ORDER BY {key} LIMIT {limit}", after.join(", "))
    }

    fn found(&self) -> String {
        let text: Vec<String> = self.columns.iter().map(|column| format!("COALESCE({column}, '')")).collect();
        let text = text.join(" || char(10) || ");
        let dialed =
            SEPARATORS.iter().fold(text.clone(), |text, separator| format!("replace({text}, '{separator}', '')"));
        format!(
            "SELECT *, json_array({}) AS row_key FROM (SELECT * {})
             WHERE EXISTS (SELECT 1 FROM json_each(?2) word WHERE instr(lower({text}), word.value) > 0)
                OR EXISTS (SELECT 1 FROM json_each(?4) ending WHERE instr({dialed}, ending.value) > 0)",
            self.key.join(", "),
            self.page("?3"),
        )
    }

    fn end(&self) -> String {
        let key = self.key.join(", ");
        let last = self.key.iter().map(|key| format!("{key} DESC")).collect::<Vec<_>>().join(", ");
        format!(
            "WITH page AS (SELECT {key} {}) SELECT COUNT(*) AS n,
                (SELECT json_array({key}) FROM page ORDER BY {last} LIMIT 1) AS last FROM page",
            self.page("?2")
        )
    }

    /// The row says one of the words: its digits alone may be those of another number.
    fn tells(&self, row: &Row, words: &Words) -> bool {
        self.columns.iter().any(|column| row.optional_text(column).ok().flatten().is_some_and(|text| words.tell(text)))
    }

    /// The row belongs to the person.
    fn is_of(&self, row: &Row, subject: &Subject) -> bool {
        let whose = match self.table {
            "ledger_bodies" => "chain",
            "records" => "id",
            _ => "record",
        };
        // The table of imports has no such column: its rows belong to nobody.
        let whose = row.optional_text(whose).ok().flatten();
        subject.members.iter().any(|id| whose == Some(id.to_string().as_str()))
    }

    fn read(&self, row: &Row, words: &Words, at: Timestamp, scan: &mut Scan) -> Result<(), DatabaseError> {
        match self.table {
            "ledger_bodies" => scan.statements.extend(erase_body(row, at)?),
            // The text is the key itself: an emptied handle would find nothing.
            "handles" => scan.statements.push(self.delete(row)?),
            _ => scan.statements.extend(self.replace(row, words)?),
        }
        if self.table == "events" {
            let event: nerve_model::Event = row.json("event")?;
            let (record, inbox) = (row.parse("record")?, row.text("inbox")?.to_owned());
            scan.events.push(Spoken { event: event.id, record, inbox, dedup_key: event.dedup_key });
        }
        Ok(())
    }

    fn replace(&self, row: &Row, words: &Words) -> Result<Option<Statement>, DatabaseError> {
        let mut params = vec![row.text("row_key")?.into()];
        let mut set = Vec::new();
        for column in self.columns.iter().filter(|column| **column != PROFILE) {
            let Some(clean) = row.optional_text(column)?.and_then(|text| words.without(text)) else { continue };
            if self.table == "proposals" && *column == "card" {
                let card: Card = serde_json::from_str(&clean).map_err(|error| damaged("card", &error))?;
                params.push(proposals::digest(row.parse("id")?, &card).0.into());
                set.push(format!("digest = ?{}", params.len()));
            }
            if self.table == "records" && *column == "name" {
                params.push(Value::json(&distinct_words(&clean)));
                set.push(format!("words = ?{}", params.len()));
            }
            params.push(clean.into());
            set.push(format!("{column} = ?{}", params.len()));
        }
        let Self { table, also, .. } = self;
        let sql = format!("UPDATE {table} SET {}{also} WHERE {}", set.join(", "), self.is_it());
        Ok((!set.is_empty()).then(|| Statement::new(sql, params)))
    }

    fn delete(&self, row: &Row) -> Result<Statement, DatabaseError> {
        let sql = format!("DELETE FROM {} WHERE {}", self.table, self.is_it());
        Ok(Statement::new(sql, [row.text("row_key")?.into()]))
    }

    /// The condition that a row has the key `?1`.
    fn is_it(&self) -> String {
        let key: Vec<String> = self.key.iter().enumerate().map(|(n, key)| format!("{key} = ?1 ->> {n}")).collect();
        key.join(" AND ")
    }
}

fn erase_body(row: &Row, at: Timestamp) -> Result<Option<Statement>, DatabaseError> {
    let Ok(chain) = row.parse::<chain::ChainId>("chain") else { return Ok(None) };
    let n = u64::try_from(row.integer("n")?).unwrap_or_default();
    Ok(Some(chain::erase(&chain, n, at)))
}

fn damaged(column: &str, error: &impl ToString) -> DatabaseError {
    nerve_ports::RowError { column: column.to_owned(), problem: error.to_string() }.into()
}
