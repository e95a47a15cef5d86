//! Tasks.

use super::list::{Limit, RecordListQuery, page};
use crate::{
    http::Method::{Get, Patch, Post},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    tasks::{self, Due, Task},
};
use nerve_model::CreateTask;
use schemars::JsonSchema;
use serde::Deserialize;

/// A page of the open tasks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenTaskQuery {
    /// Only tasks of this person: assigned to them, or unassigned on records they own.
    assignee: Option<String>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/tasks", "Tasks, newest first", handler!(list))
            .query::<RecordListQuery>()
            .answers::<Page<Task>>(),
        Route::api(Get, "/api/tasks/open", "Open tasks, the longest overdue first", handler!(open))
            .query::<OpenTaskQuery>()
            .answers::<Page<Due>>(),
        Route::api(Post, "/api/records/{id}/tasks", "Add a task to a record", handler!(add))
            .body::<CreateTask>()
            .answers::<Task>(),
        Route::api(Patch, "/api/tasks/{id}", "Replace the fields of a task", handler!(edit))
            .body::<CreateTask>()
            .answers::<Task>(),
        Route::api(Post, "/api/tasks/{id}/done", "Mark a task as done", handler!(complete)).answers::<Task>(),
        Route::api(Post, "/api/tasks/{id}/reopen", "Reopen a task", handler!(reopen)).answers::<Task>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, page) = call.query::<RecordListQuery>()?.parts();
    json(&tasks::list(call.services.db(), record, &page).await?)
}

async fn open<S: Services>(call: Call<'_, S>) -> Answer {
    let OpenTaskQuery { assignee, limit, cursor } = call.query()?;
    json(&tasks::due(call.services.db(), assignee.as_deref(), &page(limit, cursor)).await?)
}

async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let task: CreateTask = call.json()?;
    json(&call.editor()?.add_task(call.id("record")?, &task).await?)
}

async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let task: CreateTask = call.json()?;
    json(&call.editor()?.edit_task(call.id("task")?, &task).await?)
}

async fn complete<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.editor()?.complete_task(call.id("task")?).await?)
}

async fn reopen<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.editor()?.reopen_task(call.id("task")?).await?)
}
