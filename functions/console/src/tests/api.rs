//! Every operation of the API: status and shape.

use crate::{
    api,
    http::max_body_bytes,
    testing::{World, request},
};
use nerve_intake::reading::People;
use nerve_ledger::{
    classifications,
    records::{self, NewRecord, Origin},
};
use nerve_model::{
    ActionKind, Actor, ClassifyEvent, Digest, ErasureId, EventId, Executable, Priority, ProposalId, ProposalStatus,
    RecordRef, Timestamp,
};
use nerve_ports::Database;
use nerve_protocol::{
    inbox::{Kept, RawBody},
    source_metrics::{Count, Fate, Refusal, SourceMetrics},
};
use nerve_testkit::{
    block_on,
    events::{NOW, ada, payment_failed, record_id},
};
use serde_json::{Value, json};

fn proposal(world: &World, n: u128, verb: &str) -> String {
    format!("/api/proposals/{}{verb}", world.proposal(n).id)
}

fn with_inbox(expired_at: Option<Timestamp>) -> World {
    let kept = Kept { event: EventId::new(NOW, 1), duplicates: 199, dispatched: false, attempts: 0, last_error: None };
    let about = RawBody { headers: Vec::new(), received_at: NOW, bytes: 5, expired_at };
    World { inbox: Some((kept, about, vec![b'{', 0, 255, b'\n', b'}'])), ..World::new() }
}

#[test]
fn a_proposal_carries_the_whole_card() {
    let world = World::new();
    let (status, card) = world.api("GET", &proposal(&world, 1, ""), "");
    assert_eq!(status, 200);
    let shape = [
        ("/status", json!("pending")),
        ("/risk", json!("low")),
        ("/action/kind", json!("crm.create_task")),
        ("/action/params/title", json!("Ada Lovelace")),
        ("/event/kind", json!("payment.failed")),
        ("/event/source", json!("stripe")),
        ("/record/type", json!("customer")),
        ("/record/name", json!("Ada Lovelace")),
        ("/match/verdict", json!("confident")),
        ("/questions/0", json!("Ada Lovelace")),
        ("/created_at", json!("2026-11-23T10:00:00.000Z")),
    ];
    for (pointer, expected) in shape {
        assert_eq!(card.pointer(pointer), Some(&expected), "{pointer}");
    }
    assert_eq!(card["gates"].as_array().map(Vec::len), Some(8));
    for pointer in ["/digest", "/event/id", "/event/summary", "/record/id", "/reason"] {
        assert!(card.pointer(pointer).is_some_and(Value::is_string), "{pointer}");
    }
}

#[test]
fn records_are_merged_and_taken_apart() {
    let world = World::new();
    let other = RecordRef { id: record_id(77), ..ada() };
    let origin = Origin::of(Actor::system("test"), NOW);
    block_on(world.db.batch(records::create(&NewRecord::named(other.clone()), &origin, 1))).unwrap();
    let (merge, into) = (format!("/api/records/{}/merge", other.id), json!({"into": ada().id}).to_string());
    let (status, preview) = world.api("GET", &format!("{merge}?into={}", ada().id), "");
    let counted = |side: &str| (preview[side]["record"]["id"].clone(), preview[side]["has"]["events"].clone());
    assert_eq!(
        (status, counted("part"), counted("into")),
        (200, (json!(other.id), json!(0)), (json!(ada().id), json!(1)))
    );
    assert_eq!(preview["into"]["has"]["proposals"], json!(4));
    assert_eq!(world.api("GET", &format!("{merge}?into={}", other.id), "").0, 422, "into itself");
    let (status, merged) = world.api("POST", &merge, &into);
    assert_eq!((status, &merged["part"], &merged["undone_at"]), (200, &json!(other.id), &json!(null)));
    assert_eq!(world.api("POST", &merge, &into).0, 409, "it is part of her already");
    let list = world.api("GET", &format!("/api/merges?record={}", ada().id), "").1;
    assert_eq!(list["items"], json!([merged]));
    let undo = format!("/api/merges/{}/undo", merged["id"].as_str().unwrap());
    let (status, opened) = world.api("GET", &format!("/api/merges/{}", merged["id"].as_str().unwrap()), "");
    assert_eq!((status, &opened["whole"]["id"], &opened["since"]["events"]), (200, &json!(ada().id), &json!(0)));
    assert_eq!([200, 409], [world.api("POST", &undo, "").0, world.api("POST", &undo, "").0]);
    assert_eq!(world.api("POST", &merge, &json!({"into": other.id}).to_string()).0, 422, "into itself");
}

