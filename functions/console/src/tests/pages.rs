//! The pages: their texts and forms, and text from outside.

use crate::testing::{World, request};
use nerve_model::{ProposalId, ProposalStatus, RecordRef};
use nerve_testkit::events::{NOW, ada, payment_failed, record_id};

const PAGES: [&str; 10] = [
    "/",
    "/?view=snoozed",
    "/records",
    "/records?type=deal&owner=Ada",
    "/records/export",
    "/tasks",
    "/erasures",
    "/ledger",
    "/ledger?verify=true",
    "/settings",
];

fn all_pages(world: &World) -> Vec<String> {
    let cards = (1..=4).map(|n| format!("/proposals/{}", world.proposal(n).id));
    let record = format!("/records/{}", world.proposal(1).card.record.id);
    let history = format!("/ledger?proposal={}", world.proposal(1).id);
    let kept_situation = format!("/proposals/{}/situation", world.proposal(1).id);
    let timeline = format!("{record}/timeline?kind=events");
    let erase = format!("{record}/erase");
    let kept = ["edit", "history", "link"].map(|page| format!("{record}/{page}"));
    let of_record = [record, timeline, erase, history, kept_situation];
    PAGES
        .iter()
        .map(|page| (*page).to_owned())
        .chain(cards)
        .chain(of_record)
        .chain(kept)
        .chain(["/records/new".to_owned()])
        .collect()
}

#[test]
fn a_question_shows_who_could_be_meant_and_why() {
    let world = World::new();
    let question = world.ask_identity("Ada L.");
    let path = format!("/questions/{}", question.id);
    assert!(world.page("/").1.contains(&format!("href=\"{path}\"")), "above what is proposed");
    let (status, page) = world.page(&path);
    assert_eq!(status, 200);
    for shown in [
        "Match the event to a record",
        "ada@example.com",
        "Match <bdi>Ada Lovelace</bdi>",
        "data-key=\"1\"",
        "data-key=\"2\"",
        "new record",
        "Prior odds",
        "very strongly for",
        "50 %",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let hostile = World::new();
    let asked = hostile.ask_identity("<script>alert(1)</script>");
    assert!(!hostile.page(&format!("/questions/{}", asked.id)).1.contains("<script>alert"));
}

#[test]
fn an_answered_question_says_so_and_can_be_undone() {
    let world = World::new();
    let question = world.ask_identity("Ada L.");
    let path = format!("/questions/{}", question.id);
    let answer = format!("record={}", ada().id);
    let onward = world.submit(&format!("{path}/answer"), &answer);
    let queue = format!("/?answered={}", question.id);
    assert_eq!((onward.status, onward.header("location")), (303, Some(queue.as_str())), "nothing else waits");
    let told = world.page(&queue).1;
    for said in ["Matched to <bdi>Ada Lovelace</bdi>.", &format!("action=\"{path}/undo\""), "data-key=\"u\""] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let page = world.page(&path).1;
    assert!(page.contains("Answered.") && page.contains("Undo") && !page.contains("data-key=\"1\""));
    assert_eq!(world.submit(&format!("{path}/answer"), &answer).status, 409);
    let back = format!("{path}?did=undo");
    assert_eq!(world.submit(&format!("{path}/undo"), "").header("location"), Some(back.as_str()));
    let page = world.page(&back).1;
    assert!(page.contains("data-key=\"1\"") && page.contains("The question is open again"), "{page}");
    let new = world.submit(&format!("{path}/answer"), "");
    assert!(world.page(new.header("location").unwrap()).1.contains("<bdi>Ada L.</bdi> is a new record."));
}

#[test]
fn the_card_shows_what_is_decided_on() {
    let world = World::new();
    let (status, page) = world.page(&format!("/proposals/{}", world.proposal(2).id));
    assert_eq!(status, 200);
    let digest = world.proposal(2).digest.0;
    for shown in [
        "Ada Lovelace",
        "EUR 120.00",
        "Test mode",
        "Draft a message",
        "ada@example.com",
        "Low risk",
        "Can be undone",
        "Confident match",
        "Trusted",
        "Reversible",
        "Logged",
        "Open in Stripe",
        "Earlier events",
        "Create a task",
        &digest,
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(page.matches("class=\"reason\"").count(), 8);
}

#[test]
fn what_was_known_is_shown_with_whether_it_is_what_the_proposal_names() {
    let world = World::new();
    let page = || world.page(&format!("/proposals/{}/situation", world.proposal(2).id)).1;
    assert!(page().contains("Unaltered") && page().contains("entry 3 of the record"), "{}", page());
    world.db.tamper(
        "DROP TRIGGER ledger_bodies_are_only_erased;
         UPDATE ledger_bodies SET body = replace(body, 'Ada Lovelace', 'Eve Lovelace');",
    );
    assert!(page().contains("Altered"), "{}", page());
    world.db.tamper("UPDATE ledger_bodies SET body = NULL, salt = NULL, erased_at = 1;");
    assert!(page().contains("The text was erased"), "{}", page());
}

#[test]
fn a_critical_action_has_no_button_that_carries_it_out() {
    let world = World::new();
    let (_, page) = world.page(&format!("/proposals/{}", world.proposal(3).id));
    assert!(page.contains("Refund a payment") && page.contains("Record the outcome"));
    assert!(!page.contains("/approve"), "a refund could be approved");
}

/// Every string from outside is markup, quotes and bidirectional overrides; the rest of a page is the same as for Ada, so
/// the number of tags is, too.
#[test]
fn text_from_outside_never_becomes_markup() {
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onload='x' {link} \u{202e}&lt;";
    let (tame, world) = (World::new(), World::about(&RecordRef { name: hostile.to_owned(), ..ada() }));
    for target in all_pages(&world) {
        let (status, page) = world.page(&target);
        assert_eq!(status, 200, "{target}");
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("\"' onload"), "{target}");
        assert_eq!(page.matches('<').count(), tame.page(&target).1.matches('<').count(), "{target}");
    }
}

#[test]
fn no_page_carries_script_or_style_of_its_own() {
    let world = World::new();
    for target in all_pages(&world).into_iter().chain(["/sign-in".to_owned(), "/nothing".to_owned()]) {
        let (_, page) = world.page(&target);
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="), "{target}");
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches("<script src=\"/assets/console.js?v=").count(), "{target}");
        assert!(!page.contains("hush"), "{target} shows the token");
    }
}

