//! An action of each kind; a test changes the part it is about.

use nerve_model::{Action, ActionKind, Control, Field};
use serde_json::{Map, Value, json};

/// The smallest action of a kind, without optional fields.
pub fn smallest(kind: ActionKind) -> Action {
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
