//! The open tasks of all records.

use super::{
    frame::{Frame, Place},
    icon::Icon,
    notice,
    paging::page,
    record::forms,
    task_parts,
};
use crate::{
    access::Caller,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page,
    tasks::{self, Due, Task},
};
use nerve_model::{RecordId, TaskId, Timestamp};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct OpenTasksQuery {
    assignee: Option<String>,
    /// The task just done.
    to: Option<TaskId>,
    cursor: Option<String>,
}

/// `GET /tasks`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let query: OpenTasksQuery = call.query()?;
    let back = ("assignee", query.assignee.clone().unwrap_or_default());
    let notice = html! {
        @if let Some(task) = query.to {
            div.notice.good role="status" { strong { "Done." } (task_parts::undo_button(task, &back)) }
        }
    };
    list(&call, query, 200, &notice).await
}

/// `POST /tasks/{id}/done`.
pub(crate) async fn done<S: Services>(call: Call<'_, S>) -> Answer {
    let id: TaskId = call.id("task")?;
    let done = call.editor()?.complete_task(id).await;
    back(&call, done.map_err(Problem::from), &[("did", "done"), ("to", &id.to_string())]).await
}

/// `POST /tasks/{id}/reopen`.
pub(crate) async fn reopen<S: Services>(call: Call<'_, S>) -> Answer {
    let reopened = call.editor()?.reopen_task(call.id("task")?).await;
    back(&call, reopened.map_err(Problem::from), &[]).await
}

/// Back to the page with the button: a record's, or this one.
async fn back<S: Services>(call: &Call<'_, S>, changed: Result<Task, Problem>, rest: &[(&str, &str)]) -> Answer {
    let form = call.form();
    if let Some(record) = form.parse::<RecordId>("record") {
        return forms::task_changed(call, record, changed).await;
    }
    match changed {
        Ok(_) => Ok(Response::see_other(address(form.text("assignee"), rest))),
        Err(problem) if problem.status() == 409 => {
            let assignee = form.optional("assignee").map(str::to_owned);
            let query = OpenTasksQuery { assignee, ..OpenTasksQuery::default() };
            list(call, query, 409, &notice::refused(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn list<S: Services>(call: &Call<'_, S>, query: OpenTasksQuery, status: u16, notice: &Markup) -> Answer {
    let OpenTasksQuery { assignee, cursor, .. } = query;
    let found = tasks::due(call.services.db(), assignee.as_deref(), &page(cursor)).await?;
    let assignee = assignee.unwrap_or_default();
    let content = html! {
        header { h1 { "Tasks" } (filter(&assignee, call.caller.as_ref())) }
        (notice)
        (lines(&found, &assignee, call.services.now()))
    };
    Ok(Frame::new(Place::Tasks, "Tasks", call.caller.as_ref()).single(status, &content))
}

fn address(assignee: &str, rest: &[(&str, &str)]) -> String {
    let given = [("assignee", assignee)].into_iter().chain(rest.iter().copied()).filter(|(_, value)| !value.is_empty());
    format!("/tasks?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish())
}

fn filter(assignee: &str, caller: Option<&Caller>) -> Markup {
    let chip = |name: &str, label: &str| {
        html! { a.chip href=(address(name, &[])) aria-current=[(assignee == name).then_some("true")] { (label) } }
    };
    html! {
        nav.chips aria-label="Assignee" {
            (chip("", "All"))
            @if let Some(Caller::Person(name)) = caller { (chip(name, "Mine")) }
        }
        form.search method="get" action="/tasks" role="search" {
            input type="search" name="assignee" value=(assignee) placeholder="Assignee" aria-label="Assignee";
            button { "Show" }
        }
    }
}

fn lines(found: &Page<Due>, assignee: &str, now: Timestamp) -> Markup {
    html! {
        @if found.items.is_empty() {
            div.empty {
                (Icon::TASK.draw())
                h2 { "No open tasks" }
                p { "Approved proposals create tasks, and people add them on the page of a record." }
            }
        }
        @else { ul.panel.things.switches { @for due in &found.items { li { (line(due, assignee, now)) } } } }
        @if let Some(cursor) = &found.next { a.more href=(address(assignee, &[("cursor", cursor)])) { "Show more" } }
    }
}

fn line(Due { task, about }: &Due, assignee: &str, now: Timestamp) -> Markup {
    html! {
        div {
            a.wide href={ "/tasks/" (task.id) } { strong.name { bdi { (task.title) } } }
            p.small.muted {
                (task_parts::due(task, now)) " "
                a href={ "/records/" (about.id) } { bdi { (about.name) } }
                @if let Some(name) = &task.assignee { " · For " bdi { (name) } }
            }
        }
        (task_parts::done_button(task.id, &("assignee", assignee.to_owned())))
    }
}
