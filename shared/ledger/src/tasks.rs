//! Tasks of records.

use crate::{
    members::newest,
    page::{Listing, Page, PageRequest, paged},
    query::Query,
    rows::LAST_NUMBER,
};
use nerve_model::{Actor, CreateTask, Priority, ProposalId, RecordId, RecordRef, TaskId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use nerve_situation::OpenTask;
use serde::Serialize;

const SELECT: &str = "SELECT id, record, proposal, title, detail, priority, due_at, assignee, created_at, created_by,
    done_at, done_by, undone_at FROM tasks";

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// The task.
    pub id: TaskId,
    /// The record that it is about.
    pub record: RecordId,
    /// The proposal that it came from; null when a person added it.
    pub proposal: Option<ProposalId>,
    /// The work to be done.
    pub title: String,
    /// Background that helps to do it.
    pub detail: String,
    /// The urgency.
    pub priority: Priority,
    /// The time by which it should be done.
    pub due_at: Option<Timestamp>,
    /// The person who should do it; null means the record's owner.
    pub assignee: Option<String>,
    /// The time of its creation.
    pub created_at: Timestamp,
    /// The person who added it; null when it came from a proposal.
    pub created_by: Option<Actor>,
    /// The time at which it was completed.
    pub done_at: Option<Timestamp>,
    /// The person who completed it.
    pub done_by: Option<Actor>,
    /// The time at which it was undone or removed.
    pub undone_at: Option<Timestamp>,
}

impl Task {
    /// The task is neither completed nor undone.
    pub const fn is_open(&self) -> bool {
        self.done_at.is_none() && self.undone_at.is_none()
    }
}

/// Stores the task of a proposal. Refused as a conflict when it exists.
pub fn insert(id: TaskId, record: RecordId, proposal: ProposalId, task: &CreateTask, at: Timestamp) -> Statement {
    write(id, record, Some(proposal), None, task, at)
}

/// Stores a task that a person added.
pub fn add(id: TaskId, record: RecordId, by: &Actor, task: &CreateTask, at: Timestamp) -> Statement {
    write(id, record, None, Some(by), task, at)
}

fn write(
    id: TaskId,
    record: RecordId,
    proposal: Option<ProposalId>,
    by: Option<&Actor>,
    task: &CreateTask,
    at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO tasks (id, record, proposal, title, detail, priority, due_at, assignee, created_at, created_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        [
            Value::text(id),
            Value::text(record),
            proposal.map(Value::text).into(),
            task.title.as_str().into(),
            task.detail.as_str().into(),
            Value::text(task.priority),
            task.due_at.into(),
            task.assignee.clone().into(),
            at.into(),
            by.map(Value::json).into(),
        ],
    )
}

/// Stores the new content of a task.
pub fn edit(id: TaskId, task: &CreateTask) -> Statement {
    let sql = "UPDATE tasks SET title = ?2, detail = ?3, priority = ?4, due_at = ?5, assignee = ?6 WHERE id = ?1";
    Statement::new(
        sql,
        [
            Value::text(id),
            task.title.as_str().into(),
            task.detail.as_str().into(),
            Value::text(task.priority),
            task.due_at.into(),
            task.assignee.clone().into(),
        ],
    )
}

/// Marks a task as completed.
pub fn complete(id: TaskId, by: &Actor, at: Timestamp) -> Statement {
    let sql = "UPDATE tasks SET done_at = ?2, done_by = ?3 WHERE id = ?1 AND done_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into(), Value::json(by)])
}

/// Marks a completed task as open again.
pub fn reopen(id: TaskId) -> Statement {
    Statement::new("UPDATE tasks SET done_at = NULL, done_by = NULL WHERE id = ?1", [Value::text(id)])
}

/// Undoes or removes a task.
pub fn undo(id: TaskId, at: Timestamp) -> Statement {
    let sql = "UPDATE tasks SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into()])
}

fn read(row: &Row) -> Result<Task, RowError> {
    Ok(Task {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.optional_text("proposal")?.map(|_| row.parse("proposal")).transpose()?,
        title: row.text("title")?.to_owned(),
        detail: row.text("detail")?.to_owned(),
        priority: row.parse("priority")?,
        due_at: row.optional_time("due_at")?,
        assignee: row.optional_text("assignee")?.map(str::to_owned),
        created_at: row.time("created_at")?,
        created_by: row.optional_json("created_by")?,
        done_at: row.optional_time("done_at")?,
        done_by: row.optional_json("done_by")?,
        undone_at: row.optional_time("undone_at")?,
    })
}

/// One task; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: TaskId) -> Result<Option<Task>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
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

/// An open task with its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Due {
    /// The task.
    pub task: Task,
    /// The root of the task's record.
    pub about: RecordRef,
}

/// A page of open tasks: the longest overdue first, those without a date last. With `by`, only the tasks of this
/// person; the query still reads the open tasks of others.
pub async fn due(db: &impl Database, by: Option<&str>, page: &PageRequest) -> Result<Page<Due>, DatabaseError> {
    let key = |due: &Due| format!("{}.{}", due.task.due_at.map_or(LAST_NUMBER, Timestamp::as_millis), due.task.id);
    Ok(paged(&db.query(select_due(by, page)).await?, page, read_due, key)?)
}

fn select_due(by: Option<&str>, page: &PageRequest) -> Statement {
    // A task without a date sorts after every date.
    let (date, id) = page.cursor().and_then(|cursor| cursor.split_once('.')).unwrap_or(("", ""));
    let sql = "SELECT t.id, t.record, t.proposal, t.title, t.detail, t.priority, t.due_at, t.assignee, t.created_at,
            t.created_by, t.done_at, t.done_by, t.undone_at, r.id AS about, r.type, r.name
        FROM tasks t CROSS JOIN records part ON part.id = t.record
        CROSS JOIN records r ON r.id = COALESCE(part.root, part.id)
        WHERE t.done_at IS NULL AND t.undone_at IS NULL
            AND IFNULL(t.due_at, 9007199254740991) >= ?1 AND (IFNULL(t.due_at, 9007199254740991) > ?1 OR t.id > ?2)
            AND (?4 IS NULL OR IFNULL(t.assignee, r.owner) = ?4 COLLATE NOCASE)
        ORDER BY IFNULL(t.due_at, 9007199254740991), t.id LIMIT ?3";
    let date = date.parse().unwrap_or(-LAST_NUMBER);
    Statement::new(sql, [date.into(), id.into(), page.limit().saturating_add(1).into(), by.map(str::to_owned).into()])
}

fn read_due(row: &Row) -> Result<Due, RowError> {
    let name = row.text("name")?.to_owned();
    let about = RecordRef { id: row.parse("about")?, record_type: row.parse("type")?, name };
    Ok(Due { task: read(row)?, about })
}

/// The newest open tasks of a record, at most 20, oldest first.
pub(crate) fn select_open(record: RecordId) -> Query<Vec<OpenTask>> {
    let open = newest("tasks", "?1", "done_at IS NULL AND undone_at IS NULL", "20");
    let sql = format!("{SELECT} WHERE {open} ORDER BY id DESC LIMIT 20");
    Query::new(Statement::new(sql, [Value::text(record)]), read_open)
}

/// Reads the tasks, which the query returns newest first, in reverse.
fn read_open(rows: &[Row]) -> Result<Vec<OpenTask>, RowError> {
    let open = |row: &Row| read(row).map(|task| OpenTask { id: task.id, title: task.title, due_at: task.due_at });
    rows.iter().rev().map(open).collect()
}
