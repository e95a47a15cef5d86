//! Records as people create and edit them, over the API.

use crate::testing::World;
use nerve_testkit::events::ada;
use serde_json::{Value, json};

fn create(world: &World, body: &Value) -> Value {
    let (status, record) = world.api("POST", "/api/records", &body.to_string());
    assert_eq!(status, 200, "{record}");
    record
}

fn path(record: &Value, rest: &str) -> String {
    format!("/api/records/{}{rest}", record["id"].as_str().unwrap())
}

fn changes(entry: &Value) -> Vec<String> {
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = entry["body"]["changes"].as_array().cloned().unwrap_or_default();
    let line = |c: &Value| format!("{}: {} -> {}", said(&c["field"]), said(&c["before"]), said(&c["after"]));
    changes.iter().map(line).collect()
}

#[test]
fn a_record_is_created_edited_and_its_history_told() {
    let world = World::empty();
    let new = json!({"type": "customer", "name": "Acme", "stage": "lead", "attributes": {"Region": "North"},
        "claims": [{"kind": "phone", "value": "030 901820"}, {"kind": "email", "value": "Hello@Acme.example"}]});
    let acme = create(&world, &new);
    assert_eq!((&acme["version"], &acme["provisional"], &acme["links"]), (&json!(1), &json!(false), &json!([])));
    let claims = acme["claims"].as_array().unwrap().iter().map(|claim| claim["value"].as_str().unwrap());
    assert_eq!(claims.collect::<Vec<_>>(), ["hello@acme.example", "+4930901820"]);
    let edit = json!({"version": 1, "name": "Acme Inc.", "stage": null, "owner": "Grace", "attributes": {"Size": "L"}});
    let (status, edited) = world.api("PATCH", &path(&acme, ""), &edit.to_string());
    let attributes = json!({"Region": "North", "Size": "L"});
    assert_eq!((status, &edited["version"], &edited["attributes"]), (200, &json!(2), &attributes), "{edited}");
    assert_eq!((&edited["name"], &edited["stage"]), (&json!("Acme Inc."), &Value::Null));
    let (status, stale) = world.api("PATCH", &path(&acme, ""), &edit.to_string());
    assert_eq!((status, &stale["version"], &stale["record"]), (409, &json!(2), &acme["id"]));
    let (_, gone) = world.api("PATCH", &path(&acme, ""), r#"{"version": 2, "attributes": {"Region": null}}"#);
    assert_eq!((&gone["attributes"], &gone["owner"]), (&json!({"Size": "L"}), &json!("Grace")));
    let (_, history) = world.api("GET", &path(&acme, "/history?limit=2"), "");
    assert_eq!(changes(&history["items"][0]), ["attributes.Region: North -> "]);
    let expected = ["name: Acme -> Acme Inc.", "owner:  -> Grace", "stage: lead -> ", "attributes.Size:  -> L"];
    assert_eq!(changes(&history["items"][1]), expected);
    assert_eq!(history["items"][1]["actor"], json!({"type": "token", "name": "admin"}));
    let next = format!("/history?cursor={}", history["next"].as_str().unwrap());
    let (_, first) = world.api("GET", &path(&acme, &next), "");
    assert_eq!((&first["items"][0]["kind"], &first["next"]), (&json!("record_created"), &Value::Null));
}

#[test]
fn the_type_of_a_record_is_corrected() {
    let world = World::empty();
    let acme = create(&world, &json!({"type": "customer", "name": "Acme"}));
    let edit = |body: Value| world.api("PATCH", &path(&acme, ""), &body.to_string());
    let (status, vendor) = edit(json!({"version": 1, "type": "vendor"}));
    assert_eq!((status, &vendor["type"], &vendor["version"]), (200, &json!("vendor"), &json!(2)));
    assert_eq!(changes(&world.api("GET", &path(&acme, "/history"), "").1["items"][0]), ["type: customer -> vendor"]);
    assert_eq!(edit(json!({"version": 1, "type": "deal"})).0, 409, "somebody else was first");
    assert_eq!(edit(json!({"version": 2, "type": "person"})).0, 400);
    let (_, named) = edit(json!({"version": 2, "name": "Acme Inc."}));
    assert_eq!(named["type"], json!("vendor"), "what is not given stays");
}

#[test]
fn records_are_listed_by_what_they_are_and_who_looks_after_them() {
    let world = World::empty();
    for (kind, name, owner) in
        [("customer", "Acme", "Grace"), ("deal", "Acme hoods", "Grace"), ("deal", "Acme ovens", "Ada")]
    {
        create(&world, &json!({"type": kind, "name": name, "owner": owner, "stage": "won"}));
    }
    let names = |query: &str| {
        let (_, list) = world.api("GET", &format!("/api/records?{query}"), "");
        let names = list["items"].as_array().unwrap().iter().map(|record| record["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let mut sorted = names("stage=won&q=acme");
    sorted.sort();
    assert_eq!(sorted, ["Acme", "Acme hoods", "Acme ovens"]);
    assert_eq!(names("type=deal&owner=Grace"), ["Acme hoods"]);
    assert_eq!(names("q=ovens&owner=Grace"), [""; 0]);
    assert_eq!(world.api("GET", "/api/records?type=person", "").0, 400);
}

#[test]
fn what_belongs_to_another_is_refused_and_says_to_whom() {
    let world = World::new();
    let eve = create(&world, &json!({"type": "customer", "name": "Eve"}));
    let claim = json!({"kind": "email", "value": "ADA@example.com"}).to_string();
    let (status, taken) = world.api("POST", &path(&eve, "/claims"), &claim);
    assert_eq!(
        (status, &taken["record"], &taken["type"]),
        (409, &json!(ada().id), &json!("urn:nerve:problem:conflict"))
    );
    assert_eq!(taken["detail"], json!("Ada@example.com belongs to Ada Lovelace already."));
    let of_ada = format!("/api/records/{}/claims?kind=email&value=ada%40example.com", ada().id);
    let (status, freed) = world.api("DELETE", &of_ada, "");
    assert_eq!((status, freed["claims"].as_array().unwrap().len()), (200, 1), "{freed}");
    assert_eq!(world.api("DELETE", &of_ada, "").0, 404);
    assert_eq!(world.api("POST", &path(&eve, "/claims"), &claim).1["claims"][0]["value"], json!("ada@example.com"));
    for (kind, value, status) in
        [("email", "nobody", 422), ("name", "Eve", 422), ("phone", "12", 422), ("nose", "x", 400)]
    {
        let body = json!({"kind": kind, "value": value}).to_string();
        assert_eq!(world.api("POST", &path(&eve, "/claims"), &body).0, status, "{kind}");
    }
    for (body, status) in [
        (json!({"type": "customer", "name": " "}), 422),
        (json!({"type": "customer", "name": "x".repeat(201)}), 422),
        (json!({"type": "customer"}), 400),
        (json!({"type": "customer", "name": "Eve", "id": 1}), 400),
    ] {
        assert_eq!(world.api("POST", "/api/records", &body.to_string()).0, status, "{body}");
    }
}

#[test]
fn records_are_linked_and_seen_from_both_ends() {
    let world = World::new();
    let deal = create(&world, &json!({"type": "deal", "name": "Hoods"}));
    let link = json!({"relation": "customer", "other": ada().id}).to_string();
    let (status, linked) = world.api("POST", &path(&deal, "/links"), &link);
    assert_eq!((status, &linked["links"][0]["other"]["name"]), (200, &json!("Ada Lovelace")));
    let (_, other) = world.api("GET", &format!("/api/records/{}", ada().id), "");
    assert_eq!((&other["links"][0]["reverse"], &other["links"][0]["other"]["id"]), (&json!(true), &deal["id"]));
    let (status, again) = world.api("POST", &path(&deal, "/links"), &link);
    assert_eq!((status, &again["record"]), (409, &json!(ada().id)));
    let site = json!({"relation": "site", "other": ada().id}).to_string();
    let (status, unfit) = world.api("POST", &path(&deal, "/links"), &site);
    assert_eq!((status, &unfit["detail"]), (422, &json!("A customer cannot be the site of a deal.")));
    let target = path(&deal, &format!("/links?relation=customer&other={}", ada().id));
    assert_eq!(world.api("DELETE", &target, "").1["links"], json!([]));
    assert_eq!(world.api("DELETE", &target, "").0, 404);
}

#[test]
fn tasks_and_notes_are_written_by_people() {
    let world = World::new();
    let of_ada = |rest: &str| format!("/api/records/{}{rest}", ada().id);
    let task = json!({"title": "Call Ada", "priority": "normal", "due_at": "2026-11-22T10:00:00Z"});
    let (status, call) = world.api("POST", &of_ada("/tasks"), &task.to_string());
    assert_eq!((status, &call["created_by"]["name"]), (200, &json!("admin")));
    let target = format!("/api/tasks/{}", call["id"].as_str().unwrap());
    let (_, due) = world.api("GET", "/api/tasks/open", "");
    assert_eq!((&due["items"][0]["task"]["id"], &due["items"][0]["about"]["id"]), (&call["id"], &json!(ada().id)));
    let edit = json!({"title": "Call Ada again", "priority": "urgent"}).to_string();
    assert_eq!(world.api("PATCH", &target, &edit).1["title"], json!("Call Ada again"));
    assert_eq!(world.api("POST", &format!("{target}/done"), "").1["done_by"]["name"], json!("admin"));
    let (status, twice) = world.api("POST", &format!("{target}/done"), "");
    assert_eq!((status, &twice["type"]), (409, &json!("urn:nerve:problem:conflict")));
    assert_eq!(world.api("GET", "/api/tasks/open", "").1["items"], json!([]));
    assert_eq!(world.api("POST", &format!("{target}/reopen"), "").1["done_at"], Value::Null);
    assert_eq!(world.api("POST", &of_ada("/tasks"), r#"{"title": " ", "priority": "normal"}"#).0, 422);
    let (status, note) = world.api("POST", &of_ada("/notes"), r#"{"text": "Likes tea"}"#);
    assert_eq!((status, &note["text"], &note["created_by"]["name"]), (200, &json!("Likes tea"), &json!("admin")));
    let (_, history) = world.api("GET", &of_ada("/history"), "");
    let kinds: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["note_added", "task_reopened", "task_done", "task_edited", "task_added", "record_created"]);
    assert_eq!(world.api("GET", "/api/ledger/verify", "").1["ok"], json!(true));
}
