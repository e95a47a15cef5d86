//! What is to be done: about one record, and about all of them.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    more, notice, params,
    record::{self, Part, Refused, panel},
};
use crate::{
    access::Caller,
    http::Response,
    input::Form,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::tasks::{self, Due, Task};
use nerve_model::{ActionKind, CreateTask, Executable, RecordId, TaskId, Timestamp};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct Asked {
    assignee: Option<String>,
    /// What was just done, to be taken back.
    to: Option<TaskId>,
    cursor: Option<String>,
}

/// `GET /tasks`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let asked: Asked = call.query()?;
    let told = html! {
        @if let Some(task) = asked.to {
            div.notice.good role="status" {
                strong { "Done." }
                (settle(task, "reopen", &html! { "Undo" kbd aria-hidden="true" { "u" } }, Some("u"), "assignee", asked.assignee.as_deref().unwrap_or_default()))
            }
        }
    };
    list(&call, asked, 200, &told).await
}

async fn list<S: Services>(call: &Call<'_, S>, asked: Asked, status: u16, told: &Markup) -> Answer {
    let Asked { assignee, cursor, .. } = asked;
    let found = tasks::due(call.services.db(), assignee.as_deref(), &more(cursor)).await?;
    let (by, now) = (assignee.unwrap_or_default(), call.services.now());
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Tasks" } (narrowing(&by, call.caller.as_ref())) }
            (told)
            @if found.items.is_empty() {
                div.empty {
                    (Icon::TASK.draw())
                    h2 { "Nothing is to be done" }
                    p { "Tasks come from proposals that were approved, and from people, on the page of a record." }
                }
            }
            @else { ul.panel.things.switches { @for due in &found.items { li { (line(due, &by, now)) } } } }
            @if let Some(cursor) = &found.next { a.more href=(address(&by, &[("cursor", cursor)])) { "Show more" } }
        }
    };
    let frame = Frame { title: "Tasks", place: Some(Place::Tasks), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(status, main))
}

