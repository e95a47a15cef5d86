//! Notes on records.

use crate::page::{Listing, Page, PageRequest, paged};
use nerve_model::{Actor, AddNote, NoteId, ProposalId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, record, proposal, text, created_at, created_by, undone_at FROM notes";

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// The note.
    pub id: NoteId,
    /// The record that it is about.
    pub record: RecordId,
    /// The proposal that it came from; null when a person wrote it.
    pub proposal: Option<ProposalId>,
    /// The text.
    pub text: String,
    /// The time it was written.
    pub created_at: Timestamp,
    /// The person who wrote it; null when it came from a proposal.
    pub created_by: Option<Actor>,
    /// The time it was undone.
    pub undone_at: Option<Timestamp>,
}

/// Stores the note of a proposal. Refused as a conflict when it exists.
pub fn insert(id: NoteId, record: RecordId, proposal: ProposalId, note: &AddNote, at: Timestamp) -> Statement {
    write(id, record, Some(proposal), None, note, at)
}

/// Stores a note that a person wrote.
pub fn add(id: NoteId, record: RecordId, by: &Actor, note: &AddNote, at: Timestamp) -> Statement {
    write(id, record, None, Some(by), note, at)
}

fn write(
    id: NoteId,
    record: RecordId,
    proposal: Option<ProposalId>,
    by: Option<&Actor>,
    note: &AddNote,
    at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO notes (id, record, proposal, text, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
            Value::text(id),
            Value::text(record),
            proposal.map(Value::text).into(),
            note.text.as_str().into(),
            at.into(),
            by.map(Value::json).into(),
        ],
    )
}

/// Undoes a note.
pub fn undo(id: NoteId, at: Timestamp) -> Statement {
    let sql = "UPDATE notes SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

fn read(row: &Row) -> Result<Note, RowError> {
    Ok(Note {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.optional_text("proposal")?.map(|_| row.parse("proposal")).transpose()?,
        text: row.text("text")?.to_owned(),
        created_at: row.time("created_at")?,
        created_by: row.optional_json("created_by")?,
        undone_at: row.optional_time("undone_at")?,
    })
}

/// One note; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: NoteId) -> Result<Option<Note>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// A page of notes, newest first.
pub async fn list(
    db: &impl Database,
    record: Option<RecordId>,
    page: &PageRequest,
) -> Result<Page<Note>, DatabaseError> {
    let listing = Listing::new(SELECT, "id").of("notes", record);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |note| note.id.to_string())?)
}
