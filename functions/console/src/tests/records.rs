//! Records as people create and edit them, on the pages.

use crate::testing::World;
use nerve_testkit::events::ada;
use serde_json::json;

/// The address that a submitted form leads to.
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
fn a_number_that_others_have_as_well_is_shown_as_shared() {
    let world = World::empty();
    let file = "Name,Email,Phone\nAda Lovelace,ada@example.com,+4930901820\nByron King,byron@example.com,+4930901820\n";
    let draft = world.api("POST", "/api/imports", file).1;
    world.api("POST", &format!("/api/imports/{}/run", draft["id"].as_str().unwrap()), "");
    let id = |search: &str| {
        let found = world.api("GET", &format!("/api/records?q={search}"), "").1;
        found["items"][0]["id"].as_str().unwrap().to_owned()
    };
    let byron = world.api("GET", &format!("/api/records/{}", id("byron")), "").1;
    assert_eq!((&byron["claims"][0]["value"], &byron["claims"][1]), (&json!("byron@example.com"), &json!(null)));
    assert_eq!(byron["shared"][0]["value"], json!("+4930901820"));
    assert!(world.page(&format!("/records/{}", id("byron"))).1.contains(" shared<"));
    assert!(!world.page(&format!("/records/{}", id("ada"))).1.contains(" shared<"));
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
        (&twice, 422, "The attribute “Size” appears twice."),
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
fn the_type_of_a_record_is_corrected_on_its_form() {
    let world = World::empty();
    let acme = onward(&world, "/records/new", &ACME);
    let target = format!("{acme}/edit");
    shows(&world.page(&target).1, &["name=\"type\"", "<option value=\"vendor\" selected>"]);
    let kept = [("name", "Acme"), ("owner", "Grace"), ("stage", ""), ("attribute", "Region"), ("value", "North")];
    let edit = |version, rest: &[(&'static str, &'static str)]| [&[("version", version)][..], rest, &kept].concat();
    onward(&world, &target, &edit("1", &[("type", "customer")]));
    shows(&world.page(&target).1, &["<option value=\"customer\" selected>"]);
    let history = world.page(&format!("{acme}/history")).1;
    shows(&history, &["<del><bdi>vendor</bdi></del>", "<ins><bdi>customer</bdi></ins>"]);
    onward(&world, &target, &edit("2", &[]));
    shows(&world.page(&target).1, &["<option value=\"customer\" selected>"]);
    assert_eq!(refused(&world, &target, &edit("2", &[("type", "person")])).0, 400);
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
fn whoever_saves_what_is_known_from_events_only_confirms_it() {
    let world = World::new();
    shows(&world.page(&of_ada("/edit")).1, &["Saving confirms it."]);
    onward(&world, &of_ada("/edit"), &[("version", "1"), ("name", "Ada Lovelace")]);
    assert!(!world.page(&of_ada("")).1.contains("provisional"));
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
    shows(&page, &["<dt>Owner</dt>", "/api/records/export?format=csv&amp;type=deal&amp;owner=Eve"]);
    shows(&world.page("/records?stage=lost").1, &["No matching records"]);
    assert_eq!(world.page("/records?type=person").0, 400);
}

#[test]
fn what_was_erased_is_not_edited() {
    let world = World::new();
    let ada = world.proposal(1).card.record.id;
    let (status, _) = world.api("POST", &format!("/api/records/{ada}/erase"), &json!({"reason": "asked"}).to_string());
    assert_eq!(status, 200);
    let (_, page) = world.page(&format!("/records/{ada}"));
    shows(&page, &["Its data was erased on"]);
    for form in ["edit", "merge", "link", "tasks", "notes", "claims"] {
        assert!(!page.contains(&format!("/records/{ada}/{form}\"")), "{form}: {page}");
    }
    let (status, page) = refused(&world, &format!("/records/{ada}/notes"), &[("text", "still typed")]);
    assert_eq!(status, 409);
    shows(&page, &["was erased at"]);
    let (status, page) = refused(&world, &format!("/records/{ada}/edit"), &[("version", "2"), ("name", "Ada")]);
    assert_eq!(status, 409);
    shows(&page, &["was erased at"]);
    let again = [("type", "customer"), ("name", "Ada"), ("email", "ada@example.com")];
    let (status, page) = refused(&world, "/records/new", &again);
    assert_eq!(status, 409);
    shows(&page, &["belongs to somebody who was erased"]);
}

/// An address below the record of Ada.
fn of_ada(rest: &str) -> String {
    format!("/records/{}{rest}", ada().id)
}

#[test]
fn how_somebody_is_known_is_added_and_taken_away() {
    let world = World::new();
    let claim = [("kind", "phone"), ("value", "030 901820")];
    assert_eq!(onward(&world, &of_ada("/claims"), &claim), of_ada(""));
    shows(&world.page(&of_ada("")).1, &["+4930901820", "aria-label=\"Remove +4930901820\""]);
    let (status, page) = refused(&world, &of_ada("/claims"), &[("kind", "phone"), ("value", "12")]);
    assert_eq!(status, 422);
    let kept = "<option value=\"phone\" selected>Phone</option>";
    shows(&page, &["“12” is not a telephone number", "value=\"12\"", kept, "<details class=\"add\" open>"]);
    let (status, page) = refused(&world, &of_ada("/claims"), &claim);
    assert_eq!(status, 409);
    shows(&page, &["+4930901820 belongs to Ada Lovelace already"]);
    onward(&world, &of_ada("/claims/remove"), &[("kind", "phone"), ("value", "+4930901820")]);
    assert!(!world.page(&of_ada("")).1.contains("Remove +4930901820"));
    assert_eq!(refused(&world, &of_ada("/claims/remove"), &[("kind", "phone"), ("value", "+4930901820")]).0, 404);
    assert_eq!(refused(&world, &of_ada("/claims"), &[("value", "x")]).0, 400);
}

#[test]
fn records_are_linked_as_they_fit_and_unlinked_from_either_end() {
    let world = World::new();
    let deal = onward(&world, "/records/new", &[("type", "deal"), ("name", "Hoods"), ("stage", "won")]);
    let id = deal.strip_prefix("/records/").unwrap();
    let (_, found) = world.page(&of_ada("/link?q=hoo"));
    shows(&found, &["Hoods", "Become its customer", "Add as related", "value=\"hoo\""]);
    assert!(!found.contains("Add as customer") && !found.contains("Become its vendor"), "{found}");
    shows(&world.page(&format!("{deal}/link?q=ada")).1, &["Add as customer", "Add as related"]);
    let link = [("relation", "customer"), ("reverse", "true"), ("other", id), ("q", "hoo")];
    assert_eq!(onward(&world, &of_ada("/link"), &link), of_ada(""));
    shows(&world.page(&of_ada("")).1, &["Customer of", "<bdi>Hoods</bdi>", "won", "Unlink"]);
    shows(&world.page(&deal).1, &["<span class=\"muted\">Customer</span>", "<bdi>Ada Lovelace</bdi>"]);
    let (_, again) = world.page(&of_ada("/link?q=hoo"));
    assert!(again.contains("Customer of") && !again.contains("Become its customer"), "{again}");
    let (status, page) = refused(&world, &of_ada("/link"), &link);
    assert_eq!(status, 409);
    shows(&page, &["are linked so already", "value=\"hoo\""]);
    let own = ada().id.to_string();
    let itself = [("relation", "related"), ("reverse", "false"), ("other", own.as_str())];
    assert_eq!(refused(&world, &of_ada("/link"), &itself).0, 422);
    let unlink = [("relation", "customer"), ("reverse", "false"), ("other", own.as_str())];
    assert_eq!(onward(&world, &format!("{deal}/unlink"), &unlink), deal);
    assert!(!world.page(&of_ada("")).1.contains("Hoods</bdi></a><span"), "no longer among the links");
    shows(&world.page(&of_ada("/history")).1, &["Unlinked", "is no longer the customer of Hoods", &deal]);
}

#[test]
fn tasks_are_written_down_edited_done_and_opened_again_on_the_page_of_a_record() {
    let world = World::new();
    let call = [("title", "Call Ada"), ("detail", "About\nher engine"), ("priority", "normal"), ("assignee", "Grace")];
    let task = |form: &[(&'static str, &'static str)]| [&call[..], form].concat();
    assert_eq!(onward(&world, &of_ada("/tasks"), &task(&[("due_at", "2026-11-22T10:00")])), of_ada(""));
    let (_, page) = world.page(&of_ada(""));
    shows(&page, &["Call Ada", "About\nher engine", "Overdue", "For <bdi>Grace</bdi>", "/done\""]);
    let (_, open) = world.api("GET", "/api/tasks/open", "");
    let id = open.pointer("/items/0/task/id").unwrap().as_str().unwrap();
    let (_, form) = world.page(&format!("/tasks/{id}"));
    shows(&form, &["value=\"Call Ada\"", "value=\"2026-11-22T10:00\"", "her engine</textarea>"]);
    let edit = [("title", "Write to Ada"), ("priority", "urgent"), ("due_at", "")];
    assert_eq!(onward(&world, &format!("/tasks/{id}"), &edit), of_ada(""));
    let (own, done, reopen) = (ada().id.to_string(), format!("/tasks/{id}/done"), format!("/tasks/{id}/reopen"));
    let here = [("record", own.as_str())];
    assert_eq!(onward(&world, &done, &here), of_ada(""));
    shows(&world.page(&of_ada("")).1, &["Write to Ada", "Done by <bdi>Ada</bdi>", "Reopen"]);
    let (status, page) = refused(&world, &done, &here);
    assert_eq!(status, 409);
    shows(&page, &["The task was done by Ada at"]);
    assert_eq!(refused(&world, &format!("/tasks/{id}"), &edit).0, 409);
    assert_eq!(onward(&world, &reopen, &here), of_ada(""));
    for (form, why) in [
        (task(&[("due_at", "soon")]), "The task is malformed"),
        (vec![("title", ""), ("priority", "normal"), ("detail", "kept")], "title"),
    ] {
        let (status, page) = refused(&world, &of_ada("/tasks"), &form);
        assert_eq!(status, 422);
        shows(
            &page,
            &[why, "<details class=\"add\" open>", form.iter().find(|(name, _)| *name == "detail").unwrap().1],
        );
    }
    let history = world.page(&of_ada("/history")).1;
    shows(&history, &["Task added", "Task edited", "<del><bdi>Call Ada</bdi></del>", "Task done", "Task reopened"]);
}

#[test]
fn open_tasks_are_listed_for_everybody_and_for_one() {
    let world = World::new();
    for (title, due, assignee) in
        [("Later", "2099-01-01T10:00", "Ada"), ("Someday", "", ""), ("Overdue call", "2026-11-22T10:00", "Grace")]
    {
        let form = [("title", title), ("priority", "normal"), ("due_at", due), ("assignee", assignee)];
        onward(&world, &of_ada("/tasks"), &form);
    }
    let (_, all) = world.page("/tasks");
    let place = |title: &str| all.find(title).unwrap();
    assert!(place("Overdue call") < place("Later") && place("Later") < place("Someday"));
    shows(&all, &["<a href=\"/tasks\" aria-current=\"page\">", "href=\"/tasks?assignee=Ada\"", "Overdue</span>"]);
    let (_, mine) = world.page("/tasks?assignee=Ada");
    assert!(mine.contains("Later") && !mine.contains("Someday") && !mine.contains("Overdue call"), "{mine}");
    let (_, open) = world.api("GET", "/api/tasks/open?assignee=Ada", "");
    assert_eq!(open.pointer("/items/0/task/title"), Some(&json!("Later")));
    let done = format!("/tasks/{}/done", open.pointer("/items/0/task/id").unwrap().as_str().unwrap());
    let next = onward(&world, &done, &[("assignee", "Ada")]);
    assert!(next.starts_with("/tasks?assignee=Ada&did=done&to=tsk_"), "{next}");
    let (_, page) = world.page(&next);
    shows(&page, &["Done.", "/reopen\"", "data-key=\"u\"", "No open tasks"]);
    let (status, page) = refused(&world, &done, &[("assignee", "Ada")]);
    assert_eq!(status, 409);
    shows(&page, &["The task was done by Ada at"]);
    assert_eq!(onward(&world, &done.replace("done", "reopen"), &[("assignee", "Ada")]), "/tasks?assignee=Ada");
    shows(&world.page("/tasks?assignee=ada").1, &["Later"]);
}

#[test]
fn notes_are_written_and_an_empty_one_is_not() {
    let world = World::new();
    assert_eq!(onward(&world, &of_ada("/notes"), &[("text", "Likes tea\nand engines")]), of_ada(""));
    shows(&world.page(&of_ada("")).1, &["Likes tea\nand engines", "By <bdi>Ada</bdi>"]);
    let (status, page) = refused(&world, &of_ada("/notes"), &[("text", " ")]);
    assert_eq!(status, 422);
    shows(&page, &["<details class=\"add\" open>"]);
}

/// Typed text never becomes markup.
#[test]
fn what_was_typed_never_becomes_markup() {
    let pages = |text: &str| {
        let world = World::empty();
        let named = [("owner", text), ("stage", text), ("attribute", text), ("value", text)];
        let form = [&[("type", "customer"), ("name", text)][..], &named].concat();
        let record = onward(&world, "/records/new", &form);
        let other = onward(&world, "/records/new", &[("type", "deal"), ("name", text)]);
        let id = other.strip_prefix("/records/").unwrap();
        onward(&world, &format!("{record}/claims"), &[("kind", "serial"), ("value", text)]);
        onward(&world, &format!("{record}/link"), &[("relation", "related"), ("other", id)]);
        onward(&world, &format!("{record}/notes"), &[("text", text)]);
        let task = [("title", text), ("detail", text), ("assignee", text), ("priority", "urgent")];
        onward(&world, &format!("{record}/tasks"), &task);
        let open = world.api("GET", "/api/tasks/open", "").1;
        let task = format!("/tasks/{}", open.pointer("/items/0/task/id").unwrap().as_str().unwrap());
        let query = form_of(&[("q", text), ("owner", text), ("stage", text), ("assignee", text)]);
        let searched = ["/records", "/tasks", &format!("{record}/link")].map(|page| format!("{page}?{query}"));
        let of_record = ["", "/edit", "/history", "/link"].map(|page| format!("{record}{page}"));
        let all = of_record.into_iter().chain(searched).chain([task, "/tasks".to_owned(), "/records".to_owned()]);
        let read: Vec<String> = all.map(|target| world.page(&target).1).collect();
        let late = [("version", "9"), ("name", text), ("attribute", text), ("value", text)];
        let bad = refused(&world, &format!("{record}/claims"), &[("kind", "email"), ("value", text)]).1;
        [read, vec![refused(&world, &format!("{record}/edit"), &late).1, bad]].concat()
    };
    let hostile = "<script>alert(1)</script>\"' onload='x' &lt;";
    for (n, (page, tame)) in pages(hostile).iter().zip(pages("some words of Ada")).enumerate() {
        assert!(!page.contains("<script>") && !page.contains("\"' onload"), "{n}: {page}");
        assert_eq!(page.matches('<').count(), tame.matches('<').count(), "{n}: {page}");
    }
}
