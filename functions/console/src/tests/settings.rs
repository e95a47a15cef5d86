//! The settings: every category that can act without a person, and no other.

use crate::testing::World;
use nerve_model::{ActionKind, EventKind};
use nerve_policy::Category;

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
            let is_grantable = Category::new(*event, *action).is_ok();
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
