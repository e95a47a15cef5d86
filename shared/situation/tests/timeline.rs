//! The timeline on real SQLite: each fact once, and pending entries stay until they are confirmed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{Event, SemanticKey, TaskId};
use nerve_ports::{DatabaseError, ObjectStorage, Statement};
use nerve_protocol::record::{Appended, NewEntry, Page, Span};
use nerve_situation::{OpenProposal, OpenTask, Situation, timeline};
use nerve_testkit::{
    Failure, ObjectSqlite,
    events::{NOW, ada, confident, entry, invoice_paid, payment_failed},
    proposals::pending_task,
};

fn open() -> ObjectSqlite {
    let storage = ObjectSqlite::default();
    timeline::open(&storage).unwrap();
    storage
}

fn fact(n: u128) -> Event {
    Event { semantic_key: SemanticKey::new(format!("fact {n}")), ..payment_failed(n, "in_1") }
}

fn try_append(storage: &ObjectSqlite, event: &Event) -> Result<Appended, DatabaseError> {
    timeline::append(storage, &NewEntry { event: event.clone(), matched: confident() }, NOW)
}

fn append(storage: &ObjectSqlite, event: &Event) -> Appended {
    try_append(storage, event).unwrap()
}

fn newest(storage: &ObjectSqlite, limit: u32) -> Page {
    timeline::page(storage, &Span { limit, ..Span::default() }).unwrap()
}

fn pending(storage: &ObjectSqlite) -> (Vec<u64>, Vec<u64>) {
    let pending = timeline::pending(storage, 3, NOW).unwrap();
    let seqs = |entries: Vec<nerve_protocol::TimelineEntry>| entries.into_iter().map(|entry| entry.seq).collect();
    (seqs(pending.entries), seqs(pending.history))
}

#[test]
fn a_fact_is_there_once_however_often_and_by_whomever_it_is_reported() {
    let storage = open();
    let first = fact(1);
    assert_eq!(append(&storage, &first), Appended::New { seq: 1 });
    assert_eq!(append(&storage, &first), Appended::Known { event: first.id });
    let other = Event { semantic_key: first.semantic_key.clone(), ..fact(2) };
    for _ in 0..3 {
        assert_eq!(append(&storage, &other), Appended::Known { event: first.id });
    }
    let page = newest(&storage, 10);
    assert_eq!((page.entries.len(), page.entries[0].reports), (1, 2));
    assert_eq!(page.entries[0].event, first);
}

#[test]
fn reports_are_counted_up_to_twenty() {
    let storage = open();
    for n in 1..=30 {
        append(&storage, &Event { semantic_key: SemanticKey::new("one fact"), ..fact(n) });
    }
    assert_eq!(newest(&storage, 10).entries[0].reports, 20);
}

#[test]
fn any_failing_call_and_a_repeated_append_leave_one_pending_entry() {
    for failing in 0..4 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let storage = open();
            storage.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
            assert!((0..3).any(|_| try_append(&storage, &fact(1)).is_ok()));
            storage.failures.clear();
            let about = format!("call {failing} {failure:?}");
            let page = newest(&storage, 10);
            assert_eq!((page.entries.len(), page.entries[0].reports), (1, 1), "{about}");
            assert_eq!(pending(&storage).0, [1], "{about}");
        }
    }
}

#[test]
fn many_pending_entries_are_decided_fifty_at_a_time() {
    let storage = open();
    for n in 1..=60 {
        append(&storage, &fact(n));
    }
    let look = || timeline::pending(&storage, 3, NOW).map(|pending| (pending.up_to, pending.more)).unwrap();
    assert_eq!((pending(&storage).0, look()), ((1..=50).collect(), (Some(50), true)));
    timeline::confirm(&storage, 50).unwrap();
    assert_eq!((pending(&storage).0, look()), ((51..=60).collect(), (Some(60), false)));
    timeline::confirm(&storage, 60).unwrap();
    assert_eq!(look(), (None, false));
}

