//! Tasks: what is to be done about a record.

use crate::{
    page::{Listing, Page, PageRequest, paged},
    records::newest,
};
use nerve_context::OpenTask;
use nerve_model::{CreateTask, Priority, ProposalId, RecordId, TaskId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str =
    "SELECT id, record, proposal, title, detail, priority, due_at, assignee, created_at, undone_at FROM tasks";

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// The task.
    pub id: TaskId,
    /// Whom it is about.
    pub record: RecordId,
    /// The proposal it came from.
    pub proposal: ProposalId,
    /// What is to be done.
    pub title: String,
    /// What one needs to know.
    pub detail: String,
    /// How soon.
    pub priority: Priority,
    /// When it should be done.
    pub due_at: Option<Timestamp>,
    /// Who should do it; nobody means the record's owner.
    pub assignee: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// Creates a task. Refused as a conflict when it exists.
pub fn insert(id: TaskId, record: RecordId, proposal: ProposalId, task: &CreateTask, at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO tasks (id, record, proposal, title, detail, priority, due_at, assignee, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        [
            Value::text(id),
            Value::text(record),
            Value::text(proposal),
            task.title.as_str().into(),
            task.detail.as_str().into(),
            Value::text(task.priority),
            task.due_at.into(),
            task.assignee.clone().into(),
            at.into(),
        ],
    )
}

/// Takes a task back.
pub fn undo(id: TaskId, at: Timestamp) -> Statement {
    let sql = "UPDATE tasks SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

fn read(row: &Row) -> Result<Task, RowError> {
    Ok(Task {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.parse("proposal")?,
        title: row.text("title")?.to_owned(),
        detail: row.text("detail")?.to_owned(),
        priority: row.parse("priority")?,
        due_at: row.optional_time("due_at")?,
        assignee: row.optional_text("assignee")?.map(str::to_owned),
        created_at: row.time("created_at")?,
        undone_at: row.optional_time("undone_at")?,
    })
}

/// A page of tasks, newest first.
pub async fn list(
    db: &impl Database,
    record: Option<RecordId>,
    page: &PageRequest,
) -> Result<Page<Task>, DatabaseError> {
    let listing = Listing::new(SELECT, "id").of("tasks", record);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |task| task.id.to_string())?)
}

/// The newest tasks of a record that are still to be done.
pub(crate) fn select_open(record: RecordId) -> Statement {
    let sql = format!("{SELECT} WHERE {} ORDER BY id DESC LIMIT 20", newest("tasks", "?1", "undone_at IS NULL", "20"));
    Statement::new(sql, [Value::text(record)])
}

/// Oldest first.
pub(crate) fn read_open(rows: &[Row]) -> Result<Vec<OpenTask>, RowError> {
    let open = |row: &Row| read(row).map(|task| OpenTask { id: task.id, title: task.title, due_at: task.due_at });
    rows.iter().rev().map(open).collect()
}
