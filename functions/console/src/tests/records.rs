//! Records as people keep them, on the pages.

use crate::testing::World;
use serde_json::json;

/// The address of what a submitted form led to.
fn onward(world: &World, target: &str, form: &[(&str, &str)]) -> String {
    let response = world.submit(target, &form_of(form));
    assert_eq!(response.status, 303, "{}", String::from_utf8_lossy(&response.body));
    response.header("location").unwrap().to_owned()
}

fn form_of(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The status and the text of the page that answers a form which is not taken.
fn refused(world: &World, target: &str, form: &[(&str, &str)]) -> (u16, String) {
    let response = world.submit(target, &form_of(form));
    (response.status, String::from_utf8(response.body).unwrap())
}

fn shows(page: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

const ACME: [(&str, &str); 9] = [
    ("type", "vendor"),
    ("name", "Acme"),
    ("owner", "Grace"),
    ("stage", ""),
    ("email", "Hello@Acme.example"),
    ("attribute", "Region"),
    ("value", "North"),
    ("attribute", ""),
    ("value", ""),
];

#[test]
fn a_record_is_created_and_edited_on_its_pages() {
    let world = World::empty();
    shows(&world.page("/records/new").1, &["name=\"name\"", "Vendor", "name=\"attribute\""]);
    let acme = onward(&world, "/records/new", &ACME);
    shows(&world.page(&acme).1, &["Acme", "Vendor", "Grace", "hello@acme.example", "Region", "North"]);
    let (_, form) = world.page(&format!("{acme}/edit"));
    shows(&form, &["name=\"version\" value=\"1\"", "value=\"Acme\"", "value=\"Region\"", "value=\"North\""]);
    let edit = [("version", "1"), ("name", "Acme Inc."), ("owner", ""), ("attribute", "Region"), ("value", "South")];
    assert_eq!(onward(&world, &format!("{acme}/edit"), &edit), acme);
    let (_, history) = world.page(&format!("{acme}/history"));
    shows(&history, &["Record edited", "<del><bdi>North</bdi></del>", "<ins><bdi>South</bdi></ins>", "<bdi>Ada</bdi>"]);
}

#[test]
fn what_cannot_be_kept_is_said_beside_what_was_typed() {
    let world = World::empty();
    onward(&world, "/records/new", &ACME);
    let twice = [("attribute", "Size"), ("value", "L"), ("attribute", "Size"), ("value", "XL")];
    for (change, status, why) in [
        (&[("email", "nobody")][..], 422, "“nobody” is not a mail address."),
        (&[("email", "hello@acme.example")], 409, "Hello@acme.example belongs to Acme already."),
        (&[("name", " ")], 422, "Name is empty."),
        (&twice, 422, "The attribute “Size” is there twice."),
    ] {
        let kept = [("type", "deal"), ("name", "Hoods"), ("stage", "typed stage")];
        let changed: Vec<_> =
            kept.into_iter().filter(|(name, _)| change.iter().all(|(other, _)| name != other)).collect();
        let (answered, page) = refused(&world, "/records/new", &[&changed[..], change].concat());
        assert_eq!(answered, status, "{why}");
        shows(&page, &[why, "value=\"typed stage\"", "<option value=\"deal\" selected>"]);
    }
    assert_eq!(refused(&world, "/records/new", &[("type", "person"), ("name", "x")]).0, 400);
}

#[test]
fn an_edit_that_comes_late_shows_what_changed_and_keeps_what_was_typed() {
    let world = World::empty();
    let acme = onward(&world, "/records/new", &ACME);
    let region = [("attribute", "Region"), ("value", "North")];
    let edit = |version, name, stage, rest: &[(&'static str, &'static str)]| {
        let plain = [("version", version), ("name", name), ("owner", "Grace"), ("stage", stage)];
        [&plain[..], rest].concat()
    };
    let target = format!("{acme}/edit");
    onward(&world, &target, &edit("1", "Acme Inc.", "won", &[("attribute", "Region"), ("value", "East")]));
    let (status, page) = refused(&world, &target, &edit("1", "Acme Ltd.", "", &region));
    assert_eq!(status, 409);
    let theirs = ["<del><bdi>Acme</bdi></del>", "<ins><bdi>Acme Inc.</bdi></ins>", "<ins><bdi>East</bdi></ins>"];
    shows(&page, &theirs);
    shows(&page, &["was changed in the meantime", "name=\"version\" value=\"2\""]);
    shows(
        &page,
        &["name=\"name\" value=\"Acme Ltd.\"", "name=\"stage\" value=\"won\"", "name=\"value\" value=\"East\""],
    );
    let (status, page) = refused(&world, &target, &edit("2", "", "won", &region));
    assert_eq!(status, 422, "{page}");
}

#[test]
fn records_are_narrowed_and_the_export_is_of_the_same() {
    let world = World::empty();
    onward(&world, "/records/new", &ACME);
    onward(&world, "/records/new", &[("type", "deal"), ("name", "Hoods"), ("owner", "Eve"), ("stage", "won")]);
    for (query, found, hidden) in [
        ("type=deal", "Hoods", "Acme"),
        ("owner=Grace", "Acme", "Hoods"),
        ("stage=won&q=", "Hoods", "Acme"),
        ("q=acm&type=", "Acme", "Hoods"),
    ] {
        let (_, page) = world.page(&format!("/records?{query}"));
        assert!(page.contains(&format!("<bdi>{found}</bdi>")), "{query}");
        assert!(!page.contains(&format!("<bdi>{hidden}</bdi>")), "{query}");
    }
    let (_, page) = world.page("/records?type=deal&owner=Eve&stage=won");
    shows(&page, &["/records/export?type=deal&amp;owner=Eve&amp;stage=won", "value=\"Eve\"", "href=\"/records/new\""]);
    let (_, page) = world.page("/records/export?type=deal&owner=Eve");
    shows(&page, &["Looked after by", "/api/records/export?format=csv&amp;type=deal&amp;owner=Eve"]);
    shows(&world.page("/records?stage=lost").1, &["Nothing like that"]);
    assert_eq!(world.page("/records?type=person").0, 400);
}

#[test]
fn what_was_erased_is_not_edited() {
    let world = World::new();
    let ada = world.proposal(1).card.record.id;
    let (status, _) = world.api("POST", &format!("/api/records/{ada}/erase"), &json!({"reason": "asked"}).to_string());
    assert_eq!(status, 200);
    let (_, page) = world.page(&format!("/records/{ada}"));
    assert!(!page.contains(&format!("/records/{ada}/edit")), "{page}");
    let (status, page) = refused(&world, &format!("/records/{ada}/edit"), &[("version", "2"), ("name", "Ada")]);
    assert_eq!(status, 409);
    shows(&page, &["was erased at"]);
    let again = [("type", "customer"), ("name", "Ada"), ("email", "ada@example.com")];
    let (status, page) = refused(&world, "/records/new", &again);
    assert_eq!(status, 409);
    shows(&page, &["belongs to somebody who was erased"]);
}
