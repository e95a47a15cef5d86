//! The page of a task.

use super::{
    frame::{Frame, Place},
    notice, params, task_parts,
};
use crate::{
    http::Response,
    input::Form,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::tasks::{self, Task};
use nerve_model::{ActionKind, CreateTask, Executable, Timestamp};

/// `GET /tasks/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let task = find(&call).await?;
    let form = params::fields_of(&Executable::CreateTask(fields(&task)));
    Ok(page(&call, &task, &form, None))
}

/// `POST /tasks/{id}`: then on to its record.
pub(crate) async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match edited(&call, &form).await {
        Ok(task) => Ok(Response::see_other(format!("/records/{}", task.record))),
        Err(problem) if problem.is_correctable() => Ok(page(&call, &find(&call).await?, &form, Some(&problem))),
        Err(problem) => Err(problem),
    }
}

async fn edited<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<Task, Problem> {
    Ok(call.editor()?.edit_task(call.id("task")?, &read(form)?).await?)
}

/// A task from the fields of a form.
pub(crate) fn read(form: &Form) -> Result<CreateTask, Problem> {
    serde_json::from_value(params::from_fields(ActionKind::CreateTask, form))
        .map_err(|error| Problem::Invalid(format!("The task is malformed: {error}.")))
}

fn fields(task: &Task) -> CreateTask {
    let (title, detail, assignee) = (task.title.clone(), task.detail.clone(), task.assignee.clone());
    CreateTask { title, detail, priority: task.priority, due_at: task.due_at, assignee }
}

async fn find<S: Services>(call: &Call<'_, S>) -> Result<Task, Problem> {
    tasks::get(call.services.db(), call.id("task")?).await?.ok_or(Problem::NotFound("task"))
}

fn page<S: Services>(call: &Call<'_, S>, task: &Task, form: &Form, refused: Option<&Problem>) -> Response {
    let frame = Frame::new(Place::Tasks, &task.title, call.caller.as_ref());
    let content = content(task, form, refused, call.services.now());
    frame.single(refused.map_or(200, Problem::status), &content)
}

fn content(task: &Task, form: &Form, refused: Option<&Problem>, now: Timestamp) -> Markup {
    html! {
        header {
            div { h1 { bdi { (task.title) } } p.muted { (task_parts::state(task, now)) } }
            a.button href={ "/records/" (task.record) } { "Show the record" }
        }
        @if let Some(problem) = refused { (notice::refused(problem)) }
        @if task.is_open() {
            form.panel method="post" action={ "/tasks/" (task.id) } data-swap {
                div.pad.fields {
                    (params::inputs(ActionKind::CreateTask, form))
                    div.end { button.primary { "Save" } }
                }
            }
            (task_parts::done_button(task.id, &("record", task.record.to_string())))
        }
        @else { section.panel { p.pad.said { bdi { (task.detail) } } } }
    }
}
