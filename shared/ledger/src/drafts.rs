//! Drafted messages. Nerve does not send them.

use crate::page::{Listing, Page, PageRequest, paged};
use nerve_model::{DraftId, DraftMessage, ProposalId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, record, proposal, recipient, subject, body, created_at, undone_at FROM drafts";

/// A drafted message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Draft {
    /// The draft.
    pub id: DraftId,
    /// The record that it is about.
    pub record: RecordId,
    /// The proposal that it came from.
    pub proposal: ProposalId,
    /// The mail address of the recipient; null when the record has none.
    pub to: Option<String>,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The time it was written.
    pub created_at: Timestamp,
    /// The time it was undone.
    pub undone_at: Option<Timestamp>,
}

/// Stores a draft. Refused as a conflict when it exists.
pub fn insert(id: DraftId, record: RecordId, proposal: ProposalId, draft: &DraftMessage, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO drafts (id, record, proposal, recipient, subject, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [
            Value::text(id),
            Value::text(record),
            Value::text(proposal),
            draft.to.clone().into(),
            draft.subject.as_str().into(),
            draft.body.as_str().into(),
            at.into(),
        ],
    )
}

/// Undoes a draft.
pub fn undo(id: DraftId, at: Timestamp) -> Statement {
    let sql = "UPDATE drafts SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

fn read(row: &Row) -> Result<Draft, RowError> {
    Ok(Draft {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.parse("proposal")?,
        to: row.optional_text("recipient")?.map(str::to_owned),
        subject: row.text("subject")?.to_owned(),
        body: row.text("body")?.to_owned(),
        created_at: row.time("created_at")?,
        undone_at: row.optional_time("undone_at")?,
    })
}

/// A page of drafts, newest first.
pub async fn list(
    db: &impl Database,
    record: Option<RecordId>,
    page: &PageRequest,
) -> Result<Page<Draft>, DatabaseError> {
    let listing = Listing::new(SELECT, "id").of("drafts", record);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |draft| draft.id.to_string())?)
}