#[test]
fn after_approving_the_next_proposal_is_open() {
    let world = World::new();
    let (first, next) = (world.proposal(1), world.proposal(2).id);
    let form = format!("digest={}&view=pending&next={next}", first.digest.0);
    let response = world.submit(&format!("/proposals/{}/approve", first.id), &form);
    assert_eq!(response.status, 303);
    assert_eq!(
        response.header("location"),
        Some(format!("/?view=pending&proposal={next}&did=approve&to={}", first.id).as_str())
    );
    assert_eq!(world.proposal(1).status, ProposalStatus::Approved);
    let (status, page) = world.page(response.header("location").unwrap());
    assert!(status == 200 && page.contains("Approved.") && page.contains("Show it"));
    let undo = format!("action=\"/proposals/{}/undo\"", first.id);
    assert!(page.contains(&undo) && page.contains("data-key=\"u\""), "{page}");
}

#[test]
fn a_decision_that_is_taken_back_leaves_the_proposal_open_in_the_view_where_it_was() {
    let world = World::new();
    let id = world.proposal(1).id;
    let approve = format!("digest={}&view=pending", world.proposal(1).digest.0);
    for (verb, form, back) in
        [("approve", approve.as_str(), "undo"), ("reject", "reason=no", "undo"), ("snooze", "hours=24", "unsnooze")]
    {
        let path = |verb: &str| format!("/proposals/{id}/{verb}");
        assert_eq!(world.submit(&path(verb), form).status, 303, "{verb}");
        let undone = world.submit(&path(back), "view=pending");
        let did = if back == "undo" { "reconsider" } else { "unsnooze" };
        assert_eq!(
            undone.header("location"),
            Some(format!("/?view=pending&proposal={id}&did={did}").as_str()),
            "{verb}"
        );
        let (_, page) = world.page(undone.header("location").unwrap());
        assert!(page.contains(&path("approve")) && page.contains("aria-current=\"true\""), "{verb}: {page}");
        assert_eq!((world.proposal(1).status, world.proposal(1).decision), (ProposalStatus::Pending, None), "{verb}");
    }
    assert_eq!(world.submit(&format!("/proposals/{id}/undo"), "view=pending").status, 409, "nothing to take back");
}

