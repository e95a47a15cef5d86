//! The parameters of an action: as they will be stored, and as a form.

use super::clock;
use crate::input::Form;
use maud::{Markup, html};
use nerve_model::{Action, ActionKind, Audience, Executable, HumanOwned, Priority};
use serde_json::{Value, json};

/// The parameters, word for word as they will be stored.
pub(crate) fn show(action: &Action) -> Markup {
    match action {
        Action::Executable(Executable::CreateTask(task)) => html! {
            (line("Title", &task.title))
            @if !task.detail.is_empty() { (text("Detail", &task.detail)) }
            @if let Some(due) = task.due_at { div { dt { "Due" } dd { (clock::at(due)) } } }
            @if let Some(name) = &task.assignee { (line("For", name)) }
        },
        Action::Executable(Executable::AddNote(note)) => text("Note", &note.text),
        Action::Executable(Executable::DraftMessage(draft)) => html! {
            (line("To", draft.to.as_deref().unwrap_or("Nobody yet: no mail address is known")))
            (line("Subject", &draft.subject))
            div { dt { "Message" } dd.letter tabindex="0" { bdi { (draft.body) } } }
        },
        Action::Executable(Executable::NotifyInternal(notice)) => html! {
            (line("To", audience(notice.audience)))
            (text("Text", &notice.text))
        },
        Action::HumanOwned(
            HumanOwned::Refund(case)
            | HumanOwned::CancelService(case)
            | HumanOwned::ChangeContract(case)
            | HumanOwned::DiscloseData(case),
        ) => text("What is to be decided", &case.summary),
    }
}

fn line(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { bdi { (value) } } } }
}

fn text(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd.text { bdi { (value) } } } }
}

/// Who is told, in words.
pub(crate) const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Owner => "The record's owner",
        Audience::Team => "The whole team",
    }
}

/// Whether the action itself asks to be handled before others.
pub(crate) const fn is_urgent(action: &Action) -> bool {
    match action {
        Action::Executable(Executable::CreateTask(task)) => matches!(task.priority, Priority::Urgent),
        Action::Executable(Executable::NotifyInternal(notice)) => matches!(notice.priority, Priority::Urgent),
        _ => false,
    }
}

/// The parameters as the fields of a form.
pub(crate) fn fields_of(action: &Executable) -> Form {
    let pairs: Vec<(&str, String)> = match action {
        Executable::CreateTask(task) => vec![
            ("title", task.title.clone()),
            ("detail", task.detail.clone()),
            ("priority", task.priority.to_string()),
            ("due_at", task.due_at.map(clock::field).unwrap_or_default()),
            ("assignee", task.assignee.clone().unwrap_or_default()),
        ],
        Executable::AddNote(note) => vec![("text", note.text.clone())],
        Executable::DraftMessage(draft) => {
            vec![
                ("to", draft.to.clone().unwrap_or_default()),
                ("subject", draft.subject.clone()),
                ("body", draft.body.clone()),
            ]
        }
        Executable::NotifyInternal(notice) => {
            vec![
                ("audience", notice.audience.to_string()),
                ("text", notice.text.clone()),
                ("priority", notice.priority.to_string()),
            ]
        }
    };
    Form::from_pairs(pairs)
}

/// The fields of a submitted form as parameters. Whether they fit is for the action to say.
pub(crate) fn from_fields(kind: ActionKind, form: &Form) -> Value {
    match kind {
        ActionKind::CreateTask => json!({
            "title": form.text("title"),
            "detail": form.text("detail"),
            "priority": form.text("priority"),
            "due_at": form.optional("due_at").map(|text| clock::from_field(text).map_or_else(|| json!(text), |time| json!(time))),
            "assignee": form.optional("assignee"),
        }),
        ActionKind::DraftMessage => {
            json!({"to": form.optional("to"), "subject": form.text("subject"), "body": form.text("body")})
        }
        ActionKind::NotifyInternal => {
            json!({"audience": form.text("audience"), "text": form.text("text"), "priority": form.text("priority")})
        }
        _ => json!({"text": form.text("text")}),
    }
}

