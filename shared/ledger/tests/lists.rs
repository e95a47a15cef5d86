//! Events, records and claims on real SQLite: stored rows read back, and lists find them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    Lookup, Page, PageRequest, events,
    events::EventFilter,
    look_up,
    records::{self, NewRecord, Origin, RecordFilter},
};
use nerve_model::{Actor, Claim, ClaimKind, Event, EventId, EventKind, Millis, RecordRef, Role, SourceName, Timestamp};
use nerve_ports::{Database, DatabaseError, Statement};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, confident, invoice_paid, payment_failed, record_id},
    proposals::pending_task,
};

const LATER: Timestamp = Timestamp::from_millis(NOW.as_millis() + 60_000);

fn grace() -> RecordRef {
    RecordRef { id: record_id(2), name: "Grace 100%_\\ Hopper".to_owned(), ..ada() }
}

fn known(record: NewRecord) -> Vec<Statement> {
    records::create(&record, &Origin::of(Actor::system("context"), NOW), 1)
}

fn database() -> Sqlite {
    let db = Sqlite::default();
    block_on(db.batch(known(NewRecord::named(ada()).provisional()))).unwrap();
    block_on(db.batch(known(NewRecord::named(grace())))).unwrap();
    db
}

fn write(db: &Sqlite, statement: Statement) {
    block_on(db.query(statement)).unwrap();
}

fn index(db: &Sqlite, event: &Event, record: &RecordRef) {
    write(db, events::insert(event, &confident(), record.id, "inbox", 0));
}

fn is_conflict<T>(result: &Result<T, DatabaseError>) -> bool {
    matches!(result, Err(DatabaseError::Conflict(_)))
}

