//! The timeline on real SQLite: each fact once, and what waits for a decision waits until it is confirmed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_context::{Situation, timeline};
use nerve_model::{Event, EventKind, Millis, SemanticKey, Timestamp};
use nerve_ports::Wake;
use nerve_protocol::record::Appended;
use nerve_testkit::{
    ObjectSqlite,
    events::{NOW, ada, confident, entry, invoice_paid, payment_failed, record_id},
};

const SETTLE: Millis = Millis::seconds(2);

fn open() -> ObjectSqlite {
    let storage = ObjectSqlite::default();
    timeline::open(&storage).unwrap();
    storage
}

fn fact(n: u128) -> Event {
    Event { semantic_key: SemanticKey::new(format!("fact {n}")), ..payment_failed(n, "in_1") }
}

fn append(storage: &ObjectSqlite, event: &Event, at: Timestamp) -> Appended {
    timeline::append(storage, record_id(1), event, &confident(), at).unwrap()
}

fn pending(storage: &ObjectSqlite) -> (Vec<u64>, Vec<u64>) {
    let pending = timeline::pending(storage, 3).unwrap();
    let seqs = |entries: Vec<nerve_protocol::TimelineEntry>| entries.into_iter().map(|entry| entry.seq).collect();
    (seqs(pending.entries), seqs(pending.history))
}

#[test]
fn a_fact_is_there_once_however_often_and_by_whomever_it_is_reported() {
    let storage = open();
    let first = fact(1);
    assert_eq!(append(&storage, &first, NOW), Appended::New { seq: 1 });
    assert_eq!(append(&storage, &first, NOW), Appended::Known { event: first.id });
    let other = Event { semantic_key: first.semantic_key.clone(), ..fact(2) };
    for _ in 0..3 {
        assert_eq!(append(&storage, &other, NOW), Appended::Known { event: first.id });
    }
    let page = timeline::page(&storage, None, None, 10).unwrap();
    assert_eq!((page.entries.len(), page.entries[0].reports), (1, 2));
    assert_eq!(page.entries[0].event, first);
}

#[test]
fn what_is_pending_waits_in_order_until_it_is_confirmed() {
    let storage = open();
    assert_eq!(pending(&storage), (vec![], vec![]));
    for n in 1..=6 {
        append(&storage, &fact(n), NOW);
    }
    assert_eq!(pending(&storage), (vec![1, 2, 3, 4, 5, 6], vec![]));
    for (up_to, left) in [(4, vec![5, 6]), (2, vec![5, 6]), (99, vec![5, 6]), (6, vec![])] {
        timeline::confirm(&storage, up_to).unwrap();
        assert_eq!(pending(&storage).0, left, "confirmed up to {up_to}");
    }
    assert_eq!(pending(&storage).1, [6, 5, 4], "the newest of what came before");
    append(&storage, &fact(7), NOW);
    assert_eq!(pending(&storage).0, [7]);
}

#[test]
fn pages_go_back_without_gaps_or_repeats() {
    let storage = open();
    for n in 1..=7 {
        let event = if n % 2 == 0 { invoice_paid(n, &format!("in_{n}")) } else { fact(n) };
        append(&storage, &event, NOW);
    }
    for (kind, expected) in [(None, vec![7, 6, 5, 4, 3, 2, 1]), (Some(EventKind::InvoicePaid), vec![6, 4, 2])] {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = timeline::page(&storage, before, kind, 2).unwrap();
            seen.extend(page.entries.iter().map(|entry| entry.seq));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);
    }
}

#[test]
fn an_announcement_is_repeated_at_growing_pauses_until_confirmed() {
    let storage = open();
    assert_eq!(timeline::announcement(&storage, NOW).unwrap(), None);
    append(&storage, &fact(1), NOW);
    for (waited, pause) in [(2, 30), (60, 60), (240, 240), (3_600, 600), (86_400, 600)] {
        let now = NOW + Millis::seconds(waited);
        let announcement = timeline::announcement(&storage, now).unwrap().unwrap();
        assert_eq!(announcement.record, record_id(1));
        assert_eq!(announcement.again_at.since(now), Millis::seconds(pause), "after {waited} s");
    }
    timeline::confirm(&storage, 1).unwrap();
    assert_eq!(timeline::announcement(&storage, NOW).unwrap(), None);
}

#[test]
fn a_situation_settles_but_not_for_ever() {
    let storage = open();
    let wake = || timeline::wake(&storage, SETTLE).unwrap();
    assert_eq!(wake(), Wake::NotNeeded);
    append(&storage, &fact(1), NOW);
    assert_eq!(wake(), Wake::By(NOW + SETTLE));
    for n in 2..=20 {
        append(&storage, &fact(n), NOW + Millis::seconds(i64::try_from(n).unwrap()));
    }
    assert_eq!(wake(), Wake::By(NOW + Millis::seconds(20)), "ten times as long at most");
    timeline::confirm(&storage, 20).unwrap();
    assert_eq!(wake(), Wake::NotNeeded);
}

#[test]
fn the_digest_of_a_situation_depends_on_everything_in_it_and_nothing_else() {
    let situation = || Situation {
        record: ada(),
        addresses: vec!["ada@example.com".to_owned()],
        history: vec![entry(1, invoice_paid(1, "in_0"))],
        pending: vec![entry(2, payment_failed(2, "in_1"))],
        tasks: Vec::new(),
        proposals: Vec::new(),
        up_to: 2,
    };
    let digest = situation().reference();
    assert_eq!(situation().reference(), digest);
    let changes: [fn(&mut Situation); 5] = [
        |s| s.record.name.push('!'),
        |s| s.addresses.clear(),
        |s| s.history.clear(),
        |s| s.pending[0].event.summary.push('!'),
        |s| s.up_to = 3,
    ];
    for change in changes {
        let mut changed = situation();
        change(&mut changed);
        assert_ne!(changed.reference(), digest);
    }
}