/// The inputs of the edit form.
pub(crate) fn inputs(kind: ActionKind, values: &Form) -> Markup {
    match kind {
        ActionKind::CreateTask => html! {
            label { "Title" input name="title" value=(values.text("title")) required maxlength="200"; }
            label { "Detail" textarea name="detail" maxlength="4000" rows="4" { "\n" (values.text("detail")) } }
            div.pair {
                (priority(values))
                label { "Due (UTC)" input type="datetime-local" name="due_at" value=(values.text("due_at")); }
                label { "For" input name="assignee" value=(values.text("assignee")) maxlength="80" placeholder="The record's owner"; }
            }
        },
        ActionKind::DraftMessage => html! {
            label { "To" input type="email" name="to" value=(values.text("to")) maxlength="254"; }
            label { "Subject" input name="subject" value=(values.text("subject")) required maxlength="200"; }
            label { "Message" textarea name="body" required maxlength="10000" rows="10" { "\n" (values.text("body")) } }
        },
        ActionKind::NotifyInternal => html! {
            label { "Text" textarea name="text" required maxlength="500" rows="3" { "\n" (values.text("text")) } }
            div.pair {
                (priority(values))
                label { "To" (choice("audience", values, Audience::ALL.iter().map(|to| (to.as_str(), audience(*to))))) }
            }
        },
        _ => {
            html! { label { "Note" textarea name="text" required maxlength="4000" rows="5" { "\n" (values.text("text")) } } }
        }
    }
}

fn priority(values: &Form) -> Markup {
    html! { label { "Priority" (choice("priority", values, [("normal", "Normal"), ("urgent", "Urgent")])) } }
}

fn choice<'a>(name: &str, values: &Form, options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        select name=(name) {
            @for (value, words) in options { option value=(value) selected[values.text(name) == value] { (words) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{AddNote, CreateTask, DraftMessage, NotifyInternal, Timestamp};

    /// The text is trimmed by the form, so the samples have no blanks at their ends.
    #[test]
    fn what_is_shown_for_editing_comes_back_unchanged() {
        let due = Timestamp::parse_rfc3339("2026-11-25T09:30:00Z");
        let hostile = "\"><script>alert('x')</script>\n\u{202e}two & \"lines\"".to_owned();
        let task = CreateTask {
            title: "Call".into(),
            detail: hostile.clone(),
            priority: Priority::Urgent,
            due_at: due,
            assignee: None,
        };
        let samples = [
            Executable::CreateTask(CreateTask { assignee: Some("Ada".into()), ..task.clone() }),
            Executable::CreateTask(CreateTask { due_at: None, ..task }),
            Executable::AddNote(AddNote { text: hostile.clone() }),
            Executable::DraftMessage(DraftMessage { to: None, subject: "s".into(), body: hostile.clone() }),
            Executable::DraftMessage(DraftMessage {
                to: Some("ada@example.com".into()),
                subject: "s".into(),
                body: "b".into(),
            }),
            Executable::NotifyInternal(NotifyInternal {
                audience: Audience::Team,
                text: hostile,
                priority: Priority::Normal,
            }),
        ];
        for action in samples {
            let params = from_fields(action.kind(), &fields_of(&action));
            assert_eq!(action.with_params(params), Ok(action));
        }
    }

    #[test]
    fn a_date_that_does_not_read_is_refused_not_dropped() {
        let form = Form::from_pairs([
            ("title", "t".to_owned()),
            ("priority", "normal".to_owned()),
            ("due_at", "soon".to_owned()),
        ]);
        let params = from_fields(ActionKind::CreateTask, &form);
        let task = CreateTask {
            title: "t".into(),
            detail: String::new(),
            priority: Priority::Normal,
            due_at: None,
            assignee: None,
        };
        assert!(Executable::CreateTask(task).with_params(params).is_err());
    }
}
