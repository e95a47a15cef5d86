//! Personal data and erasures.

use super::merging::another;
use crate::testing::World;
use nerve_model::{EventId, Timestamp};
use nerve_protocol::inbox::{Kept, RawBody};
use nerve_testkit::events::{NOW, record_id};
use serde_json::{Value, json};

/// With an inbox that keeps this body.
fn world(body: &[u8], expired_at: Option<Timestamp>) -> World {
    let kept = Kept { event: EventId::new(NOW, 1), duplicates: 0, dispatched: true, attempts: 0, last_error: None };
    let headers = vec![("user-agent".to_owned(), "Stripe".to_owned())];
    let bytes = u32::try_from(body.len()).unwrap();
    let about = RawBody { headers, received_at: NOW, bytes, expired_at };
    World { inbox: Some((kept, about, body.to_vec())), ..World::new() }
}

fn at(verb: &str) -> String {
    format!("/api/records/{}/{verb}", record_id(1))
}

#[test]
fn one_document_says_everything_that_is_kept() {
    let world = world(b"{}", None);
    let (status, document) = world.api("GET", &at("personal-data"), "");
    assert_eq!(status, 200);
    let parts = document["parts"].as_object().unwrap();
    for table in nerve_ledger::privacy::DATA_INVENTORY.iter().map(|held| held.table).chain(["timeline", "raw_bodies"]) {
        assert!(parts[table]["items"].is_array(), "{table}");
    }
    for (pointer, value) in [
        ("/record", json!(record_id(1).to_string())),
        ("/parts/records/items/0/name", json!("Ada Lovelace")),
        ("/parts/identities/items/0/value", json!("ada@example.com")),
        ("/parts/events/items/0/event/detail/reason", json!("Your card was declined.")),
        ("/parts/proposals/items/0/card/record/name", json!("Ada Lovelace")),
        ("/parts/ledger_bodies/items/0/body/related_record/name", json!("Ada Lovelace")),
        ("/parts/raw_bodies/items/0/text", json!("{}")),
        ("/parts/raw_bodies/items/0/headers/0/1", json!("Stripe")),
        ("/parts/timeline/items/0/event/kind", json!("payment.failed")),
        ("/parts/timeline/next", Value::Null),
        ("/parts/events/next", Value::Null),
    ] {
        assert_eq!(document.pointer(pointer), Some(&value), "{pointer}");
    }
}

