//! The settings: every category that can act without a person, and no other.

use crate::testing::World;
use nerve_model::{ActionKind, EventKind, RecommenderId};
use nerve_policy::Category;
use serde_json::json;

fn switches(page: &str, state: &str) -> usize {
    page.matches(&format!("role=\"switch\" aria-checked=\"{state}\"")).count()
}

#[test]
fn every_grantable_category_has_a_switch() {
    let (_, page) = World::empty().page("/settings");
    let mut grantable = 0;
    for event in EventKind::ALL {
        for action in ActionKind::ALL {
            let id = format!(" id=\"playbook-{event}-{action}\"");
            let is_grantable = Category::new(RecommenderId::PLAYBOOK, *event, *action).is_ok();
            assert_eq!(page.contains(&id), is_grantable, "{event} {action}");
            grantable += usize::from(is_grantable);
        }
    }
    assert_eq!((switches(&page, "false"), switches(&page, "true")), (grantable, 0));
    for kind in ["Payment failed", "Email received", "Stage changed"] {
        assert!(page.contains(&format!("<th scope=\"row\">{kind}</th>")), "{kind}");
    }
    assert!(!page.contains("Refund a payment"));
}

#[test]
fn a_switch_grants_and_revokes_and_names_who_did() {
    let world = World::empty();
    let category = "event=email.received&action=crm.create_task";
    let granted = world.submit("/settings/autonomy", &format!("{category}&automatic=true"));
    assert_eq!((granted.status, granted.header("location")), (303, Some("/settings")));
    let (_, page) = world.page("/settings");
    assert_eq!(switches(&page, "true"), 1);
    let (_, switch) = page.split_once("id=\"playbook-email.received-crm.create_task\"").unwrap();
    assert!(switch.starts_with(" role=\"switch\" aria-checked=\"true\""), "{switch}");
    assert!(switch.contains("Email received, create a task: automatic") && switch.contains("<bdi>Ada</bdi>"));
    world.submit("/settings/autonomy", &format!("{category}&automatic=false"));
    assert_eq!(switches(&world.page("/settings").1, "true"), 0);
    for (form, status) in [
        (format!("{category}&automatic=maybe"), 400),
        ("event=email.received&action=payment.refund&automatic=true".to_owned(), 422),
        ("event=lost&action=crm.create_task&automatic=true".to_owned(), 400),
    ] {
        assert_eq!(world.submit("/settings/autonomy", &form).status, status, "{form}");
    }
}

#[test]
fn a_grant_is_one_recommenders_and_shown_in_its_own_table() {
    let world = World::empty();
    let switch = |recommender: &str, automatic: bool| {
        let category = json!({"recommender": recommender, "event": "payment.failed", "action": "crm.add_note"});
        let mut body = category.as_object().unwrap().clone();
        body.insert("automatic".to_owned(), automatic.into());
        world.api("POST", "/api/autonomy", &serde_json::Value::from(body).to_string())
    };
    let (status, granted) = switch("some/model@1", true);
    assert_eq!((status, &granted["items"][0]["recommender"]), (200, &json!("some/model@1")));
    let (_, page) = world.page("/settings");
    assert_eq!(switches(&page, "true"), 1, "the playbook's switch stays off");
    let (_, model) = page.split_once("Autonomy of the some/model@1").unwrap();
    assert_eq!(switches(model, "true"), 1);
    let (_, left) = switch("playbook", false);
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "revoking the playbook's leaves the model's");
    let category = "recommender=some/model@1&event=payment.failed&action=crm.add_note&automatic=false";
    world.submit("/settings/autonomy", category);
    assert_eq!(switches(&world.page("/settings").1, "true"), 0);
    assert_eq!(switch("two words", true).0, 400);
}
