//! The parameters of an action: as they will be stored, and as a form. Both are made from the fields of its kind.

use super::clock;
use crate::{input::Form, zone};
use maud::{Markup, html};
use nerve_model::{Action, ActionKind, Audience, Choice, Control, Executable, Field, Priority, Timestamp};
use serde_json::{Map, Value};

/// The parameters, word for word as they will be stored.
pub(crate) fn show(action: &Action) -> Markup {
    let params = action.params();
    html! { @for field in action.kind().spec().fields { (shown(field, text_of(&params, field))) } }
}

/// A parameter that was left out is shown where that means something.
fn shown(field: &Field, text: &str) -> Markup {
    let value = if text.is_empty() { field.placeholder } else { text };
    html! {
        @if !value.is_empty() {
            div {
                dt { (field.label) }
                @match field.control {
                    Control::Line { .. } | Control::Address => dd { bdi { (value) } },
                    Control::Text { .. } => dd.text { bdi { (value) } },
                    Control::Letter { .. } => dd.letter tabindex="0" { bdi { (value) } },
                    Control::Date => dd { @match Timestamp::parse_rfc3339(value) { Some(at) => (clock::at(at)), None => bdi { (value) } } },
                    Control::Choice(choices) => dd { (label_of(choices, value)) },
                }
            }
        }
    }
}

fn label_of<'a>(choices: &[Choice], name: &'a str) -> &'a str {
    choices.iter().find(|choice| choice.name == name).map_or(name, |choice| choice.label)
}

/// A parameter as text; empty where it was left out.
fn text_of<'a>(params: &'a Value, field: &Field) -> &'a str {
    params.get(field.name).and_then(Value::as_str).unwrap_or_default()
}

/// Who is told, in words.
pub(crate) const fn audience(audience: Audience) -> &'static str {
    audience.label()
}

/// The action itself asks to be handled before others.
pub(crate) fn is_urgent(action: &Action) -> bool {
    action.priority() == Priority::Urgent
}

/// The parameters as the fields of a form.
pub(crate) fn fields_of(action: &Executable) -> Form {
    let params = action.params();
    let typed = |field: &Field| {
        let text = text_of(&params, field);
        let date = matches!(field.control, Control::Date).then(|| Timestamp::parse_rfc3339(text)).flatten();
        (field.name, date.map_or_else(|| text.to_owned(), clock::field))
    };
    Form::from_pairs(action.kind().spec().fields.iter().map(typed))
}

/// The fields of a submitted form as parameters. The action refuses those that do not fit.
pub(crate) fn from_fields(kind: ActionKind, form: &Form) -> Value {
    let fields = kind.spec().fields.iter().filter(|field| !field.optional || form.optional(field.name).is_some());
    fields.map(|field| (field.name.to_owned(), typed(field, form.text(field.name)))).collect::<Map<_, _>>().into()
}

fn typed(field: &Field, text: &str) -> Value {
    let date = matches!(field.control, Control::Date).then(|| clock::from_field(text)).flatten();
    date.map_or_else(|| text.to_owned(), |at| at.to_string()).into()
}

/// The inputs of the edit form. Short fields that follow one another share a line.
pub(crate) fn inputs(kind: ActionKind, values: &Form) -> Markup {
    let rows = kind.spec().fields.chunk_by(|field, next| field.is_short() && next.is_short());
    html! {
        @for row in rows {
            @if let [field] = row { (input(field, values)) }
            @else { div.pair { @for field in row { (input(field, values)) } } }
        }
    }
}

fn input(field: &Field, values: &Form) -> Markup {
    let (name, value, required) = (field.name, values.text(field.name), !field.optional);
    let max = field.bounds().map(|(_, max)| max);
    let placeholder = Some(field.placeholder).filter(|text| !text.is_empty());
    html! {
        label {
            (field.label)
            @match field.control {
                Control::Line { .. } => input name=(name) value=(value) required[required] data-max=[max] placeholder=[placeholder];,
                Control::Address => input type="email" name=(name) value=(value) required[required] data-max=[max] placeholder=[placeholder];,
                Control::Text { .. } => textarea name=(name) required[required] data-max=[max] rows="4" { "\n" (value) },
                Control::Letter { .. } => textarea name=(name) required[required] data-max=[max] rows="10" { "\n" (value) },
                Control::Date => { " (" (zone::business().name()) ")" input type="datetime-local" name=(name) value=(value) required[required]; },
                Control::Choice(choices) => select name=(name) {
                    @for choice in choices { option value=(choice.name) selected[choice.name == value] { (choice.label) } }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{AddNote, CreateTask, DraftMessage, NotifyInternal};

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