#[test]
fn a_part_is_told_by_itself_and_a_body_that_is_gone_or_no_text_is_said_to_be() {
    let gone = world(b"", Some(NOW));
    let (_, document) = gone.api("GET", &at("personal-data?part=raw_bodies"), "");
    assert_eq!(document["parts"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(document.pointer("/parts/raw_bodies/items/0/expired_at"), Some(&json!(NOW)));
    let binary = world(&[0, 255], None).api("GET", &at("personal-data?part=raw_bodies"), "").1;
    assert_eq!(binary.pointer("/parts/raw_bodies/items/0/text"), Some(&Value::Null));
    assert!(binary.pointer("/parts/raw_bodies/items/0/at").unwrap().as_str().unwrap().ends_with("/raw"));
    assert_eq!(gone.api("GET", &at("personal-data?part=passwords"), "").0, 400);
    assert_eq!(gone.api("GET", &format!("/api/records/{}/personal-data", record_id(9)), "").0, 404);
}

#[test]
fn somebody_is_forgotten_and_let_back_in() {
    let world = world(b"{}", None);
    assert_eq!(world.api("POST", &at("erase"), r#"{"reason": " "}"#).0, 422);
    assert_eq!(world.api("POST", &at("erase"), r#"{"reason": "Ada Lovelace asked"}"#).0, 422);
    let (status, erasure) = world.api("POST", &at("erase"), r#"{"reason": "asked by letter"}"#);
    assert_eq!((status, erasure["step"].as_str()), (200, Some("done")), "{erasure}");
    assert_eq!(world.erased.borrow().as_slice(), ["inbox evt_1".to_owned(), record_id(1).to_string()]);
    assert_eq!(world.db.look("SELECT 1 FROM events").len() + world.db.look("SELECT 1 FROM proposals").len(), 0);
    assert_eq!(world.api("GET", "/api/ledger/verify", "").1["ok"], true);
    let (_, listed) = world.api("GET", "/api/erasures", "");
    assert_eq!(listed.pointer("/items/0/held_out"), Some(&json!(0)));
    let id = erasure["id"].as_str().unwrap();
    assert_eq!(world.api("GET", &format!("/api/erasures/{id}"), "").1["by"], json!({"type": "token", "name": "admin"}));
    let (status, released) = world.api("POST", &format!("/api/erasures/{id}/let-back-in"), "");
    assert_eq!((status, &released["released_at"]), (200, &json!(NOW)));
}

#[test]
fn what_cannot_be_reached_now_is_done_later() {
    let world = World::new();
    let (status, erasure) = world.api("POST", &at("erase"), r#"{"reason": "asked by letter"}"#);
    assert_eq!((status, erasure["step"].as_str()), (200, Some("deliveries")));
    assert!(erasure["last_error"].as_str().unwrap().contains("away"));
    assert_eq!(world.log.borrow().len(), 1);
    let id = erasure["id"].as_str().unwrap();
    assert_eq!(world.api("POST", &format!("/api/erasures/{id}/let-back-in"), "").0, 422);
    assert!(world.page("/erasures").1.contains("Retried in a minute"));
}

#[test]
fn a_page_says_what_goes_and_asks_for_the_name() {
    let world = world(b"{}", None);
    let page = format!("/records/{}/erase", record_id(1));
    let (status, shown) = world.page(&page);
    assert!(status == 200 && shown.contains("This cannot be undone") && shown.contains("Proposals"), "{shown}");
    for form in ["reason=letter&name=", "reason=letter&name=Ada", "reason=&name=Ada+Lovelace"] {
        assert_eq!(world.submit(&page, form).status, 422, "{form}");
    }
    assert_eq!(world.db.look("SELECT 1 FROM erasures").len(), 0);
    let response = world.submit(&page, "reason=letter&name=Ada+Lovelace");
    assert_eq!((response.status, response.header("location")), (303, Some("/erasures")));
    let (_, list) = world.page("/erasures");
    assert!(list.contains("letter") && list.contains("End suppression"), "{list}");
    let id = world.db.look("SELECT id FROM erasures")[0].text("id").unwrap().to_owned();
    assert_eq!(world.submit(&format!("/erasures/{id}/let-back-in"), "").status, 303);
    assert!(world.page("/erasures").1.contains("Suppression ended by"));
    assert!(world.page("/ledger").1.contains("Let back in"));
}

#[test]
fn whoever_is_erased_is_not_merged() {
    let world = world(b"{}", None);
    let other = another(&world, "Ada Lovelace");
    let (into_her, into_other) = (format!("into={}", record_id(1)), format!("into={other}"));
    let (of_hers, of_other) = (format!("/records/{}/merge", record_id(1)), format!("/records/{other}/merge"));
    assert!(world.page(&format!("{of_other}?q=Ada")).1.contains(&into_her));
    assert_eq!(world.api("POST", &at("erase"), r#"{"reason": "asked by letter"}"#).1["step"], "done");
    let (status, problem) = world.api("POST", &format!("/api{of_other}"), &json!({"into": record_id(1)}).to_string());
    assert_eq!((status, &problem["record"]), (409, &json!(record_id(1))));
    assert!(problem["detail"].as_str().unwrap().contains("neither merged nor taken apart"), "{problem}");
    assert_eq!(world.api("POST", &format!("/api{of_hers}"), &json!({"into": other}).to_string()).0, 409);
    assert_eq!(world.submit(&of_other, &into_her).status, 409);
    assert_eq!(world.page(&format!("{of_hers}?{into_other}")).0, 409);
    assert!(!world.page(&format!("{of_other}?q=Erased")).1.contains(&into_her), "she is not offered");
}
