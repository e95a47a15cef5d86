//! The OpenAPI 3.1 document, generated from the route table that also dispatches.

use crate::{
    problem::ProblemDocument,
    routes::{Access, Doc, Route},
};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The whole document.
pub(crate) fn document<S>(routes: &[Route<S>]) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let Some(doc) = &route.doc else { continue };
        let operations = paths.entry(route.pattern).or_insert_with(|| json!({}));
        if let Some(operations) = operations.as_object_mut() {
            operations.insert(route.method.as_str().to_lowercase(), operation(route, doc, &mut generator));
        }
    }
    let problem = content("application/problem+json", &generator.subschema_for::<ProblemDocument>().to_value());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Nerve",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The review queue, the records and the ledger. Times are RFC 3339 in UTC. A GET changes nothing.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {"description": "The request failed; the document says why (RFC 9457).", "content": problem}},
            "schemas": generator.take_definitions(true),
        },
    })
}

fn operation<S>(route: &Route<S>, doc: &Doc, generator: &mut SchemaGenerator) -> Value {
    let mut operation = Map::new();
    let mut set = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    set("operationId", json!(operation_id(route)));
    set("summary", json!(doc.summary));
    set("parameters", json!(parameters(route.pattern, doc, generator)));
    set("responses", json!({"200": success(doc, generator), "default": {"$ref": "#/components/responses/Problem"}}));
    if let Some(body) = doc.body {
        let content = content("application/json", &body(generator).to_value());
        set("requestBody", json!({"required": true, "content": content}));
    }
    if route.access == Access::Open {
        set("security", json!([]));
    }
    operation.into()
}

fn success(doc: &Doc, generator: &mut SchemaGenerator) -> Value {
    let content = match doc.answer {
        Some(schema) => content("application/json", &schema(generator).to_value()),
        None => content("application/octet-stream", &json!({})),
    };
    json!({"description": "The request succeeded.", "content": content})
}

fn content(media_type: &str, schema: &Value) -> Value {
    json!({media_type: {"schema": schema}})
}

/// Method and path without `/api`: `post_proposals_id_approve`.
fn operation_id<S>(route: &Route<S>) -> String {
    let path = route.pattern.trim_start_matches("/api/").replace(['{', '}'], "").replace(['/', '.'], "_");
    format!("{}_{path}", route.method.as_str().to_lowercase())
}

fn parameters(pattern: &str, doc: &Doc, generator: &mut SchemaGenerator) -> Vec<Value> {
    let names = pattern.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let path = names.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let query = doc.query.map(|schema| schema(generator).to_value()).unwrap_or_default();
    let query = query.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    path.chain(query.into_iter().map(|(name, schema)| query_parameter(&name, schema))).collect()
}

fn query_parameter(name: &str, mut schema: Value) -> Value {
    let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    json!({"name": name, "in": "query", "description": description.unwrap_or_default(), "schema": schema})
}