fn address(assignee: &str, rest: &[(&str, &str)]) -> String {
    let given = [("assignee", assignee)].into_iter().chain(rest.iter().copied()).filter(|(_, value)| !value.is_empty());
    format!("/tasks?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish())
}

fn narrowing(by: &str, caller: Option<&Caller>) -> Markup {
    let chip = |name: &str, words: &str| {
        html! { a.chip href=(address(name, &[])) aria-current=[(by == name).then_some("true")] { (words) } }
    };
    html! {
        nav.chips aria-label="Whose tasks" {
            (chip("", "Everybody’s"))
            @if let Some(Caller::Person(name)) = caller { (chip(name, "Mine")) }
        }
        form.search method="get" action="/tasks" role="search" {
            input type="search" name="assignee" value=(by) placeholder="Somebody’s name" aria-label="Whose tasks";
            button { "Show" }
        }
    }
}

fn line(Due { task, about }: &Due, by: &str, now: Timestamp) -> Markup {
    html! {
        div {
            a.wide href={ "/tasks/" (task.id) } { strong.name { bdi { (task.title) } } }
            p.small.muted {
                (when(task, now)) " "
                a href={ "/records/" (about.id) } { bdi { (about.name) } }
                @if let Some(name) = &task.assignee { " · For " bdi { (name) } }
            }
        }
        (settle(task.id, "done", &html! { "Done" }, None, "assignee", by))
    }
}

/// By when it is to be done, while it is open.
fn when(task: &Task, now: Timestamp) -> Markup {
    html! {
        @if let Some(due) = task.due_at.filter(|_| task.is_open()) {
            @if due < now { span.pill.bad { "Overdue" } " " }
            span.small.muted { "due " (clock::ago(due, now)) }
        }
    }
}

/// A button that says that a task is done, or is not. The field says where it stands, to come back there.
fn settle(task: TaskId, verb: &str, words: &Markup, key: Option<&str>, field: &str, value: &str) -> Markup {
    html! {
        form.end method="post" action={ "/tasks/" (task) "/" (verb) } data-swap {
            input type="hidden" name=(field) value=(value);
            button data-key=[key] { (words) }
        }
    }
}

/// `POST /tasks/{id}/done`.
pub(crate) async fn done<S: Services>(call: Call<'_, S>) -> Answer {
    let id: TaskId = call.id("task")?;
    let done = call.editor()?.complete_task(id).await;
    settled(&call, done.map_err(Problem::from), &[("did", "done"), ("to", &id.to_string())]).await
}

/// `POST /tasks/{id}/reopen`.
pub(crate) async fn reopen<S: Services>(call: Call<'_, S>) -> Answer {
    let reopened = call.editor()?.reopen_task(call.id("task")?).await;
    settled(&call, reopened.map_err(Problem::from), &[]).await
}

/// Back to the page with the button.
async fn settled<S: Services>(call: &Call<'_, S>, settled: Result<Task, Problem>, did: &[(&str, &str)]) -> Answer {
    let form = call.form();
    if let Some(record) = form.parse::<RecordId>("record") {
        return record::taken(call, record, Part::Tasks, settled).await;
    }
    match settled {
        Ok(_) => Ok(Response::see_other(address(form.text("assignee"), did))),
        Err(problem) if problem.status() == 409 => {
            let asked = Asked { assignee: form.optional("assignee").map(str::to_owned), ..Asked::default() };
            list(call, asked, 409, &notice::refused(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /records/{id}/tasks`.
pub(crate) async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let added = added(&call, record).await;
    record::taken(&call, record, Part::Tasks, added).await
}

async fn added<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Task, Problem> {
    Ok(call.editor()?.add_task(record, &read(&call.form())?).await?)
}

fn read(form: &Form) -> Result<CreateTask, Problem> {
    serde_json::from_value(params::from_fields(ActionKind::CreateTask, form))
        .map_err(|error| Problem::Invalid(format!("The task does not read: {error}.")))
}

/// The tasks of a record, the open ones first, by date; with the form for one more where the record can be changed.
pub(crate) fn of_record(
    record: RecordId,
    tasks: &[Task],
    now: Timestamp,
    open: bool,
    refused: Option<&Refused>,
) -> Markup {
    let mut tasks: Vec<&Task> = tasks.iter().collect();
    tasks.sort_by_key(|task| (!task.is_open(), task.due_at.is_none(), task.due_at));
    let form = html! { @if open { (form(record, refused)) } };
    panel("Tasks", "No tasks.", tasks.into_iter().map(|task| of_one(record, task, now, open)), &form)
}

fn of_one(record: RecordId, task: &Task, now: Timestamp, open: bool) -> Markup {
    let button = |verb, words| settle(task.id, verb, &html! { (words) }, None, "record", &record.to_string());
    html! {
        div.line {
            strong.undone[!task.is_open()] { a href={ "/tasks/" (task.id) } { bdi { (task.title) } } }
            (when(task, now))
            @if open && task.is_open() { (button("done", "Done")) }
            @else if open && task.undone_at.is_none() { (button("reopen", "Reopen")) }
        }
        @if !task.detail.is_empty() { p.text { bdi { (task.detail) } } }
        p.small.muted { (standing(task, now)) }
    }
}

/// Who it is for, and what became of it.
fn standing(task: &Task, now: Timestamp) -> Markup {
    html! {
        @if let Some(name) = &task.assignee { "For " bdi { (name) } ". " }
        @match (task.undone_at, task.done_at, &task.done_by) {
            (Some(at), ..) => { "Taken back " (clock::ago(at, now)) },
            (None, Some(at), Some(by)) => { "Done by " bdi { (by) } ", " (clock::ago(at, now)) },
            (None, Some(at), None) => { "Done " (clock::ago(at, now)) },
            (None, None, _) => { "Written down " (clock::ago(task.created_at, now)) },
        }
    }
}

fn form(record: RecordId, refused: Option<&Refused>) -> Markup {
    let (typed, open) = Refused::form(refused, Part::Tasks);
    html! {
        details.add open[open] {
            summary.button data-key="t" { "Write down a task" kbd aria-hidden="true" { "t" } }
            form.fields method="post" action={ "/records/" (record) "/tasks" } data-swap {
                (params::inputs(ActionKind::CreateTask, &typed))
                div.end { button.primary { "Save the task" } }
            }
        }
    }
}

/// `GET /tasks/{id}`.
pub(crate) async fn open<S: Services>(call: Call<'_, S>) -> Answer {
    let task = find(&call).await?;
    let (title, detail, assignee) = (task.title.clone(), task.detail.clone(), task.assignee.clone());
    let said = CreateTask { title, detail, priority: task.priority, due_at: task.due_at, assignee };
    Ok(page(&call, &task, &params::fields_of(&Executable::CreateTask(said)), None))
}

/// `POST /tasks/{id}`: then on to the record that it is about.
pub(crate) async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match edited(&call, &form).await {
        Ok(task) => Ok(Response::see_other(format!("/records/{}", task.record))),
        Err(problem) if matches!(problem.status(), 409 | 422) => {
            Ok(page(&call, &find(&call).await?, &form, Some(&problem)))
        }
        Err(problem) => Err(problem),
    }
}

async fn edited<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<Task, Problem> {
    Ok(call.editor()?.edit_task(call.id("task")?, &read(form)?).await?)
}

async fn find<S: Services>(call: &Call<'_, S>) -> Result<Task, Problem> {
    tasks::get(call.services.db(), call.id("task")?).await?.ok_or(Problem::NotFound("task"))
}

fn page<S: Services>(call: &Call<'_, S>, task: &Task, form: &Form, refused: Option<&Problem>) -> Response {
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                div { h1 { bdi { (task.title) } } p.muted { (standing(task, call.services.now())) } }
                a.button href={ "/records/" (task.record) } { "To the record" }
            }
            @if let Some(problem) = refused { (notice::refused(problem)) }
            @if task.is_open() {
                form.panel method="post" action={ "/tasks/" (task.id) } data-swap {
                    div.pad.fields {
                        (params::inputs(ActionKind::CreateTask, form))
                        div.end { button.primary { "Save" } }
                    }
                }
                (settle(task.id, "done", &html! { "Done" }, None, "record", &task.record.to_string()))
            }
            @else { section.panel { p.pad.said { bdi { (task.detail) } } } }
        }
    };
    let frame = Frame { title: &task.title, place: Some(Place::Tasks), caller: call.caller.as_ref(), views: html! {} };
    frame.show(refused.map_or(200, Problem::status), main)
}
