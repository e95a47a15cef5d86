//! The OpenAPI document: it describes every route, and every reference in it resolves.

use crate::{api, openapi::document, testing::World};
use serde_json::{Value, json};
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
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|operations| operations.as_object().unwrap().values());
    let ids: BTreeSet<_> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
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