/// All items, read two per page.
fn walk<T>(list: impl Fn(&PageRequest) -> Page<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = list(&PageRequest::new(2, cursor).unwrap());
        assert!(page.items.len() <= 2);
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[test]
fn an_event_is_indexed_once_and_keeps_its_most_copies_and_its_first_decision() {
    let (db, event) = (database(), payment_failed(1, "in_1"));
    let get = || block_on(events::get(&db, event.id)).unwrap();
    assert_eq!(get(), None);
    index(&db, &event, &ada());
    index(&db, &Event { summary: "another".to_owned(), ..event.clone() }, &grace());
    let stored = get().unwrap();
    assert_eq!((&stored.event, &stored.matched, stored.record), (&event, &confident(), ada().id));
    assert_eq!((stored.inbox.as_str(), stored.duplicates, stored.decided_at), ("inbox", 0, None));
    for (reported, known) in [(3, 3), (2, 3), (0, 3), (4, 4)] {
        write(&db, events::set_duplicates(event.id, reported));
        assert_eq!(get().unwrap().duplicates, known);
    }
    write(&db, events::mark_decided(&[], NOW));
    assert_eq!(get().unwrap().decided_at, None);
    for at in [NOW, LATER] {
        write(&db, events::mark_decided(&[payment_failed(9, "in_9").id, event.id], at));
        assert_eq!(get().unwrap().decided_at, Some(NOW));
    }
}

#[test]
fn the_sweeper_finds_records_whose_events_of_a_span_nobody_considered() {
    let db = database();
    let at = |n: i64| NOW + Millis::seconds(n);
    let arrives = |n: i64, record: &RecordRef| {
        let id = EventId::new(at(n), 7);
        index(&db, &Event { id, ..payment_failed(1, "in_1") }, record);
        id
    };
    let (first, _second, third) = (arrives(10, &ada()), arrives(11, &ada()), arrives(20, &grace()));
    let undecided = |from, to| block_on(events::undecided_records(&db, at(from), at(to))).unwrap();
    let (ada, grace) = (ada().id, grace().id);
    let spans =
        [(0, 10, vec![]), (10, 11, vec![ada]), (10, 20, vec![ada]), (0, 99, vec![ada, grace]), (21, 99, vec![])];
    for (from, to, expected) in spans {
        assert_eq!(undecided(from, to), expected, "{from}..{to}");
    }
    write(&db, events::mark_decided(&[first, third], NOW));
    assert_eq!((undecided(10, 11), undecided(0, 99)), (vec![], vec![ada]));
}

#[test]
fn what_may_settle_is_found_among_any_number_of_others() {
    let db = database();
    let card = pending_task(1).card;
    index(&db, &payment_failed(1, "in_1"), &ada());
    for n in 2..=250 {
        index(&db, &payment_failed(n, &format!("in_{n}")), &ada());
        index(&db, &invoice_paid(1_000 + n, &format!("in_{n}")), &ada());
    }
    let paid = invoice_paid(151, "in_1");
    let paid = Event { id: EventId::new(NOW - Millis::days(6), 151), ..paid };
    index(&db, &paid, &ada());
    index(&db, &Event { id: EventId::new(NOW - Millis::days(8), 152), ..invoice_paid(152, "in_1") }, &ada());
    index(&db, &Event { id: EventId::new(NOW, 2_000), ..invoice_paid(152, "in_1") }, &grace());
    let found = block_on(events::that_may_settle(&db, &card, Millis::days(7))).unwrap();
    assert_eq!(found.into_iter().map(|stored| stored.event.id).collect::<Vec<_>>(), [paid.id]);
}

#[test]
fn events_are_listed_newest_first_by_kind_source_and_record() {
    let db = database();
    for n in 1..=4 {
        index(&db, &payment_failed(n, "in_1"), &ada());
    }
    index(&db, &invoice_paid(5, "in_1"), &ada());
    index(&db, &Event { source: SourceName::new("vendor"), ..invoice_paid(6, "in_2") }, &grace());
    let filter = |kind, source: Option<&str>, record| EventFilter { kind, source: source.map(str::to_owned), record };
    let cases = [
        (filter(None, None, None), vec![6, 5, 4, 3, 2, 1]),
        (filter(Some(EventKind::PaymentFailed), None, None), vec![4, 3, 2, 1]),
        (filter(None, Some("vendor"), None), vec![6]),
        (filter(None, None, Some(ada().id)), vec![5, 4, 3, 2, 1]),
        (filter(Some(EventKind::InvoicePaid), Some("stripe"), Some(ada().id)), vec![5]),
        (filter(None, Some("x' OR 1 --"), None), vec![]),
    ];
    for (filter, expected) in cases {
        let listed = walk(|page| block_on(events::list(&db, &filter, page)).unwrap());
        let keys: Vec<_> = listed.iter().map(|stored| stored.event.dedup_key.to_string()).collect();
        assert_eq!(keys, expected.iter().map(|n| format!("evt_{n}")).collect::<Vec<_>>(), "{filter:?}");
    }
}

#[test]
fn a_claim_belongs_to_one_record_and_finds_it() {
    let (db, event) = (database(), payment_failed(1, "in_1"));
    for claim in &event.claims {
        write(&db, records::learn(ada().id, claim, event.id, NOW));
        assert!(is_conflict(&block_on(db.query(records::learn(grace().id, claim, event.id, NOW)))));
    }
    let nobody = Claim { kind: ClaimKind::Email, value: "nobody@example.com".to_owned(), role: Role::Customer };
    assert!(is_conflict(&block_on(db.query(records::learn(record_id(9), &nobody, event.id, NOW)))), "no such record");
    let asked = Lookup { claims: vec![&nobody, &event.claims[1], &event.claims[0]], ..Lookup::default() };
    let found = block_on(look_up(&db, &asked)).unwrap().owners;
    let found: Vec<_> = found.into_iter().map(|owner| (owner.kind, owner.value, owner.candidate.record)).collect();
    let expected = [&event.claims[1], &event.claims[0]].map(|claim| (claim.kind, claim.value.clone(), ada()));
    assert_eq!(found, expected);
    index(&db, &event, &ada());
    let asked = Lookup { events: vec![event.id, payment_failed(9, "in_9").id], ..Lookup::default() };
    let indexed = block_on(look_up(&db, &asked)).unwrap().indexed;
    assert_eq!(
        indexed,
        [events::Indexed { event: event.id, record: ada().id, matched: confident(), kind: event.kind() }]
    );
    assert_eq!(block_on(records::claims(&db, ada().id)).unwrap(), event.claims, "strongest first");
    assert_eq!(block_on(records::addresses(&db, ada().id)).unwrap(), ["ada@example.com"]);
    assert_eq!(block_on(records::claims(&db, grace().id)).unwrap(), []);
}

#[test]
fn records_are_found_by_the_beginning_of_words_or_of_a_claim() {
    let db = database();
    let external = Claim::external(&SourceName::from_static("stripe"), "customer", "cus_Q7x", Role::Customer);
    let email = Claim { kind: ClaimKind::Email, value: "ada_l@example.com".to_owned(), role: Role::Customer };
    for claim in [&external, &email] {
        write(&db, records::learn(ada().id, claim, EventId::new(NOW, 1), NOW));
    }
    let (one, two) = (ada().id, grace().id);
    let phone = Claim { kind: ClaimKind::Phone, value: "+4930901820".to_owned(), role: Role::Customer };
    write(&db, records::learn(two, &phone, None, NOW));
    let long = "x".repeat(200);
    let cases = [
        (None, vec![two, one]),
        (Some(" "), vec![two, one]),
        (Some("lovelace"), vec![one]),
        (Some("ÁDA L"), vec![one]),
        (Some("Lovelace, Ada"), vec![one]),
        (Some("love ad"), vec![one]),
        (Some("ada hopper"), vec![]),
        (Some("ovelace"), vec![]),
        (Some("%"), vec![]),
        (Some("100% hop"), vec![two]),
        (Some("' OR 1 --"), vec![]),
        (Some("Ada_L@Example.com"), vec![one]),
        (Some("ada_l@ex"), vec![one]),
        (Some("+49 30 90"), vec![two]),
        (Some("030 / 90 18 20"), vec![two]),
        (Some("0049 (0)30 901820"), vec![two]),
        (Some("stripe:customer:cus_Q7x"), vec![one]),
        (Some("stripe:customer:"), vec![one]),
        (Some("cus_"), vec![]),
        (Some(long.as_str()), vec![]),
    ];
    for (search, expected) in cases {
        let filter =
            RecordFilter { search: search.map(str::to_owned), home: "DE".parse().ok(), ..RecordFilter::default() };
        let found = walk(|page| {
            let page = PageRequest::new(1, page.cursor().map(str::to_owned)).unwrap();
            block_on(records::list(&db, &filter, &page)).unwrap()
        });
        assert_eq!(found.iter().map(|record| record.id).collect::<Vec<_>>(), expected, "{search:?}");
    }
    let stored = block_on(records::get(&db, one)).unwrap().unwrap();
    assert_eq!((stored.reference(), stored.provisional, stored.owner, stored.created_at), (ada(), true, None, NOW));
    assert!(!block_on(records::get(&db, two)).unwrap().unwrap().provisional);
    assert_eq!(block_on(records::get(&db, record_id(9))).unwrap(), None);
    assert!(is_conflict(&block_on(db.batch(known(NewRecord::named(ada()))))));
}

#[test]
fn figures_count_by_source_within_a_day_and_a_week() {
    let db = database();
    let day = |days: i64| NOW - Millis::days(days);
    for (n, at, source) in [(1, day(8), "stripe"), (2, day(6), "stripe"), (3, NOW, "stripe"), (4, day(2), "box")] {
        let id = EventId::new(at, n);
        let source = SourceName::new(source);
        index(&db, &Event { id, source, ..payment_failed(n, "in_1") }, &ada());
        write(&db, events::set_duplicates(id, 5));
    }
    let figures = block_on(events::figures(&db, NOW)).unwrap();
    let found: Vec<_> = figures.iter().map(|f| (f.source.as_str(), f.day, f.week, f.copies, f.last_at)).collect();
    assert_eq!(found, [("box", 0, 1, 5, day(2)), ("stripe", 1, 2, 10, NOW)]);
}
