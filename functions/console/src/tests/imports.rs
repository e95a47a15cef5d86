//! The pages of an import: without a script, from the file to the records.

use crate::{
    http::Response,
    testing::{World, request},
};

const FILE: &str = "Wer,Mail,Alter\nZoë,zoe@example.com,36\n,nobody,7\n";

/// Sends a file as a browser does.
fn upload(world: &World, name: &str, file: &str) -> Response {
    let body = format!(
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--xYz--\r\n"
    );
    let request = request("POST", "/records/import").signed_in().with("origin", "https://nerve.example");
    world.ask(request.with("content-type", "multipart/form-data; boundary=xYz").body(&body))
}

/// The address of the import that a file has become.
fn brought(world: &World, name: &str, file: &str) -> String {
    let answer = upload(world, name, file);
    assert_eq!(answer.status, 303);
    answer.header("location").unwrap().to_owned()
}

#[test]
fn a_file_becomes_records_page_by_page() {
    let world = World::new();
    assert!(world.page("/records").1.contains("href=\"/records/import\""));
    let path = brought(&world, "people.csv", FILE);
    let (status, draft) = world.page(&path);
    assert_eq!(status, 200);
    for shown in [
        "<bdi>people.csv</bdi>",
        "<span class=\"pill\">Draft</span>",
        "<option value=\"attribute:Wer\" selected>Kept as “Wer”</option>",
        "<option value=\"email\" selected>",
        "<bdi>Zoë</bdi>",
        "“nobody” is not a mail address",
        "Import 1 row<",
    ] {
        assert!(draft.contains(shown), "{shown} {draft}");
    }
    let fields = "column1=email&column2=ignore&type=vendor&region=&ids=";
    let mapping = format!("{path}/mapping");
    let twice = world.submit(&mapping, &format!("column0=name&{}", fields.replace("ignore", "name")));
    let page = String::from_utf8(twice.body).unwrap();
    assert!(
        twice.status == 422 && page.contains("Two columns say") && page.contains("value=\"vendor\" selected"),
        "{page}"
    );
    assert_eq!(world.submit(&mapping, &format!("column0=nonsense&{fields}")).status, 400);
    let checked = world.submit(&mapping, &format!("column0=name&{fields}"));
    assert_eq!((checked.status, checked.header("location")), (303, Some(path.as_str())));
    assert!(world.page(&path).1.contains("<span class=\"pill\">Draft</span>"), "it was only checked");
    assert_eq!(world.submit(&mapping, &format!("column0=name&{fields}&then=import")).status, 303);
    let done = world.page(&path).1;
    assert!(done.contains("Imported") && done.contains("<dt>New records</dt><dd>1</dd>"), "{done}");
    assert!(
        done.contains(&path.replace("/records/import", "/api/imports")) && done.contains("Delete the refused rows")
    );
    assert!(world.page("/records?q=zo").1.contains("Vendor"));
    assert_eq!(world.submit(&format!("{path}/discard"), "").status, 303);
    assert!(!world.page(&path).1.contains("Refused rows"));
    assert!(world.page("/records/import").1.contains(&format!("href=\"{path}\"")));
}

#[test]
fn what_takes_many_steps_goes_on_with_every_form() {
    let world = World::empty();
    let rows: String = (0..1_200).map(|n| format!("Person {n},p{n}@example.com\n")).collect();
    let path = brought(&world, "many.csv", &format!("Name,Email\n{rows}"));
    world.submit(&format!("{path}/mapping"), "column0=name&column1=email&type=customer&then=import");
    let running = world.page(&path).1;
    assert!(running.contains("<progress max=\"3\" value=\"1\"") && running.contains("data-goes-on"), "{running}");
    for _ in 0..2 {
        assert_eq!(world.submit(&path, "").header("location"), Some(path.as_str()));
    }
    let done = world.page(&path).1;
    assert!(done.contains("<dt>New records</dt><dd>1200</dd>") && !done.contains("data-goes-on"), "{done}");
}

#[test]
fn what_is_no_file_of_records_says_why() {
    let world = World::new();
    let empty = upload(&world, "empty.csv", "");
    let page = String::from_utf8(empty.body).unwrap();
    assert!(empty.status == 422 && page.contains("role=\"alert\""), "{} {page}", empty.status);
    assert_eq!(world.submit("/records/import", "file=x").status, 400);
    assert_eq!(world.page("/records/import/imp_00000000000000000000000000").0, 404);
}

#[test]
fn what_stands_in_a_file_never_becomes_markup() {
    let hostile = "<script>alert(1)</script><img src=x>' onload='x";
    let world = World::new();
    let path = brought(
        &world,
        &hostile.replace('"', ""),
        &format!("{hostile},Email\n{hostile},{hostile}\n{hostile},a@example.com\n"),
    );
    for target in [path.as_str(), "/records/import"] {
        let page = world.page(target).1;
        assert!(!page.contains("<script>") && !page.contains("<img") && page.contains("&lt;script&gt;"), "{page}");
    }
}
