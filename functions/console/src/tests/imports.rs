//! The pages of an import: without a script, from the file to the records.

use crate::{
    http::Response,
    testing::{World, request},
};

const FILE: &str = "Wer,Mail,Alter\nZoë,zoe@example.com,36\n,nobody,7\n";

/// Sends a file as a browser does.
fn upload(world: &World, name: &str, file: &str) -> Response {
    upload_in(world, name, file.as_bytes(), "")
}

fn upload_in(world: &World, name: &str, file: &[u8], encoding: &str) -> Response {
    let head = format!(
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    let tail =
        format!("\r\n--xYz\r\nContent-Disposition: form-data; name=\"encoding\"\r\n\r\n{encoding}\r\n--xYz--\r\n");
    let mut request = request("POST", "/records/import").signed_in().with("origin", "https://nerve.example");
    request = request.with("content-type", "multipart/form-data; boundary=xYz");
    request.body = [head.as_bytes(), file, tail.as_bytes()].concat();
    world.ask(request)
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
fn a_person_chooses_the_encoding_and_sees_the_names() {
    let polish = b"Name,Email\r\nAda,a@example.com\r\n\xa3\xf3d\x9f,l@example.com\r\n";
    let world = World::empty();
    let chosen = upload_in(&world, "a.csv", polish, "windows-1252");
    let path = chosen.header("location").unwrap().to_owned();
    let draft = world.page(&path).1;
    for shown in ["<bdi>£ódŸ</bdi>", "value=\"windows-1252\" selected", &format!("action=\"{path}/encoding\"")] {
        assert!(draft.contains(shown), "{shown} {draft}");
    }
    assert!(draft.find("£ódŸ") < draft.find("<bdi>Ada</bdi>"), "what the encoding changes comes first");
    assert_eq!(world.submit(&format!("{path}/encoding"), "encoding=windows-1250").status, 303);
    let draft = world.page(&path).1;
    assert!(draft.contains("<bdi>Łódź</bdi>") && draft.contains("value=\"windows-1250\" selected"), "{draft}");
    assert_eq!(world.submit(&format!("{path}/encoding"), "encoding=latin-99").status, 422);
    let certain = upload(&world, "b.csv", "Name,Email\nZoë,z@example.com\n");
    assert!(!world.page(certain.header("location").unwrap()).1.contains("does not say its encoding"));
    assert_eq!(upload_in(&world, "a.csv", polish, "latin-99").status, 422);
}

#[test]
fn cells_that_are_kept_as_written_are_shown_with_their_reason() {
    let world = World::empty();
    let path = brought(&world, "f.csv", "Name,Email\nAda,<b>ask</b> her\nBen,b@example.com\n");
    let said =
        ["Cells kept as written", "With cells kept as written</dt><dd>1</dd>", "is not a mail address", "Line 2"];
    let draft = world.page(&path).1;
    assert!(said.iter().all(|said| draft.contains(said)) && draft.contains("Import 2 rows<"), "{draft}");
    world.submit(&format!("{path}/mapping"), "column0=name&column1=email&type=customer&then=import");
    let done = world.page(&path).1;
    assert!(said.iter().all(|said| done.contains(said)) && done.contains("Delete the remarks"), "{done}");
    assert!(!done.contains("<b>ask"));
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
