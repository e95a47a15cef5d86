//! The queue: its bands, its pages, and a list that stays where its reader is.

use crate::testing::World;
use nerve_ledger::proposals;
use nerve_model::{Action, CreateTask, Executable, Millis, Priority, Proposal, ProposalId};
use nerve_testkit::{block_on, events::NOW, proposals::pending_task};

/// A task of some hours ago.
fn task(n: u128, hours: i64, priority: Priority) -> Proposal {
    let at = NOW - Millis::minutes(60 * hours);
    let mut proposal = pending_task(n);
    let title = format!("Task {n}");
    let task = CreateTask { title, detail: String::new(), priority, due_at: None, assignee: None };
    proposal.card.action = Action::Executable(Executable::CreateTask(task));
    proposal.card.event.id = nerve_model::EventId::new(at, n);
    proposal.id = ProposalId::new(at, n);
    proposal.digest = proposals::digest(proposal.id, &proposal.card);
    Proposal { created_at: at, expires_at: at + Millis::days(14), ..proposal }
}

/// Sixty tasks, an hour apart, beside the four proposals of the test world; two of them press.
fn crowded() -> (World, Vec<Proposal>) {
    let world = World::new();
    let mut tasks: Vec<Proposal> =
        (100_u32..160).map(|n| task(n.into(), i64::from(n) - 99, Priority::Normal)).collect();
    tasks.extend([task(1_000, 300, Priority::Urgent), task(1_001, 13 * 24, Priority::Normal)]);
    for proposal in &tasks {
        block_on(nerve_ports::Database::query(&world.db, proposals::insert(proposal))).unwrap();
    }
    (world, tasks)
}

fn place(page: &str, words: &str) -> usize {
    page.find(words).unwrap_or_else(|| panic!("{words} in {page}"))
}

/// The address in the link with these words.
fn link(page: &str, words: &str) -> String {
    let before = &page[..place(page, words)];
    let address = before.rsplit_once("href=\"").unwrap().1;
    address.split_once('"').unwrap().0.replace("&amp;", "&")
}

#[test]
fn an_old_urgent_proposal_is_on_top_and_what_expires_comes_next() {
    let (world, tasks) = crowded();
    let (_, page) = world.page("/");
    let list = &page[place(&page, "class=\"list\"")..place(&page, "class=\"card\"")];
    let order = ["Urgent", "Task 1000", "Expires tomorrow", "Task 1001", "Waiting", "Task 159", "Show more"];
    let places = order.map(|words| place(list, words));
    assert!(places.is_sorted(), "{places:?}");
    assert!(!list.contains("Task 100<"), "the newest waits on the next page");
    assert!(list.contains(&format!("<p>{}</p>", tasks.len() + 4)), "the total is of all pages");
    assert!(list.contains("<h2 class=\"band\">Urgent <span class=\"count\">3</span></h2>"), "{list}");
}

#[test]
fn links_forms_and_answers_keep_the_page_of_the_list() {
    let (world, _) = crowded();
    let more = link(&world.page("/").1, "Show more");
    let (_, page) = world.page(&more);
    assert!(!page.contains("Task 1000") && page.contains("Task 100<"), "the next page");
    let row = link(&page, "Task 100<");
    assert!(row.starts_with(&more), "{row} keeps the place of {more}");
    let (_, opened) = world.page(&row);
    assert!(opened.contains("aria-current=\"true\"") && opened.contains("Task 100<") && !opened.contains("Task 1000"));
    let cursor = more.split_once("cursor=").unwrap().1;
    assert!(opened.contains(&format!("name=\"cursor\" value=\"{cursor}\"")));
    let id = row.rsplit_once("proposal=").unwrap().1;
    let next = world.submit(&format!("/proposals/{id}/reject"), &format!("view=pending&cursor={cursor}"));
    let location = next.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location")).unwrap().1.clone();
    assert!(location.starts_with(&more), "{location}");
    let refused = world.submit(&format!("/proposals/{id}/reject"), &format!("view=pending&cursor={cursor}"));
    let refused = String::from_utf8(refused.body).unwrap();
    assert!(refused.contains("Back to the beginning") && refused.contains(&more.replace('&', "&amp;")));
}

#[test]
fn a_page_that_nothing_is_left_of_is_the_first_one() {
    let (world, _) = crowded();
    for cursor in ["o..9999999999999.prp_0", "nonsense", "%3Cscript%3E"] {
        let (status, page) = world.page(&format!("/?view=pending&cursor={cursor}"));
        assert!(status == 200 && page.contains("Task 1000") && !page.contains("<script>"), "{cursor}");
    }
}

#[test]
fn a_question_says_what_happened_and_counts() {
    let world = World::new();
    let before = world.page("/").1;
    world.ask_identity("Ada Lovelace");
    let (_, page) = world.page("/");
    assert!(before.contains("<p>4</p>") && page.contains("<p>5</p>"), "the question counts");
    let row = &page[place(&page, "Who is this?") - 600..];
    assert!(row.contains("/questions/") && row.contains("2 candidates"), "{row}");
    assert!(place(&page, "Due <span") < place(&page, "Who is this?"));
}

#[test]
fn the_api_lists_the_queue_page_by_page() {
    let (world, tasks) = crowded();
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let (status, page) = world.api("GET", &format!("/api/proposals?order=queue&limit=9{cursor}"), "");
        assert_eq!(status, 200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), tasks.len() + 4);
    assert_eq!(seen[0], tasks[60].id.to_string(), "the oldest urgent one");
    assert_eq!(seen.last(), Some(&world.proposal(4).id.to_string()), "the newest");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), tasks.len() + 4, "each once");
    for wrong in ["&status=done", "&snoozed=true", "&cursor=prp_1", "&order=oldest"] {
        let (status, _) = world.api("GET", &format!("/api/proposals?order=queue{wrong}"), "");
        assert_eq!(status, 400, "{wrong}");
    }
    let newest = world.api("GET", "/api/proposals?limit=1&status=pending", "").1;
    assert_eq!(newest["items"][0]["id"], world.proposal(4).id.to_string(), "without an order: newest first");
}