#[test]
fn pending_entries_stay_in_order_until_they_are_confirmed() {
    let storage = open();
    assert_eq!(pending(&storage), (vec![], vec![]));
    for n in 1..=6 {
        append(&storage, &fact(n));
    }
    assert_eq!(pending(&storage), (vec![1, 2, 3, 4, 5, 6], vec![]));
    for (up_to, left) in [(4, vec![5, 6]), (2, vec![5, 6]), (99, vec![5, 6]), (6, vec![])] {
        timeline::confirm(&storage, up_to).unwrap();
        assert_eq!(pending(&storage).0, left, "confirmed up to {up_to}");
    }
    assert_eq!(pending(&storage).1, [6, 5, 4], "the newest of what came before");
    append(&storage, &fact(7));
    assert_eq!(pending(&storage).0, [7]);
}

#[test]
fn a_settling_fact_is_returned_however_old_it_is() {
    let storage = open();
    append(&storage, &invoice_paid(1, "in_1"));
    append(&storage, &invoice_paid(2, "in_2"));
    for n in 3..=40 {
        append(&storage, &fact(n));
    }
    timeline::confirm(&storage, 40).unwrap();
    append(&storage, &payment_failed(41, "in_2"));
    let look = timeline::pending(&storage, 3, NOW).unwrap();
    let seqs = |entries: &[nerve_protocol::TimelineEntry]| entries.iter().map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!((seqs(&look.history), seqs(&look.settled)), (vec![40, 39, 38], vec![2]));
    let told = look.without(&[], 3);
    assert_eq!((seqs(&told.history), told.settled), (vec![40, 39, 38, 2], vec![]));
    let recent = timeline::pending(&storage, 50, NOW).unwrap().without(&[], 50);
    assert_eq!(seqs(&recent.history), (1..=40).rev().collect::<Vec<_>>(), "each once");
}

#[test]
fn an_entry_that_does_not_read_is_passed_over_and_confirmed_with_the_rest() {
    let storage = open();
    for n in 1..=3 {
        append(&storage, &fact(n));
    }
    let damage = |seq: u32| {
        let sql = "UPDATE timeline SET event = '{}' WHERE seq = ?1";
        storage.execute(Statement::new(sql, [seq.into()])).unwrap();
    };
    damage(3);
    assert_eq!((pending(&storage).0, timeline::pending(&storage, 3, NOW).unwrap().up_to), (vec![1, 2], Some(3)));
    damage(1);
    damage(2);
    assert_eq!((pending(&storage).0, timeline::pending(&storage, 3, NOW).unwrap().up_to), (vec![], Some(3)));
    timeline::confirm(&storage, 3).unwrap();
    append(&storage, &fact(4));
    assert_eq!(pending(&storage), (vec![4], vec![]));
    let page = newest(&storage, 10);
    assert_eq!(page.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4], "a page passes over it");
}

fn situation() -> Situation {
    let proposal = pending_task(1);
    Situation {
        known_by: payment_failed(1, "in_0").claims,
        addresses: vec!["ada@example.com".to_owned()],
        history: vec![entry(1, invoice_paid(1, "in_0"))],
        pending: vec![entry(2, payment_failed(2, "in_1")), entry(3, payment_failed(3, "in_2"))],
        open_items: vec![entry(2, payment_failed(2, "in_1"))],
        tasks: vec![OpenTask { id: TaskId::new(NOW, 1), title: "Call Ada".to_owned(), due_at: None }],
        proposals: vec![OpenProposal {
            id: proposal.id,
            status: proposal.status,
            action: proposal.card.action,
            event: proposal.card.event.id,
            event_kind: proposal.card.event.kind,
            subject: proposal.card.subject,
        }],
        up_to: 3,
        ..Situation::of(ada())
    }
}

#[test]
fn a_situation_shows_an_event_what_else_happened_and_how_it_was_matched() {
    let situation = situation();
    let [second, third] = [2, 3].map(|n| payment_failed(n, "in_1").id);
    let before: Vec<_> = situation.lines_before(third).into_iter().map(|line| line.event).collect();
    assert_eq!(before, [second, invoice_paid(1, "in_0").id], "newest first, without itself");
    assert_eq!(situation.match_of(second), Some(&confident()));
    assert_eq!(situation.match_of(payment_failed(9, "in_1").id), None);
}
