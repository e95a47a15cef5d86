//! Parameters and their bounds. `docs/ACTIONS.md` is generated from the descriptions of the kinds.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{Action, ActionKind, Choice, Control, Executable, Field, Risk};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

/// An action of each executable kind with the shortest valid parameters.
fn smallest(kind: ActionKind) -> Executable {
    let required = kind.spec().fields.iter().filter(|field| !field.optional);
    let params: Map<String, Value> = required.map(|field| (field.name.to_owned(), sample(field))).collect();
    serde_json::from_value(json!({"kind": kind, "params": params})).unwrap()
}

fn sample(field: &Field) -> Value {
    match field.control {
        Control::Choice(choices) => json!(choices[0].name),
        Control::Date => json!("2026-11-25T09:30:00.000Z"),
        Control::Address => json!("ada@example.com"),
        Control::Line { .. } | Control::Text { .. } | Control::Letter { .. } => json!("x"),
    }
}

fn edited(kind: ActionKind, field: &Field, value: Value) -> Result<Executable, String> {
    let mut params = smallest(kind).params();
    params[field.name] = value;
    smallest(kind).with_params(params).map_err(|error| error.to_string())
}

#[test]
fn every_parameter_has_the_bounds_that_its_field_names() {
    for kind in Executable::KINDS {
        for field in kind.spec().fields {
            let (name, takes) = (field.name, |value| edited(*kind, field, value));
            assert!(takes(sample(field)).is_ok(), "{kind} {name}");
            assert_eq!(takes(Value::Null).is_ok(), field.is_nullable(), "{kind} {name} null");
            let Some((min, max)) = field.bounds() else {
                assert!(takes(json!("x")).is_err(), "{kind} {name} of any text");
                continue;
            };
            if matches!(field.control, Control::Address) {
                assert_eq!(takes(json!("x")), Err(format!("{name} must be a mail address")));
                continue;
            }
            let out_of_bounds = format!("{name} must have {min} to {max} characters and has {}", max + 1);
            assert!(takes(json!("x".repeat(max))).is_ok(), "{kind} {name} at its longest");
            assert_eq!(takes(json!("x".repeat(max + 1))), Err(out_of_bounds));
            assert_eq!(takes(json!("")).is_ok(), min == 0, "{kind} {name} empty");
            assert_eq!(takes(json!(" \n")).is_ok(), min == 0, "{kind} {name} blank");
            let one_line = matches!(field.control, Control::Line { .. });
            let lines = takes(json!("a\r\nBcc: x@y.z"));
            assert_eq!(lines.err(), one_line.then(|| format!("{name} must be one line of plain text")));
        }
    }
}

#[test]
fn editing_keeps_the_kind_and_the_shape() {
    for kind in Executable::KINDS {
        let action = smallest(*kind);
        assert_eq!(action.with_params(action.params()), Ok(action.clone()));
        let mut more = action.params();
        more["unknown"] = json!("x");
        for wrong in [more, json!({}), json!("text"), Value::Null] {
            assert!(action.with_params(wrong.clone()).is_err(), "{kind} {wrong}");
        }
    }
    let draft = smallest(ActionKind::DraftMessage);
    let two = json!({"to": "ada@example.com, eve@example.com", "subject": "s", "body": "b"});
    assert_eq!(draft.with_params(two).map_err(|e| e.to_string()), Err("to must be a mail address".to_owned()));
}

#[test]
fn only_a_message_without_a_recipient_is_incomplete() {
    for kind in Executable::KINDS {
        let action = smallest(*kind);
        let lacking = *kind == ActionKind::DraftMessage;
        assert_eq!(action.lacks().is_some(), lacking, "{kind}");
        let refused = action.complete().map_err(|error| error.to_string());
        assert_eq!(refused, if lacking { Err("the message has no recipient".to_owned()) } else { Ok(()) }, "{kind}");
        if let Some(lack) = action.lacks() {
            let mut params = action.params();
            params[lack.field] = json!("ada@example.com");
            assert_eq!(action.with_params(params).unwrap().complete(), Ok(()));
        }
    }
}

#[test]
fn no_critical_kind_reads_as_executable() {
    for kind in ActionKind::ALL {
        let critical = kind.base_risk() == Risk::Critical;
        assert_eq!(Executable::KINDS.contains(kind), !critical, "{kind}");
        if critical {
            let document = json!({"kind": kind, "params": {"summary": "s"}});
            assert!(serde_json::from_value::<Executable>(document.clone()).is_err(), "{kind}");
            let action: Action = serde_json::from_value(document).unwrap();
            assert!(action.executable().is_none() && action.kind() == *kind);
        }
    }
}

#[test]
fn names_are_told_apart_and_read_back() {
    let names: BTreeSet<_> = ActionKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), ActionKind::ALL.len());
    for kind in ActionKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    assert!("crm.guess".parse::<ActionKind>().is_err());
}

const TABLE: &str = "docs/ACTIONS.md";

fn written() -> String {
    let mut text = String::from(
        "# Actions\n\nThe actions Nerve can propose, with their parameters. Generated by `UPDATE_FIXTURES=1 cargo test -p nerve-model\n\
         --test actions`; a test fails where it differs. A kind lives in one file of `shared/model/src/action`.\n\n\
         | Kind | Label | Risk | Performed by | Can be undone |\n|---|---|---|---|---|\n",
    );
    for kind in ActionKind::ALL {
        let spec = kind.spec();
        let undo = if spec.reversible { "yes" } else { "no" };
        writeln!(text, "| `{kind}` | {} | {} | {} | {undo} |", spec.label, spec.risk, by(spec.risk)).unwrap();
    }
    for kind in ActionKind::ALL {
        let spec = kind.spec();
        writeln!(text, "\n## `{kind}`\n\n{}\n", spec.about).unwrap();
        text.push_str("| Parameter | Label | Takes | Meaning |\n|---|---|---|---|\n");
        for field in spec.fields {
            writeln!(text, "| `{}` | {} | {} | {} |", field.name, field.label, takes(field), field.help).unwrap();
        }
    }
    text
}

/// The gates allow autonomy for low and medium risk and never for high; a critical action has no connector.
const fn by(risk: Risk) -> &'static str {
    match risk {
        Risk::Low | Risk::Medium => "Nerve: after an approval, or without one where its category was granted",
        Risk::High => "Nerve, after an approval",
        Risk::Critical => "a person, outside Nerve",
    }
}

fn takes(field: &Field) -> String {
    let what = match field.control {
        Control::Line { .. } => "one line".to_owned(),
        Control::Text { .. } | Control::Letter { .. } => "a text".to_owned(),
        Control::Address => "a mail address".to_owned(),
        Control::Date => "a time, as in RFC 3339".to_owned(),
        Control::Choice(choices) => choices.iter().map(code).collect::<Vec<_>>().join(" or "),
    };
    let bounds = field.bounds().map(|(min, max)| format!(", {min} to {max} characters")).unwrap_or_default();
    let optional = if field.optional { "; may be left out" } else { "" };
    format!("{what}{bounds}{optional}")
}

fn code(choice: &Choice) -> String {
    format!("`{}`", choice.name)
}

#[test]
fn the_table_of_actions_is_the_codes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(TABLE);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, written()).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == written(), "{TABLE} is stale: it says how to write it");
}