#[test]
fn what_was_undone_is_a_list_of_its_own() {
    let (_, page) = World::new().page("/");
    assert!(page.contains("href=\"/?view=undone\""));
}

#[test]
fn a_conflict_says_what_is_true_now() {
    let world = World::new();
    let first = world.proposal(1);
    let target = format!("/proposals/{}/approve", first.id);
    let stale = world.submit(&target, "digest=0000");
    let page = String::from_utf8(stale.body).unwrap();
    assert!(stale.status == 409 && page.contains("The card below is current") && page.contains(&first.digest.0));

    assert_eq!(world.submit(&target, &format!("digest={}", first.digest.0)).status, 303);
    let late = world.submit(&target, &format!("digest={}", first.digest.0));
    let page = String::from_utf8(late.body).unwrap();
    assert!(
        late.status == 409 && page.contains("The proposal is approved: decided by Ada, 2026-11-23 10:00 UTC."),
        "{page}"
    );
    assert!(page.contains("Nerve executes the action now."));
}

#[test]
fn a_refused_edit_keeps_what_was_typed() {
    let world = World::new();
    let target = format!("/proposals/{}/edit", world.proposal(2).id);
    let response = world.submit(&target, "kind=message.draft&to=nobody&subject=Typed+subject&body=Two%0D%0Alines");
    let page = String::from_utf8(response.body).unwrap();
    assert!(response.status == 422 && page.contains("To must be a mail address"));
    assert!(page.contains("value=\"Typed subject\"") && page.contains("\nTwo\nlines</textarea>"), "{page}");
    let response = world.submit(&target, "kind=message.draft&to=&subject=Typed+subject&body=Two%0D%0Alines");
    assert_eq!(response.header("location").map(|to| to.ends_with("did=edit")), Some(true));
    let (_, card) = world.api("GET", &format!("/api/proposals/{}", world.proposal(2).id), "");
    assert_eq!(card["action"]["params"]["body"], "Two\nlines");
}

#[test]
fn every_form_of_a_card_leads_somewhere() {
    let world = World::new();
    let id = world.proposal(2).id;
    let forms = [
        ("answer", "answer=yes"),
        ("assign", "to=Grace"),
        ("assign", "to="),
        ("snooze", "hours=24"),
        ("unsnooze", ""),
        ("reject", "reason="),
    ];
    for (verb, form) in forms {
        assert_eq!(world.submit(&format!("/proposals/{id}/{verb}"), form).status, 303, "{verb}");
    }
    for (verb, form) in [("snooze", "hours=soon"), ("edit", "kind=unknown"), ("explode", "")] {
        assert_eq!(world.submit(&format!("/proposals/{id}/{verb}"), form).status, 400, "{verb}");
    }
    let switched = world.submit("/settings/autonomy", "event=payment.failed&action=crm.create_task&automatic=true");
    assert_eq!(switched.header("location"), Some("/settings"));
    assert!(world.page("/settings").1.contains("aria-checked=\"true\""));
}

#[test]
fn what_is_snoozed_leaves_the_queue_until_it_is_brought_back() {
    let world = World::new();
    let id = world.proposal(2).id;
    let in_view = |view: &str| {
        world
            .page(&format!("/?view={view}"))
            .1
            .contains(&format!("class=\"row\" href=\"/?view={view}&amp;proposal={id}\""))
    };
    assert!(in_view("pending") && !in_view("snoozed"));
    world.submit(&format!("/proposals/{id}/snooze"), "hours=24");
    assert!(!in_view("pending") && in_view("snoozed"));
    world.submit(&format!("/proposals/{id}/unsnooze"), "");
    assert!(in_view("pending") && !in_view("snoozed"));
}

