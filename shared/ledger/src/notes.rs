//! Notes on records.

use crate::page::{Listing, Page, PageRequest, paged};
use nerve_model::{AddNote, NoteId, ProposalId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, record, proposal, text, created_at, undone_at FROM notes";

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// The note.
    pub id: NoteId,
    /// Whom it is about.
    pub record: RecordId,
    /// The proposal it came from.
    pub proposal: ProposalId,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// Writes a note. Refused as a conflict when it exists.
pub fn insert(id: NoteId, record: RecordId, proposal: ProposalId, note: &AddNote, at: Timestamp) -> Statement {
    let sql = "INSERT INTO notes (id, record, proposal, text, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    Statement::new(
        sql,
        [Value::text(id), Value::text(record), Value::text(proposal), note.text.as_str().into(), at.into()],
    )
}

/// Takes a note back.
pub fn undo(id: NoteId, at: Timestamp) -> Statement {
    let sql = "UPDATE notes SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

fn read(row: &Row) -> Result<Note, RowError> {
    Ok(Note {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.parse("proposal")?,
        text: row.text("text")?.to_owned(),
        created_at: row.time("created_at")?,
        undone_at: row.optional_time("undone_at")?,
    })
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
