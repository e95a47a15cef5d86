//! The parts of a task that several pages show.

use super::clock;
use maud::{Markup, html};
use nerve_ledger::tasks::Task;
use nerve_model::{TaskId, Timestamp};

/// The due date of an open task.
pub(crate) fn due(task: &Task, now: Timestamp) -> Markup {
    html! {
        @if let Some(due) = task.due_at.filter(|_| task.is_open()) {
            @if due < now { span.pill.bad { "Overdue" } " " }
            span.small.muted { "due " (clock::ago(due, now)) }
        }
    }
}

/// The assignee, and the last change.
pub(crate) fn state(task: &Task, now: Timestamp) -> Markup {
    html! {
        @if let Some(name) = &task.assignee { "For " bdi { (name) } ". " }
        @match (task.undone_at, task.done_at, &task.done_by) {
            (Some(at), ..) => { "Undone " (clock::ago(at, now)) },
            (None, Some(at), Some(by)) => { "Done by " bdi { (by) } ", " (clock::ago(at, now)) },
            (None, Some(at), None) => { "Done " (clock::ago(at, now)) },
            (None, None, _) => { "Created " (clock::ago(task.created_at, now)) },
        }
    }
}

/// The button that marks a task as done. The field leads back to the page it stands on.
pub(crate) fn done_button(task: TaskId, back: &(&str, String)) -> Markup {
    button(task, "done", &html! { "Done" }, None, back)
}

/// The button that reopens a task.
pub(crate) fn reopen_button(task: TaskId, back: &(&str, String)) -> Markup {
    button(task, "reopen", &html! { "Reopen" }, None, back)
}

/// The button that reopens the task just done; it has a key.
pub(crate) fn undo_button(task: TaskId, back: &(&str, String)) -> Markup {
    button(task, "reopen", &html! { "Undo" kbd aria-hidden="true" { "u" } }, Some("u"), back)
}

fn button(task: TaskId, verb: &str, label: &Markup, key: Option<&str>, (field, value): &(&str, String)) -> Markup {
    html! {
        form.end method="post" action={ "/tasks/" (task) "/" (verb) } data-swap {
            input type="hidden" name=(field) value=(value);
            button data-key=[key] { (label) }
        }
    }
}
