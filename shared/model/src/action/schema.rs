//! JSON Schemas of actions, derived from their descriptions.

use super::{
    field::{Choice, Control, Field},
    spec::ActionSpec,
};
use crate::Timestamp;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// The schema of an action's parameters.
pub(super) fn params(fields: &[Field], generator: &mut SchemaGenerator) -> Schema {
    let required: Vec<_> = fields.iter().filter(|field| !field.optional).map(|field| field.name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field, generator))).collect();
    json_schema!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// The schema of an action: its kind and its parameters.
pub(super) fn action(spec: &ActionSpec, params: &Schema) -> Value {
    json!({
        "type": "object",
        "description": spec.about,
        "properties": {"kind": {"type": "string", "const": spec.name}, "params": params},
        "required": ["kind", "params"],
    })
}

fn property(field: &Field, generator: &mut SchemaGenerator) -> Value {
    let mut property = match field.control {
        Control::Choice(choices) => json!({"type": "string", "enum": names(choices)}),
        Control::Date => generator.subschema_for::<Timestamp>().to_value(),
        Control::Address => json!({"type": "string", "format": "email"}),
        Control::Line { .. } | Control::Text { .. } | Control::Letter { .. } => json!({"type": "string"}),
    };
    if let (Some((min, max)), Some(property)) = (field.bounds(), property.as_object_mut()) {
        property.insert("minLength".to_owned(), min.into());
        property.insert("maxLength".to_owned(), max.into());
    }
    if field.is_nullable() {
        property = json!({"anyOf": [property, {"type": "null"}]});
    }
    if let Some(property) = property.as_object_mut() {
        property.insert("description".to_owned(), field.help.into());
    }
    property
}

fn names(choices: &[Choice]) -> Vec<&'static str> {
    choices.iter().map(|choice| choice.name).collect()
}
