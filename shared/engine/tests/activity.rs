//! The activity of a record, for any page size, length and merge.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::{ActivityQuery, Cursor, Filter, Item, activity};
use nerve_ledger::{
    associations::{self, Association},
    chain::{Body, Entry, EntryKind},
    events, merges,
    records::{NewRecord, Origin},
};
use nerve_model::{
    Action, Actor, AddNote, CreateTask, Event, EventKind, Executable, Group, Millis, Priority, ProposalId, RecordId,
    RecordRef, RecordType, Relation,
};
use nerve_ports::Database;
use nerve_protocol::record::NewEntry;
use nerve_situation::timeline;
use nerve_testkit::{
    World, block_on,
    events::{NOW, ada, confident, invoice_paid, mail_from, payment_failed, record_id},
    person,
};

fn grace() -> RecordRef {
    RecordRef { id: record_id(2), record_type: RecordType::Customer, name: "A. Lovelace".to_owned() }
}

fn deal() -> RecordRef {
    RecordRef { id: record_id(3), record_type: RecordType::Deal, name: "New roof".to_owned() }
}

fn task() -> Action {
    Action::Executable(Executable::CreateTask(CreateTask {
        title: "Call Ada".to_owned(),
        detail: "About the hood".to_owned(),
        priority: Priority::Normal,
        due_at: None,
        assignee: None,
    }))
}

fn note() -> Action {
    Action::Executable(Executable::AddNote(AddNote { text: "Prefers mail".to_owned() }))
}

/// Ada, a record that may be hers, and a deal.
fn three_records() -> World {
    let world = World::new();
    for record in [ada(), grace(), deal()] {
        world.create(&NewRecord::named(record), &Origin::of(Actor::system("test"), NOW - Millis::days(900)));
    }
    world
}

/// Dispatches an event of this many days ago to a record.
fn told(world: &World, record: RecordId, days: i64, event: Event) -> Event {
    let event = Event { occurred_at: NOW - Millis::days(days), ..event };
    block_on(world.db.query(events::insert(&event, &confident(), record, "inbox", 0))).unwrap();
    let entry = NewEntry { event: event.clone(), matched: confident() };
    world.objects.timeline(record, |storage| timeline::append(storage, &entry, NOW)).unwrap();
    event
}

fn wrote(world: &World, record: RecordId, days: i64, kind: EntryKind, body: Body) {
    let (at, proposal) = (NOW - Millis::days(days), Some(ProposalId::new(NOW, 1)));
    world.enter(record, &Entry { kind, at, actor: person("Grace"), proposal, event: None, body });
}

fn did(world: &World, record: RecordId, days: i64, kind: EntryKind, action: Action) {
    wrote(world, record, days, kind, Body { recommended_action: Some(action), ..Body::default() });
}

/// All items, read in pages of this size.
fn all(world: &World, record: RecordId, only: Option<Filter>, text: Option<&str>, limit: u32) -> Vec<Item> {
    let (mut all, mut from) = (Vec::new(), Cursor::default());
    for _ in 0..10_000 {
        let query = ActivityQuery { filter: only, text: text.map(str::to_owned), limit, from };
        let page = block_on(activity(&world.db, &world.objects, record, &query)).unwrap();
        assert!(page.items.len() <= limit as usize);
        all.extend(page.items);
        match page.next {
            None => return all,
            Some(next) => from = next.to_string().parse().unwrap(),
        }
    }
    panic!("the timeline does not end");
}

fn lines(world: &World, record: RecordId, only: Option<Filter>, text: Option<&str>, limit: u32) -> Vec<String> {
    all(world, record, only, text, limit).iter().map(Item::line).collect()
}

/// Two customers and a deal, each with items of every sort.
fn busy() -> World {
    let world = three_records();
    let (ada, grace) = (ada().id, grace().id);
    for n in 0..12_u32 {
        told(&world, ada, i64::from(n) * 10, payment_failed(u128::from(n) + 1, &format!("in_{n}")));
        told(&world, grace, i64::from(n) * 10 + 3, invoice_paid(u128::from(n) + 101, &format!("in_{n}")));
    }
    let mail = told(&world, grace, 7, mail_from(300, "ada@example.com"));
    let about = Association { record: deal(), confidence: 0.9, how: "names the roof".to_owned() };
    block_on(world.db.query(associations::insert(mail.id, mail.occurred_at, &[about]))).unwrap();
    for n in (0..12).rev() {
        let days = n * 10 + 1;
        did(&world, ada, days, EntryKind::Proposed, task());
        did(&world, ada, days, EntryKind::Refreshed, task());
        did(&world, ada, days, EntryKind::Approved, task());
        did(&world, ada, days, EntryKind::Intent, task());
        did(&world, ada, days, EntryKind::Executed, task());
        did(&world, grace, days, EntryKind::Executed, note());
    }
    wrote(&world, grace, 0, EntryKind::RecordEdited, Body { note: Some("a correction".to_owned()), ..Body::default() });
    world
}

#[test]
fn everything_is_told_once_newest_first_however_it_is_paged() {
    let world = busy();
    let whole = lines(&world, ada().id, None, None, 100);
    assert_eq!(whole.len(), 12 + 36 + 1, "{whole:#?}");
    assert_eq!(
        whole[..5],
        [
            "payment.failed of EUR 120.00",
            "Created a task: Call Ada",
            "Approved: Call Ada",
            "Proposed: Call Ada",
            "payment.failed of EUR 120.00"
        ]
    );
    assert_eq!(whole.last().unwrap(), "Record created: Ada Lovelace");
    for limit in [1, 2, 3, 7, 50] {
        assert_eq!(lines(&world, ada().id, None, None, limit), whole, "{limit} at a time");
    }
    let at: Vec<_> = all(&world, ada().id, None, None, 5).iter().map(Item::at).collect();
    assert!(at.is_sorted_by(|one, next| one >= next));
}