#[test]
fn empty_pages_say_what_to_do_next() {
    let world = World::empty();
    for (target, words) in [
        ("/", "/hooks/stripe"),
        ("/records", "No records yet"),
        ("/ledger", "No ledger entries yet"),
        ("/?view=done", "No proposals"),
    ] {
        let (status, page) = world.page(target);
        assert!(status == 200 && page.contains(words), "{target}");
    }
}

#[test]
fn without_the_database_the_pages_say_so() {
    let world = World::new();
    world.db.failures.outage(true);
    for target in PAGES {
        let (status, page) = world.page(target);
        assert!(
            status == 503
                && page.contains("The database cannot be reached right now")
                && page.contains("sources still accept and keep events"),
            "{target}"
        );
    }
    assert_eq!(world.ask(request("GET", "/sign-in")).status, 200);
}

#[test]
fn a_broken_ledger_is_named() {
    let world = World::new();
    world.db.tamper("DROP TRIGGER ledger_is_never_changed; UPDATE ledger SET at = at + 1 WHERE n = 2;");
    let (_, page) = world.page("/ledger?verify=true");
    assert!(page.contains("tampered with or damaged") && page.contains("First bad entry: 2"), "{page}");
}

#[test]
fn the_timeline_shows_everything_and_leads_to_what_it_rests_on() {
    let world = World::new();
    let timeline = format!("/records/{}/timeline", ada().id);
    let (status, page) = world.page(&timeline);
    assert_eq!(status, 200);
    let (event, proposal) = (payment_failed(1, "in_1").id, world.proposal(1).id);
    for shown in [
        "payment.failed of EUR 120.00".to_owned(),
        "Proposed: Ada Lovelace".to_owned(),
        "Record created".to_owned(),
        format!("href=\"/api/events/{event}/raw\""),
        format!("href=\"/proposals/{proposal}\""),
        "aria-current=\"true\">Everything".to_owned(),
        format!("href=\"{timeline}?kind=actions\""),
        "type=\"search\"".to_owned(),
    ] {
        assert!(page.contains(&shown), "{shown}: {page}");
    }
    assert!(
        world.page(&format!("/records/{}", ada().id)).1.contains("Proposed: Ada Lovelace"),
        "on the record as well"
    );
    let only = |query: &str| world.page(&format!("{timeline}?{query}")).1;
    let actions = only("kind=actions&q=lovelace");
    assert!(actions.contains("Proposed:") && !actions.contains("Record created"));
    assert!(actions.contains("name=\"kind\" value=\"actions\"") && actions.contains("?kind=notes&amp;q=lovelace"));
    assert!(only("kind=payment.failed").contains("aria-current=\"true\">Payment failed"));
    assert!(only("q=nothing+like+it").contains("No matching entries."));
    assert_eq!(world.page(&format!("{timeline}?cursor=x")).0, 400);
}

#[test]
fn a_dropped_recommendation_shows_its_verdicts_and_leads_to_no_card() {
    let world = World::new();
    world.drop_like(&world.proposal(1), "Invoice NRV-1 was paid.");
    let dropped = ProposalId::new(NOW, 99);
    let (_, page) = world.page("/ledger");
    let (_, entry) = page.split_once("Dropped").unwrap();
    let (entry, _) = entry.split_once("</details>").unwrap();
    assert!(entry.contains("Invoice NRV-1 was paid.") && !entry.contains("Pending"), "{entry}");
    assert_eq!(entry.matches("span class=\"reason\"").count(), 8, "{entry}");
    for page in ["/ledger".to_owned(), format!("/records/{}/timeline", record_id(1))] {
        assert!(!world.page(&page).1.contains(&format!("/proposals/{dropped}")), "{page}");
    }
    let (_, activity) = world.api("GET", &format!("/api/records/{}/timeline", record_id(1)), "");
    assert_eq!(activity["items"][0]["line"], "Dropped: Ada Lovelace; Invoice NRV-1 was paid.");
    assert_eq!(activity["items"][0].get("proposal"), None);
}

