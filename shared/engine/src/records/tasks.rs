//! Tasks and notes that people add.

use super::{Change, RecordEditor, RecordError, one};
use nerve_ledger::{
    chain::{Body, EntryKind},
    notes::{self, Note},
    tasks::{self, Task},
};
use nerve_model::{AddNote, CreateTask, Executable, FieldChange, NoteId, RecordId, TaskId, Timestamp};
use nerve_ports::{Database, Entropy, Statement};

impl<D: Database, E: Entropy> RecordEditor<'_, D, E> {
    /// Adds a task to a record.
    pub async fn add_task(&self, record: RecordId, task: &CreateTask) -> Result<Task, RecordError> {
        valid(&Executable::CreateTask(task.clone()))?;
        let id = TaskId::new(self.now, self.entropy.random());
        self.change(async || {
            let record = self.root(record).await?;
            let mut statements = vec![tasks::add(id, record.id, &self.actor, task, self.now)];
            let body = Body { changes: differences(None, task), ..Body::about(&record) };
            statements.extend(self.entry(record.id, EntryKind::TaskAdded, body).await?);
            Ok(Change { statements, then: () })
        })
        .await?;
        self.task(id).await
    }

    /// Edits an open task. Without a change nothing is written.
    pub async fn edit_task(&self, id: TaskId, task: &CreateTask) -> Result<Task, RecordError> {
        valid(&Executable::CreateTask(task.clone()))?;
        self.change_task(id, EntryKind::TaskEdited, |stored| {
            open(stored)?;
            let changes = differences(Some(&said(stored)), task);
            Ok((!changes.is_empty()).then(|| (tasks::edit(id, task), changes)))
        })
        .await
    }

    /// Completes an open task.
    pub async fn complete_task(&self, id: TaskId) -> Result<Task, RecordError> {
        self.change_task(id, EntryKind::TaskDone, |stored| {
            open(stored)?;
            Ok(Some((tasks::complete(id, &self.actor, self.now), Vec::new())))
        })
        .await
    }

    /// Reopens a completed task.
    pub async fn reopen_task(&self, id: TaskId) -> Result<Task, RecordError> {
        self.change_task(id, EntryKind::TaskReopened, |stored| match (stored.done_at, stored.undone_at) {
            (_, Some(at)) => Err(RecordError::Settled(format!("was taken back at {at}"))),
            (None, None) => Err(RecordError::Settled("is open".to_owned())),
            (Some(_), None) => Ok(Some((tasks::reopen(id), Vec::new()))),
        })
        .await
    }

    /// Adds a note to a record.
    pub async fn add_note(&self, record: RecordId, note: &AddNote) -> Result<Note, RecordError> {
        valid(&Executable::AddNote(note.clone()))?;
        let id = NoteId::new(self.now, self.entropy.random());
        self.change(async || {
            let record = self.root(record).await?;
            let mut statements = vec![notes::add(id, record.id, &self.actor, note, self.now)];
            let changes = one(FieldChange::between("note", None, Some(&note.text)));
            let body = Body { changes, ..Body::about(&record) };
            statements.extend(self.entry(record.id, EntryKind::NoteAdded, body).await?);
            Ok(Change { statements, then: () })
        })
        .await?;
        notes::get(self.db, id).await?.ok_or(RecordError::NotFound("note"))
    }

    /// Changes a task, with an entry in the chain of the record that it came to.
    async fn change_task(
        &self,
        id: TaskId,
        kind: EntryKind,
        decide: impl Fn(&Task) -> Result<Option<(Statement, Vec<FieldChange>)>, RecordError>,
    ) -> Result<Task, RecordError> {
        self.change(async || {
            let stored = self.task(id).await?;
            let Some((statement, changes)) = decide(&stored)? else {
                return Ok(Change { statements: Vec::new(), then: () });
            };
            let record = self.root(stored.record).await?;
            let body = Body { note: Some(stored.title.clone()), changes, ..Body::about(&record) };
            let mut statements = vec![statement];
            statements.extend(self.entry(stored.record, kind, body).await?);
            Ok(Change { statements, then: () })
        })
        .await?;
        self.task(id).await
    }

    async fn task(&self, id: TaskId) -> Result<Task, RecordError> {
        tasks::get(self.db, id).await?.ok_or(RecordError::NotFound("task"))
    }
}

fn valid(action: &Executable) -> Result<(), RecordError> {
    action.validate().map_err(|error| RecordError::Invalid(error.to_string()))
}

fn open(task: &Task) -> Result<(), RecordError> {
    match (task.undone_at, task.done_at, &task.done_by) {
        (Some(at), ..) => Err(RecordError::Settled(format!("was taken back at {at}"))),
        (None, Some(at), Some(by)) => Err(RecordError::Settled(format!("was done by {by} at {at}"))),
        (None, Some(at), None) => Err(RecordError::Settled(format!("was done at {at}"))),
        (None, None, _) => Ok(()),
    }
}

/// The editable content of a task.
fn said(task: &Task) -> CreateTask {
    CreateTask {
        title: task.title.clone(),
        detail: task.detail.clone(),
        priority: task.priority,
        due_at: task.due_at,
        assignee: task.assignee.clone(),
    }
}

/// The changed fields of a task.
fn differences(before: Option<&CreateTask>, after: &CreateTask) -> Vec<FieldChange> {
    let before = before.map(texts).unwrap_or_default();
    let changed = FIELDS.into_iter().zip(before).zip(texts(after));
    changed.filter_map(|((field, was), is)| FieldChange::between(field, was.as_deref(), is.as_deref())).collect()
}

const FIELDS: [&str; 5] = ["title", "detail", "priority", "due", "assignee"];

/// The text of each of the [`FIELDS`].
fn texts(task: &CreateTask) -> [Option<String>; 5] {
    [
        Some(task.title.clone()),
        Some(task.detail.clone()).filter(|text| !text.is_empty()),
        Some(task.priority.to_string()),
        task.due_at.map(Timestamp::minute),
        task.assignee.clone(),
    ]
}