#[test]
fn changes_by_people_read_with_their_name_and_fields() {
    let world = three_records();
    let at = |hours: i64| world.at(NOW + Millis(hours * 3_600_000)).editor("Mia");
    let Action::Executable(Executable::CreateTask(call)) = task() else { panic!() };
    let due = CreateTask { due_at: Some(NOW + Millis::days(2)), ..call.clone() };
    block_on(async {
        let added = at(1).add_task(ada().id, &call).await.unwrap();
        at(2).edit_task(added.id, &due).await.unwrap();
        at(3).complete_task(added.id).await.unwrap();
        at(4).add_note(ada().id, &AddNote { text: "Prefers mail".to_owned() }).await.unwrap();
        at(5).link(deal().id, Relation::Customer, ada().id).await.unwrap();
        at(6).unlink(deal().id, Relation::Customer, ada().id).await.unwrap();
    });
    let expected = [
        "Unlinked: is no longer the customer of New roof",
        "Linked: is the customer of New roof",
        "Note added: Prefers mail",
        "Task done: Call Ada",
        "Task edited: Call Ada; due: 2026-11-25 10:00 UTC",
        "Task added: Call Ada",
        "Record created: Ada Lovelace",
    ];
    assert_eq!(lines(&world, ada().id, None, None, 100), expected);
    let of_deal = ["Unlinked: customer: no longer Ada Lovelace", "Linked: customer: Ada Lovelace"];
    assert_eq!(lines(&world, deal().id, None, None, 100)[..2], of_deal);
}

#[test]
fn it_is_narrowed_to_a_sort_a_kind_or_a_text() {
    let world = busy();
    let (ada, grace) = (ada().id, grace().id);
    let count = |record, only: &str, text| {
        let only = Some(only).filter(|only| !only.is_empty()).map(|only| only.parse().unwrap());
        let all = lines(&world, record, only, text, 100);
        assert_eq!(lines(&world, record, only, text, 3), all);
        all.len()
    };
    for (record, only, text, wanted) in [
        (ada, "events", None, 12),
        (ada, "payment.failed", None, 12),
        (ada, "invoice.paid", None, 0),
        (ada, "actions", None, 36),
        (ada, "tasks", None, 12),
        (ada, "notes", None, 0),
        (grace, "notes", None, 12),
        (grace, "changes", None, 2),
        (grace, "changes", Some("CORRECTION"), 1),
        (grace, "", Some("estimate"), 1),
        (grace, "", Some("prefers"), 12),
        (grace, "", Some("nothing like it"), 0),
        (ada, "", Some("the hood"), 36),
    ] {
        assert_eq!(count(record, only, text), wanted, "{only} {text:?}");
    }
}

#[test]
fn merged_records_are_read_as_one_and_apart_again() {
    let world = busy();
    let (ada, grace) = (ada().id, grace().id);
    let (alone, other) = (lines(&world, ada, None, None, 100), lines(&world, grace, None, None, 100));
    // Both parts got a report of one payment: the first report stays.
    let again = told(&world, grace, 0, payment_failed(500, "in_0"));
    let merger = world.merger("Mia");
    let merge = block_on(merger.merge(grace, ada)).unwrap();
    let whole = lines(&world, ada, None, None, 100);
    assert_eq!(whole.len(), alone.len() + other.len() + 2, "and that they were merged, for each: {whole:#?}");
    assert_eq!(lines(&world, grace, None, None, 100), whole, "asked for either");
    for limit in [1, 4, 9] {
        assert_eq!(lines(&world, ada, None, None, limit).len(), whole.len(), "{limit} at a time");
    }
    let told = |item: &Item| matches!(item, Item::Reported(told) if told.event.id == again.id);
    assert!(!all(&world, ada, None, None, 1).iter().any(told));
    let parts: Vec<_> = all(&world, ada, Some(Filter::Event(EventKind::EmailReceived)), None, 5);
    assert!(matches!(&parts[..], [Item::Reported(told)] if told.part == Some(grace)));
    block_on(merger.undo(merge.id)).unwrap();
    assert!(block_on(merges::of_part(&world.db, grace)).unwrap().is_none());
    assert_eq!(lines(&world, ada, None, None, 100)[2..], alone);
    assert!(all(&world, grace, None, None, 9).iter().any(told));
}

#[test]
fn an_event_that_came_to_another_is_told_where_it_is_about() {
    let world = busy();
    let told = all(&world, deal().id, Some(Filter::Group(Group::Events)), None, 10);
    assert!(
        matches!(&told[..], [Item::Associated(c)] if c.stored.record == grace().id && c.how == "names the roof"),
        "{told:?}"
    );
    assert_eq!(lines(&world, deal().id, None, None, 1).len(), 2, "and that the deal came to be");
    assert_eq!(lines(&world, deal().id, Some(Filter::Event(EventKind::InvoicePaid)), None, 10), [""; 0]);
    assert_eq!(lines(&world, deal().id, None, Some("our estimate"), 10), ["Mail: Our estimate"]);
}

#[test]
fn an_unreadable_cursor_is_refused() {
    for wrong in ["1764.3", "rec_x.1.2", "evt_1"] {
        assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
    }
    assert!("lost".parse::<Filter>().is_err());
    assert_eq!("events".parse::<Filter>().unwrap().to_string(), "events");
    assert_eq!("invoice.paid".parse::<Filter>().unwrap().to_string(), "invoice.paid");
}