/// A browser's own limit would cut off what is pasted, without a word.
#[test]
fn what_is_too_long_is_refused_and_stays_as_it_was_typed() {
    let world = World::new();
    let id = world.proposal(2).id;
    let record = world.proposal(2).card.record.id;
    for (path, field, max, more) in [
        (format!("/proposals/{id}/reject"), "reason", 500, ""),
        (format!("/proposals/{id}/assign"), "to", 80, ""),
        (format!("/proposals/{id}/answer"), "answer", 1_000, ""),
        (format!("/proposals/{id}/edit"), "body", 10_000, "&kind=message.draft&subject=s"),
        (format!("/records/{record}/notes"), "text", 4_000, ""),
        (format!("/records/{record}/tasks"), "title", 200, "&priority=normal"),
        (format!("/records/{record}/erase"), "reason", 500, "&name=Ada+Lovelace"),
    ] {
        let typed = "x".repeat(max + 1);
        let refused = world.submit(&path, &format!("{field}={typed}{more}"));
        let page = String::from_utf8(refused.body).unwrap();
        assert_eq!(refused.status, 422, "{path}");
        assert!(page.contains(&typed), "{path}: {page}");
        assert!(page.contains(&format!("{max} characters")), "{path}: {page}");
        assert!(page.contains(&format!("data-max=\"{max}\"")) && !page.contains(" maxlength="), "{path}");
    }
    world.submit(&format!("/proposals/{id}/reject"), "reason=no");
    let typed = "x".repeat(501);
    let refused = world.submit(&format!("/proposals/{id}/outcome"), &format!("outcome={typed}"));
    assert!(refused.status == 422 && String::from_utf8(refused.body).unwrap().contains(&typed));
    assert_eq!(world.proposal(2).outcome, None);
}

#[test]
fn a_message_without_a_recipient_asks_for_one_and_cannot_be_approved() {
    let world = World::new();
    let path = |verb: &str| format!("/proposals/{}/{verb}", world.proposal(2).id);
    world.submit(&path("edit"), "kind=message.draft&to=&subject=s&body=b");
    let card = path("").trim_end_matches('/').to_owned();
    let (_, page) = world.page(&card);
    for shown in ["The message has no recipient", "href=\"#lacking\" data-key=\"a\"", "id=\"lacking\"", "disabled"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(&path("approve")), "{page}");
    let body = format!(r#"{{"digest":"{}"}}"#, world.proposal(2).digest.0);
    let (status, refused) = world.api("POST", &format!("/api{}", path("approve")), &body);
    assert_eq!((status, refused["type"].as_str()), (409, Some("urn:nerve:problem:unanswered")), "{refused}");
    assert!(refused["detail"].as_str().unwrap().starts_with("The message has no recipient"), "{refused}");

    let question = "question=Ada+Lovelace";
    let typed = world.submit(&path("answer"), &format!("{question}&answer=by+post&keep=true"));
    let page = String::from_utf8(typed.body).unwrap();
    assert!(
        typed.status == 422 && page.contains("is not a mail address") && page.contains("value=\"by post\""),
        "{page}"
    );
    let filled = world.submit(&path("answer"), &format!("{question}&answer=Ada@Example.org&keep=true&view=pending"));
    assert!(filled.header("location").unwrap().ends_with("&did=fill_and_keep"), "{:?}", filled.header("location"));
    let (_, page) = world.page(&card);
    assert!(page.contains(&path("approve")) && page.contains("Ada Lovelace Ada: Ada@Example.org"), "{page}");
    let (_, record) = world.page(&format!("/records/{}", ada().id));
    assert!(record.contains("ada@example.org"), "{record}");
}
