//! The OpenAPI 3.1 document, made from the route table that also dispatches.

use crate::{
    http::Response,
    problem::ProblemDocument,
    routes::{Access, Answer, Call, Route},
    services::Services,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The schema of a type, named types by reference.
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What the document says about a route.
#[derive(Clone, Copy)]
pub(crate) struct Doc {
    summary: &'static str,
    query: Option<SchemaOf>,
    body: Option<SchemaOf>,
    answer: Option<SchemaOf>,
}

impl Doc {
    /// An operation that takes only what stands in its path and answers with bytes.
    pub(crate) const fn new(summary: &'static str) -> Self {
        Self { summary, query: None, body: None, answer: None }
    }

    /// The parameters of the query string are the fields of `T`.
    #[must_use]
    pub(crate) const fn query<T: JsonSchema>(self) -> Self {
        Self { query: Some(T::json_schema), ..self }
    }

    /// The body is a `T`.
    #[must_use]
    pub(crate) const fn body<T: JsonSchema>(self) -> Self {
        Self { body: Some(SchemaGenerator::subschema_for::<T>), ..self }
    }

    /// The answer is a `T`.
    #[must_use]
    pub(crate) const fn answers<T: JsonSchema>(self) -> Self {
        Self { answer: Some(SchemaGenerator::subschema_for::<T>), ..self }
    }
}

/// `GET /api/openapi.json`.
pub(crate) async fn show<S: Services>(_call: Call<'_, S>) -> Answer {
    let body = serde_json::to_vec(&document(&crate::api::routes::<S>())).unwrap_or_default();
    Ok(Response::new(200, "application/json", body))
}

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
            "description": "The review queue, the records and the ledger. Times are RFC 3339 in UTC. A GET never changes anything.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {"description": "Not done; the document says why (RFC 9457).", "content": problem}},
            "schemas": generator.take_definitions(true),
        },
    })
}

fn operation<S>(route: &Route<S>, doc: &Doc, generator: &mut SchemaGenerator) -> Value {
    let mut operation = Map::new();
    let mut say = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    say("operationId", json!(operation_id(route)));
    say("summary", json!(doc.summary));
    say("parameters", json!(parameters(route.pattern, doc, generator)));
    say("responses", json!({"200": success(doc, generator), "default": {"$ref": "#/components/responses/Problem"}}));
    if let Some(body) = doc.body {
        let content = content("application/json", &body(generator).to_value());
        say("requestBody", json!({"required": true, "content": content}));
    }
    if route.access == Access::Open {
        say("security", json!([]));
    }
    operation.into()
}

fn success(doc: &Doc, generator: &mut SchemaGenerator) -> Value {
    let content = match doc.answer {
        Some(schema) => content("application/json", &schema(generator).to_value()),
        None => content("application/octet-stream", &json!({})),
    };
    json!({"description": "Done.", "content": content})
}

fn content(media_type: &str, schema: &Value) -> Value {
    json!({media_type: {"schema": schema}})
}

/// The path without `/api`, in words: `post_proposals_id_approve`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api, testing::World};
    use std::collections::BTreeSet;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_of_the_api_is_described() {
        let routes = api::routes::<World>();
        let document = document(&routes);
        for route in &routes {
            let operation = &document["paths"][route.pattern][route.method.as_str().to_lowercase()];
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{}", route.pattern);
            assert!(operation["responses"]["200"]["content"].is_object(), "{}", route.pattern);
        }
    }

    #[test]
    fn the_document_is_closed_and_names_every_operation_once() {
        let routes = api::routes::<World>();
        let document = document(&routes);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let ids: BTreeSet<_> = routes.iter().map(operation_id).collect();
        assert_eq!(ids.len(), routes.len());
    }

    #[test]
    fn parameters_come_from_the_path_and_the_query_type() {
        let document = document(&api::routes::<World>());
        let list = document["paths"]["/api/proposals"]["get"]["parameters"].as_array().unwrap();
        let names: BTreeSet<_> = list.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
        assert!(
            ["status", "risk", "kind", "record", "limit", "cursor"].iter().all(|name| names.contains(name)),
            "{names:?}"
        );
        let card = &document["paths"]["/api/proposals/{id}"]["get"]["parameters"];
        assert_eq!(card[0], json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}));
    }
}