#[test]
fn a_question_is_answered_once_and_taken_back() {
    let world = World::new();
    let question = world.ask_identity("Ada L.");
    let path = |verb: &str| format!("/api/questions/{}{verb}", question.id);
    let open = world.api("GET", "/api/questions?status=open", "").1;
    assert_eq!(open["items"][0]["candidates"][0]["record"]["id"], json!(ada().id));
    let (status, answered) = world.api("POST", &path("/answer"), &json!({"record": ada().id}).to_string());
    assert_eq!(
        (status, &answered["status"], &answered["answer"]["record"]),
        (200, &json!("answered"), &json!(ada().id))
    );
    assert_eq!(world.api("POST", &path("/answer"), "{}").0, 409);
    assert_eq!([200, 409], [world.api("POST", &path("/undo"), "").0, world.api("POST", &path("/undo"), "").0]);
    assert_eq!(world.api("GET", &path(""), "").1["status"], json!("open"));
    let (status, new) = world.api("POST", &path("/answer"), r#"{"record": null}"#);
    assert_eq!((status, &new["answer"]["record"]), (200, &json!(null)));
    assert_eq!(world.api("GET", "/api/questions?status=open", "").1["items"], json!([]));
    assert_eq!(world.api("GET", "/api/questions/qst_1", "").0, 404);
}

#[test]
fn the_list_of_questions_offers_whom_an_answer_can_name() {
    let world = World::new();
    let question = world.ask_identity("Ada L.");
    let offered = || {
        let list = world.api("GET", "/api/questions?status=open", "").1["items"][0]["candidates"].clone();
        let one = world.api("GET", &format!("/api/questions/{}", question.id), "").1["candidates"].clone();
        assert_eq!(list, one);
        list.as_array().unwrap().iter().map(|candidate| candidate["record"]["id"].clone()).collect::<Vec<_>>()
    };
    let retype = |n: u32, record_type: &str| {
        let edit = json!({"version": n, "type": record_type}).to_string();
        assert_eq!(world.api("PATCH", &format!("/api/records/{}", record_id(72)), &edit).0, 200);
    };
    assert_eq!(offered(), [json!(ada().id), json!(record_id(72))]);
    retype(1, "vendor");
    assert_eq!(offered(), [json!(ada().id)]);
    retype(2, "customer");
    assert_eq!(offered().len(), 2);
    let into = json!({"into": ada().id}).to_string();
    assert_eq!(world.api("POST", &format!("/api/records/{}/merge", record_id(72)), &into).0, 200);
    assert_eq!(offered().len(), 2, "a part stands for its whole");
    assert_eq!(world.api("POST", &format!("/api/questions/{}/answer", question.id), "{}").0, 200);
    let answered = world.api("GET", "/api/questions?status=answered", "").1;
    assert_eq!(answered["items"][0]["candidates"].as_array().map(Vec::len), Some(2), "what was offered stays");
}

#[test]
fn lists_are_narrowed_and_paged() {
    let world = World::new();
    let items = |target: &str| world.api("GET", target, "").1["items"].as_array().map(Vec::len);
    assert_eq!(items("/api/proposals"), Some(4));
    assert_eq!(items("/api/proposals?status=pending&risk=low"), Some(2));
    assert_eq!(items("/api/proposals?kind=message.draft"), Some(1));
    assert_eq!(items("/api/proposals?kind=payment.failed&record="), Some(4));
    assert_eq!(items("/api/proposals?status=done"), Some(0));
    assert_eq!(items("/api/events?kind=payment.failed&source=stripe"), Some(1));
    assert_eq!(items("/api/records?q=love"), Some(1));
    assert_eq!(items(&format!("/api/ledger?record={}", record_id(1))), Some(5), "created, and proposed four times");
    let (_, first) = world.api("GET", "/api/proposals?limit=3", "");
    let next = first["next"].as_str().unwrap();
    let (_, second) = world.api("GET", &format!("/api/proposals?limit=3&cursor={next}"), "");
    assert_eq!((second["items"].as_array().map(Vec::len), &second["next"]), (Some(1), &Value::Null));
}

#[test]
fn what_does_not_read_is_refused() {
    let world = World::new();
    let approve = proposal(&world, 1, "/approve");
    let cases = [
        ("GET", "/api/proposals?limit=0", "", 400),
        ("GET", "/api/proposals?limit=101", "", 400),
        ("GET", "/api/proposals?limit=many", "", 400),
        ("GET", "/api/proposals?status=lost", "", 400),
        ("GET", "/api/proposals?kind=lost", "", 400),
        ("GET", "/api/proposals?statuss=pending", "", 400),
        ("GET", "/api/events?kinds=payment.failed", "", 400),
        ("GET", "/api/records?name=Ada", "", 400),
        ("GET", "/api/ledger?event=evt_1", "", 400),
        ("GET", "/api/tasks?records=rec_1", "", 400),
        ("GET", "/api/tasks?record=prp_1", "", 400),
        ("GET", "/api/proposals/prp_1", "", 404),
        ("GET", "/api/proposals/prp_00000000000000000000000000", "", 404),
        ("GET", "/api/events/evt_00000000000000000000000000", "", 404),
        ("GET", "/api/records/rec_00000000000000000000000000/timeline", "", 404),
        ("GET", "/api/nothing", "", 404),
        ("POST", approve.as_str(), "", 400),
        ("POST", approve.as_str(), "{}", 400),
        ("POST", approve.as_str(), r#"{"digest":"x","force":true}"#, 400),
        ("POST", "/api/autonomy", r#"{"event":"payment.failed","action":"payment.refund","automatic":true}"#, 422),
    ];
    for (method, target, body, expected) in cases {
        let (status, problem) = world.api(method, target, body);
        assert_eq!((status, &problem["status"]), (expected, &json!(expected)), "{target} {body} {problem}");
        assert!(
            problem["type"].is_string() && problem["title"].is_string() && problem["detail"].is_string(),
            "{problem}"
        );
    }
    let response = world.ask(request("GET", "/api/nothing"));
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
}

#[test]
fn an_approval_is_bound_to_what_was_shown_and_counts_once() {
    let world = World::new();
    let (shown, target) = (world.proposal(1).digest, proposal(&world, 1, "/approve"));
    let approve = |digest: &Digest| world.api("POST", &target, &json!({"digest": digest}).to_string());

    let (status, edited) = world.api(
        "POST",
        &proposal(&world, 1, "/edit"),
        &json!({"params": {"title": "Call Ada", "priority": "normal"}}).to_string(),
    );
    assert_eq!((status, edited.pointer("/action/params/title")), (200, Some(&json!("Call Ada"))));
    let (status, problem) = approve(&shown);
    assert_eq!((status, &problem["digest"]), (409, &edited["digest"]));
    assert!(world.queue.take().is_empty());

    let (status, approved) = approve(&world.proposal(1).digest);
    assert_eq!((status, &approved["status"]), (200, &json!("approved")));
    assert_eq!(world.queue.take(), [world.proposal(1).id]);
    let (status, problem) = approve(&world.proposal(1).digest);
    assert_eq!((status, &problem["proposal_status"]), (409, &json!("approved")));
    assert_eq!(problem["decided_by"], json!({"type": "token", "name": "admin"}));
    assert_eq!(problem["decided_at"], json!("2026-11-23T10:00:00.000Z"));
}

#[test]
fn every_decision_is_taken_and_written_down() {
    let world = World::new();
    let decide = |n, verb: &str, body: &str| world.api("POST", &proposal(&world, n, verb), body);
    assert_eq!(decide(2, "/answer", r#"{"answer":"to billing@example.com"}"#).0, 200);
    assert_eq!(decide(2, "/assign", r#"{"to":"Grace"}"#).1["assigned_to"], json!("Grace"));
    assert_eq!(
        decide(2, "/snooze", r#"{"until":"2026-11-24T10:00:00Z"}"#).1["snoozed_until"],
        json!("2026-11-24T10:00:00.000Z")
    );
    assert_eq!(decide(2, "/snooze", r#"{"until":"2020-01-01T00:00:00Z"}"#).0, 422);
    assert_eq!(decide(2, "/reject", r#"{"reason":"paid by transfer"}"#).1["status"], json!("rejected"));
    assert_eq!(decide(2, "/undo", "").1["status"], json!("pending"));
    assert_eq!(decide(2, "/undo", "").0, 409);
    assert_eq!(decide(1, "/retry", "").0, 409);
    assert_eq!(decide(1, "/edit", r#"{"params":{"title":""}}"#).0, 422);
    let (status, problem) = decide(3, "/approve", &json!({"digest": world.proposal(3).digest}).to_string());
    assert_eq!((status, &problem["type"]), (409, &json!("urn:nerve:problem:human-owned")));
    assert_eq!(decide(3, "/outcome", r#"{"outcome":"refunded in Stripe"}"#).1["outcome"], json!("refunded in Stripe"));

    let (_, ledger) = world.api("GET", &format!("/api/ledger?proposal={}", world.proposal(2).id), "");
    let kinds: Vec<&str> =
        ledger["items"].as_array().unwrap().iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert_eq!(kinds, ["reconsidered", "rejected", "snoozed", "assigned", "answered", "proposed"]);
    assert_eq!(ledger["items"][0]["actor"], json!({"type": "token", "name": "admin"}));
    let (_, verified) = world.api("GET", "/api/ledger/verify", "");
    assert_eq!((&verified["ok"], &verified["first_bad"]), (&json!(true), &Value::Null));
}

#[test]
fn autonomy_is_switched_on_and_off() {
    let world = World::new();
    let switch = |on: bool| {
        world.api(
            "POST",
            "/api/autonomy",
            &json!({"event": "payment.failed", "action": "crm.create_task", "automatic": on}).to_string(),
        )
    };
    let (status, on) = switch(true);
    assert_eq!((status, &on["items"][0]["granted_by"]["name"]), (200, &json!("admin")));
    assert_eq!(world.api("GET", "/api/autonomy", "").1, on);
    assert_eq!(switch(false), (200, json!({"items": [], "next": null})));
}

#[test]
fn an_event_has_the_live_count_of_its_duplicates_while_the_inbox_answers() {
    let target = format!("/api/events/{}", EventId::new(NOW, 1));
    let (status, event) = with_inbox(None).api("GET", &target, "");
    assert_eq!((status, &event["duplicates"]), (200, &json!(199)));
    for field in [
        "id",
        "source",
        "kind",
        "dedup_key",
        "trust",
        "claims",
        "detail",
        "summary",
        "occurred_at",
        "received_at",
        "record",
    ] {
        assert!(!event[field].is_null(), "{field}");
    }
    assert_eq!(World::new().api("GET", &target, "").1["duplicates"], json!(0));
}

#[test]
fn a_raw_body_is_handed_out_byte_for_byte_as_a_file() {
    let target = format!("/api/events/{}/raw", EventId::new(NOW, 1));
    let raw = |world: &World| world.ask(request("GET", &target).with("authorization", "Bearer hush"));
    let response = raw(&with_inbox(None));
    assert_eq!((response.status, response.body.as_slice()), (200, [b'{', 0, 255, b'\n', b'}'].as_slice()));
    assert_eq!(response.header("content-type"), Some("application/octet-stream"));
    assert!(response.header("content-disposition").unwrap().starts_with("attachment; "));
    assert_eq!(response.header("x-nerve-received-at"), Some("2026-11-23T10:00:00.000Z"));
    assert_eq!(raw(&with_inbox(Some(NOW))).status, 410);
    assert_eq!(raw(&World::new()).status, 503);
}

#[test]
fn every_get_answers_and_changes_nothing() {
    let world = with_inbox(None);
    let question = world.ask_identity("Ada L.");
    let import = world.api("POST", "/api/imports", "name\nAda\n").1["id"].as_str().unwrap().to_owned();
    world.db.tamper(&format!(
        "INSERT INTO erasures (id, record, by, reason, at, step)
         SELECT '{}', id, '{{\"type\":\"token\",\"name\":\"admin\"}}', 'r', 0, 'rows' FROM records LIMIT 1",
        ErasureId::new(NOW, 1)
    ));
    let into = json!({"into": record_id(71)}).to_string();
    let merge = world.api("POST", &format!("/api/records/{}/merge", record_id(72)), &into).1["id"].clone();
    let before = world.db.look("SELECT * FROM proposals, chains");
    for route in api::routes::<World>().iter().filter(|route| route.method.as_str() == "GET") {
        let id = match route.pattern.split('/').nth(2) {
            Some("proposals") => world.proposal(1).id.to_string(),
            Some("erasures") => ErasureId::new(NOW, 1).to_string(),
            Some("events") => EventId::new(NOW, 1).to_string(),
            Some("questions") => question.id.to_string(),
            Some("imports") => import.clone(),
            Some("merges") => merge.as_str().unwrap().to_owned(),
            _ => record_id(1).to_string(),
        };
        let query = if route.pattern.ends_with("/merge") { format!("?into={}", record_id(71)) } else { String::new() };
        let (status, document) = world.api("GET", &(route.pattern.replace("{id}", &id) + &query), "");
        assert_eq!(status, 200, "{} {document}", route.pattern);
    }
    assert_eq!(world.db.look("SELECT * FROM proposals, chains"), before);
    assert_eq!(world.proposal(1).status, ProposalStatus::Pending);
}

#[test]
fn without_the_database_one_is_told_to_try_again() {
    let world = World::new();
    world.db.failures.outage(true);
    let response = world.ask(request("GET", "/api/proposals").with("authorization", "Bearer hush"));
    assert_eq!((response.status, response.header("retry-after")), (503, Some("5")));
    let body = String::from_utf8(response.body).unwrap();
    assert!(body.contains("The database cannot be reached") && !body.contains("outage"), "{body}");
    assert_eq!(world.log.take(), ["The database cannot be reached: outage"]);
    assert_eq!(world.api("GET", "/api/health", "").0, 200);
}

fn forged() -> SourceMetrics {
    let count = Count { fate: Fate::Rejected, reason: "the <b>signature</b> is wrong".to_owned(), n: 2_000 };
    let refusal = Refusal {
        at: NOW,
        fate: Fate::Rejected,
        reason: "the <b>signature</b> is wrong".to_owned(),
        headers: vec![("<i>x</i>".to_owned(), Some("<script>".to_owned())), ("authorization".to_owned(), None)],
        bytes: 7,
        digest: "00ff".to_owned(),
    };
    SourceMetrics { day: vec![count.clone()], week: vec![count], refusals: vec![refusal] }
}

#[test]
fn sources_say_what_came_and_what_did_not() {
    let mut world = World::new();
    world.health = [("stripe", SourceMetrics::default()), ("box", forged())].into_iter().collect();
    let (status, answer) = world.api("GET", "/api/sources", "");
    assert_eq!(status, 200);
    let source = |name: &str| answer["items"].as_array().unwrap().iter().find(|s| s["name"] == name).unwrap().clone();
    let stripe = source("stripe");
    assert_eq!((&stripe["title"], &stripe["accepted_day"]), (&json!("Stripe"), &json!(1)));
    assert_eq!(stripe["secrets"], json!(["STRIPE_SECRETS"]));
    assert!(stripe["url"].as_str().unwrap().ends_with("/hooks/stripe"), "{stripe}");
    assert_eq!(source("box")["health"]["day"][0]["n"], 2_000);
    assert_eq!(source("box")["last_event_at"], Value::Null);
    assert_eq!(source("zoom")["health"], Value::Null, "out of reach is not the same as nothing");
}

#[test]
fn the_page_of_sources_says_when_nobody_is_known_as_ours() {
    let mut world = World::new();
    assert!(world.page("/sources").1.contains("cannot tell your colleagues from customers"));
    world.people = People::new(vec!["ours.example".to_owned()], None);
    assert!(!world.page("/sources").1.contains("cannot tell your colleagues from customers"));
}

#[test]
fn the_page_of_sources_escapes_what_strangers_sent() {
    let mut world = World::new();
    world.health = [("box", forged())].into_iter().collect();
    let (_, page) = world.page("/sources");
    assert!(page.contains("Refuses every delivery") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<b>signature") && !page.contains("<i>x"));
    assert!(page.contains("wrangler secret put BOX_SECRETS --name nerve-box"));
}

#[test]
fn a_file_is_taken_in_mapped_and_imported() {
    let world = World::new();
    let file = "Wer,Mail,Alter\nZoë,zoe@example.com,36\n,nobody,7\n";
    let (status, draft) = world.api("POST", "/api/imports?name=people.csv", file);
    assert_eq!((status, &draft["state"], &draft["counts"]["refused"]), (200, &json!("draft"), &json!(1)), "{draft}");
    assert_eq!(draft["mapping"]["columns"], json!(["attribute:Wer", "email", "attribute:Alter"]));
    assert_eq!((&draft["preview"][0]["cells"][0], &draft["refused"][0]["line"]), (&json!("Zoë"), &json!(3)));
    let id = draft["id"].as_str().unwrap();
    let post = |verb: &str, body: &str| world.api("POST", &format!("/api/imports/{id}/{verb}"), body);
    assert_eq!(post("mapping", r#"{"columns":["name"],"type":"customer"}"#).0, 422);
    assert_eq!(post("mapping", r#"{"columns":["name","email","ignored"],"type":"customer"}"#).0, 400);
    let (status, mapped) = post("mapping", r#"{"columns":["name","email","ignore"],"type":"vendor"}"#);
    assert_eq!((status, &mapped["mapping"]["ids"]), (200, &json!("file:record")));
    let (_, done) = post("run", "");
    assert_eq!((&done["state"], &done["counts"]["created"]), (&json!("done"), &json!(1)), "{done}");
    assert_eq!(post("run", "").1, done, "done is done");
    assert_eq!(world.api("GET", "/api/records?q=zoe", "").1["items"][0]["type"], json!("vendor"));
    let refused = format!("/api/imports/{id}/refused");
    let refused = world.ask(request("GET", &refused).with("authorization", "Bearer hush"));
    assert!(String::from_utf8(refused.body).unwrap().contains(",nobody,7,3,\"Mail: “nobody” is not a mail address."));
    assert_eq!(post("discard", "").1["kept"], json!(false));
    assert_eq!(world.api("GET", "/api/imports", "").1["items"][0]["id"], json!(id));
    assert_eq!(world.api("POST", "/api/imports", "name\n").0, 422);
    assert_eq!(world.api("POST", &refused_by_nobody(), "").0, 404);
}

#[test]
fn a_file_is_read_in_the_encoding_that_the_caller_names() {
    let world = World::empty();
    let mut upload = request("POST", "/api/imports?encoding=windows-1250").with("authorization", "Bearer hush");
    upload.body = b"Name,Email\n\xa3\xf3d\x9f,l@example.com\n".to_vec();
    let draft: Value = serde_json::from_slice(&world.ask(upload).body).unwrap();
    assert_eq!(
        (&draft["encoding"], &draft["preview"][0]["cells"][0]),
        (&json!("windows-1250"), &json!("Łódź")),
        "{draft}"
    );
    assert!(
        draft["encodings"].as_array().unwrap().contains(&json!("Shift_JIS")) && draft["preview"][0]["raw"].is_null()
    );
    let path = format!("/api/imports/{}/encoding", draft["id"].as_str().unwrap());
    let (status, other) = world.api("POST", &path, r#"{"encoding":"windows-1251"}"#);
    assert_eq!((status, &other["preview"][0]["cells"][0]), (200, &json!("Јуdџ")), "{other}");
    assert_eq!(world.api("POST", &path, r#"{"encoding":"latin-99"}"#).0, 422);
    assert_eq!(world.api("POST", "/api/imports?encoding=latin-99", "Name\nAda\n").0, 422);
}

/// The file itself.
fn exported(world: &World, query: &str) -> (Option<String>, String) {
    let target = format!("/api/records/export?{query}");
    let answer = world.ask(request("GET", &target).with("authorization", "Bearer hush"));
    assert_eq!(answer.status, 200, "{query}");
    (answer.header("link").map(str::to_owned), String::from_utf8(answer.body).unwrap())
}

#[test]
fn what_is_exported_can_be_imported_and_changes_nothing() {
    let world = World::new();
    let import = |file: &str| {
        let draft = world.api("POST", "/api/imports", file).1;
        world.api("POST", &format!("/api/imports/{}/run", draft["id"].as_str().unwrap()), "").1["counts"].clone()
    };
    let file = "Name,Email,Phone,Owner,City\n=1+1,a@example.com,+4930901820,Grace,\"Köln, \"\"Süd\"\"\"\n-Zoë,z@example.com,,,\n";
    assert_eq!(import(file)["created"], json!(2));
    let (link, csv) = exported(&world, "");
    assert!(csv.contains(",'=1+1,Grace,,a@example.com,'+4930901820,") && csv.contains("'-Zoë"), "{csv}");
    assert_eq!((csv.lines().count(), link), (4, None), "Ada as well");
    let counts = import(&csv);
    assert_eq!((&counts["unchanged"], &counts["refused"]), (&json!(3), &json!(0)), "{counts}");
    assert_eq!(exported(&world, ""), (None, csv));
    let only = exported(&world, "owner=Grace&type=customer&format=json").1;
    let only: Value = serde_json::from_str(&only).unwrap();
    assert_eq!(only["items"].as_array().unwrap().len(), 1, "{only}");
    let record = &only["items"][0];
    assert_eq!(
        (&record["name"], &record["attributes"]["city"], &record["claims"][0]["value"]),
        (&json!("=1+1"), &json!("Köln, \"Süd\""), &json!("a@example.com"))
    );
    assert_eq!(exported(&world, "q=zo").1.lines().count(), 2);
    let household = "Name,Email,Phone\nAda King,ada@king.example,+493012345\nByron,b@king.example,+493012345\n";
    assert_eq!(import(household)["created"], json!(2));
    let csv = exported(&world, "").1;
    assert_eq!(csv.matches("+493012345").count(), 2, "both have it: {csv}");
    assert_eq!(import(&csv)["unchanged"], json!(5), "{csv}");
    assert_eq!(world.api("GET", "/api/records/export?format=xls", "").0, 400);
}

#[test]
fn many_records_are_exported_file_by_file() {
    let world = World::empty();
    world.db.tamper(
        "INSERT INTO records (id, type, name, provisional, attributes, words, created_at, updated_at)
         WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10001)
         SELECT printf('rec_%026d', n), 'customer', 'Person ' || n, 0, '{}', '[]', 0, 0 FROM n",
    );
    let (link, first) = exported(&world, "format=csv&cursor=");
    assert_eq!(first.lines().count(), 10_001);
    let last = "rec_00000000000000000000000002";
    assert_eq!(link, Some(format!("</api/records/export?format=csv&cursor={last}>; rel=\"next\"")));
    let page = world.page("/records/export?q=person").1;
    assert!(page.contains("/api/records/export?format=csv&amp;q=person\""), "{page}");
    let page = world.page("/records/export").1;
    assert!(page.contains(&format!("href=\"/records/export?cursor={last}\"")), "{page}");
    let page = world.page(&format!("/records/export?cursor={last}")).1;
    assert!(page.contains(&format!("format=csv&amp;cursor={last}")) && !page.contains("Next file"), "{page}");
    let (link, rest) = exported(&world, &format!("format=csv&cursor={last}"));
    assert_eq!((link, rest.lines().count()), (None, 2));
}

fn refused_by_nobody() -> String {
    "/api/imports/imp_00000000000000000000000000/run".to_owned()
}

#[test]
fn only_files_may_be_large() {
    assert_eq!(max_body_bytes("/api/imports"), 10 * 1024 * 1024);
    assert!(max_body_bytes("/records/import") > max_body_bytes("/api/imports"), "a form around it");
    assert_eq!(max_body_bytes("/api/imports/x/mapping"), max_body_bytes("/sign-in"));
}

#[test]
fn a_timeline_tells_everything_and_is_narrowed() {
    let world = World::new();
    let timeline = format!("/api/records/{}/timeline", record_id(1));
    let items =
        |query: &str| world.api("GET", &format!("{timeline}{query}"), "").1["items"].as_array().cloned().unwrap();
    let of = |items: &[Value], member: &str| items.iter().map(|item| item[member].clone()).collect::<Vec<_>>();
    let all = items("");
    assert_eq!(of(&all, "type"), ["action", "action", "action", "action", "change", "event"]);
    let event = payment_failed(1, "in_1").id.to_string();
    let told = &all[5];
    assert_eq!((&told["seq"], &told["reports"], &told["event"]["id"]), (&json!(1), &json!(1), &json!(event)));
    assert_eq!(told["raw"], json!(format!("/api/events/{event}/raw")));
    assert_eq!(told["match"]["verdict"], "confident");
    let action = &all[0];
    assert_eq!(action["proposal"], json!(world.proposal(4).id.to_string()));
    assert_eq!(action["line"], "Proposed: Ada Lovelace");
    assert_eq!(action["who"], "Nerve (agent)");
    assert!(action["entry"]["body"]["gates"].is_array() && action["entry"]["body"]["situation"].is_null());
    for (query, wanted) in [
        ("?kind=events", 1),
        ("?kind=payment.failed", 1),
        ("?kind=actions", 4),
        ("?kind=tasks", 0),
        ("?q=DECLINED", 1),
        ("?kind=changes&q=nobody", 0),
    ] {
        assert_eq!(items(query).len(), wanted, "{query}");
    }
    let mut paged = Vec::new();
    let mut next = json!("");
    while let Some(cursor) = next.as_str().map(str::to_owned) {
        let (_, page) = world.api("GET", &format!("{timeline}?limit=2&cursor={cursor}"), "");
        paged.extend(page["items"].as_array().unwrap().clone());
        next = page["next"].clone();
    }
    assert_eq!(paged, all);
    for wrong in ["?kind=lost", "?cursor=1764.3", "?limit=0", "?kinds=events"] {
        assert_eq!(world.api("GET", &format!("{timeline}{wrong}"), "").0, 400, "{wrong}");
    }
}

#[test]
fn an_event_says_how_it_was_classified_wherever_it_is_shown() {
    let world = World::new();
    let event = payment_failed(1, "in_1").id;
    let classified = || {
        let shown = world.api("GET", &format!("/api/events/{event}"), "").1["classification"].clone();
        let listed = world.api("GET", "/api/events", "").1["items"][0]["classification"].clone();
        let timeline = world.api("GET", &format!("/api/records/{}/timeline?kind=events", ada().id), "").1;
        [shown, listed, timeline["items"][0]["classification"].clone()]
    };
    let page = || world.page(&format!("/records/{}/timeline", ada().id)).1;
    assert_eq!(classified(), [Value::Null, Value::Null, Value::Null]);
    assert!(!page().contains("billing"));
    let says = ClassifyEvent { topic: "billing <b>".into(), urgency: Priority::Urgent, note: "Card expired.".into() };
    let insert = classifications::insert(ProposalId::new(NOW, 9), event, ada().id, &says, NOW);
    block_on(world.db.query(insert)).unwrap();
    let document = json!({"topic": "billing <b>", "urgency": "urgent", "note": "Card expired."});
    assert_eq!(classified(), [document.clone(), document.clone(), document]);
    let shown = page();
    for part in ["billing &lt;b&gt;", "Card expired.", "Urgent"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn the_document_has_every_action_with_its_bounds() {
    let schemas = World::new().api("GET", "/api/openapi.json", "").1["components"]["schemas"].clone();
    let names = |of: &str| -> Vec<Value> {
        let kinds = schemas[of]["oneOf"].as_array().unwrap();
        kinds.iter().map(|kind| kind["properties"]["kind"]["const"].clone()).collect()
    };
    let human_owned = ActionKind::ALL.iter().filter(|kind| !Executable::KINDS.contains(kind));
    assert_eq!(json!(names("Executable")), json!(Executable::KINDS));
    assert_eq!(json!(names("HumanOwned")), json!(human_owned.collect::<Vec<_>>()));
    let ours = |name: &str| schemas[name]["properties"].clone();
    assert_eq!(ours("AddNote")["text"]["maxLength"], json!(4_000));
    assert_eq!(ours("CreateTask")["priority"]["enum"], json!(["normal", "urgent"]));
    assert_eq!(ours("CreateTask")["assignee"]["anyOf"][1], json!({"type": "null"}));
    assert_eq!(schemas["DraftMessage"]["required"], json!(["subject", "body"]));
    assert_eq!(schemas["AddNote"]["additionalProperties"], json!(false));
}
