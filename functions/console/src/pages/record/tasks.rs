//! The tasks of a record.

use super::{
    super::{params, task_parts},
    panel::panel,
    refused::{Part, Refused},
};
use maud::{Markup, html};
use nerve_ledger::tasks::Task;
use nerve_model::{ActionKind, RecordId, Timestamp};

/// The tasks, open ones first, by due date; with forms while the record can be changed.
pub(super) fn list(record: RecordId, tasks: &[Task], now: Timestamp, open: bool, refused: Option<&Refused>) -> Markup {
    let mut tasks: Vec<&Task> = tasks.iter().collect();
    tasks.sort_by_key(|task| (!task.is_open(), task.due_at.is_none(), task.due_at));
    let form = html! { @if open { (form(record, refused)) } };
    panel("Tasks", "No tasks.", tasks.into_iter().map(|task| line(record, task, now, open)), &form)
}

fn line(record: RecordId, task: &Task, now: Timestamp, open: bool) -> Markup {
    let back = ("record", record.to_string());
    html! {
        div.line {
            strong.undone[!task.is_open()] { a href={ "/tasks/" (task.id) } { bdi { (task.title) } } }
            (task_parts::due(task, now))
            @if open && task.is_open() { (task_parts::done_button(task.id, &back)) }
            @else if open && task.undone_at.is_none() { (task_parts::reopen_button(task.id, &back)) }
        }
        @if !task.detail.is_empty() { p.text { bdi { (task.detail) } } }
        p.small.muted { (task_parts::state(task, now)) }
    }
}

fn form(record: RecordId, refused: Option<&Refused>) -> Markup {
    let (typed, open) = Refused::typed(refused, Part::Tasks);
    html! {
        details.add open[open] {
            summary.button data-key="t" { "Add a task" kbd aria-hidden="true" { "t" } }
            form.fields method="post" action={ "/records/" (record) "/tasks" } data-swap {
                (params::inputs(ActionKind::CreateTask, &typed))
                div.end { button.primary { "Save the task" } }
            }
        }
    }
}
