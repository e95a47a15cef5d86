//! Tasks: what is to be done about a record.

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
    /// Whom it is about.
    pub record: RecordId,
    /// The proposal it came from; null when a person wrote it down.
    pub proposal: Option<ProposalId>,
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
    /// Who wrote it down, where no proposal did.
    pub created_by: Option<Actor>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Who did it, or said so.
    pub done_by: Option<Actor>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

impl Task {
    /// Whether it is still to be done.
    pub const fn is_open(&self) -> bool {
        self.done_at.is_none() && self.undone_at.is_none()
    }
}

/// Creates the task of a proposal. Refused as a conflict when it exists.
pub fn insert(id: TaskId, record: RecordId, proposal: ProposalId, task: &CreateTask, at: Timestamp) -> Statement {
    write(id, record, Some(proposal), None, task, at)
}

/// Creates a task that somebody wrote down.
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

/// Writes what a task says anew.
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

/// Notes that a task is done.
pub fn complete(id: TaskId, by: &Actor, at: Timestamp) -> Statement {
    let sql = "UPDATE tasks SET done_at = ?2, done_by = ?3 WHERE id = ?1 AND done_at IS NULL";
    Statement::new(sql, [Value::text(id), at.into(), Value::json(by)])
}

/// Notes that a task is not done after all.
pub fn reopen(id: TaskId) -> Statement {
    Statement::new("UPDATE tasks SET done_at = NULL, done_by = NULL WHERE id = ?1", [Value::text(id)])
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

/// One task.
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

/// A task that is still to be done, and about whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Due {
    /// What is to be done.
    pub task: Task,
    /// Whom it is about: the record that the task's is part of, where it was merged.
    pub about: RecordRef,
}

/// A page of what is still to be done: the longest overdue first, what has no date last. With `by`, only what this person
/// should do, which walks what there is for the others: all of it is open.
pub async fn due(db: &impl Database, by: Option<&str>, page: &PageRequest) -> Result<Page<Due>, DatabaseError> {
    let key = |due: &Due| format!("{}.{}", due.task.due_at.map_or(LAST_NUMBER, Timestamp::as_millis), due.task.id);
    Ok(paged(&db.query(select_due(by, page)).await?, page, read_due, key)?)
}

fn select_due(by: Option<&str>, page: &PageRequest) -> Statement {
    // What has no date sorts after every date.
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

/// The newest tasks of a record that are still to be done.
pub(crate) fn select_open(record: RecordId) -> Query<Vec<OpenTask>> {
    let open = newest("tasks", "?1", "done_at IS NULL AND undone_at IS NULL", "20");
    let sql = format!("{SELECT} WHERE {open} ORDER BY id DESC LIMIT 20");
    Query::new(Statement::new(sql, [Value::text(record)]), read_open)
}

/// Oldest first.
fn read_open(rows: &[Row]) -> Result<Vec<OpenTask>, RowError> {
    let open = |row: &Row| read(row).map(|task| OpenTask { id: task.id, title: task.title, due_at: task.due_at });
    rows.iter().rev().map(open).collect()
}
