//! The inbox on real SQLite: what is acknowledged is there, once, byte for byte, whatever fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::inbox::{self, Arrival, Task};
use nerve_model::{Event, Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Statement, Wake};
use nerve_protocol::{inbox::Accepted, limits::BODY_CHUNK_BYTES};
use nerve_testkit::{
    Failure, ObjectSqlite,
    events::{NOW, payment_failed, record_id},
};

const RETENTION: Millis = Millis::days(90);

fn open() -> ObjectSqlite {
    let storage = ObjectSqlite::default();
    inbox::open(&storage).unwrap();
    storage
}

/// A copy of one delivery: the same dedup key, another event id.
fn copy(n: u128) -> Event {
    Event { dedup_key: payment_failed(1, "in_1").dedup_key, ..payment_failed(n, "in_1") }
}

fn accept_at(storage: &ObjectSqlite, event: &Event, body: &[u8], now: Timestamp) -> Result<Accepted, DatabaseError> {
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    inbox::accept(storage, Arrival { inbox: "stripe:1", event, headers: &headers, body }, RETENTION, now)
}

fn accept(storage: &ObjectSqlite, event: &Event, body: &[u8]) -> Accepted {
    accept_at(storage, event, body, NOW).unwrap()
}

fn count(storage: &ObjectSqlite, table: &str) -> i64 {
    let rows = storage.execute(Statement::new(format!("SELECT COUNT(*) AS n FROM {table}"), [])).unwrap();
    rows[0].integer("n").unwrap()
}

#[test]
fn copies_are_counted_and_not_kept() {
    let storage = open();
    let first = copy(1);
    assert_eq!(accept(&storage, &first, b"body"), Accepted::Accepted { event: first.id });
    for n in 1..=5 {
        let duplicate = Accepted::Duplicate { event: first.id, duplicates: n };
        assert_eq!(accept(&storage, &copy(u128::from(n) + 1), b"body"), duplicate);
    }
    assert_eq!(count(&storage, "deliveries"), 1);
    assert_eq!(inbox::inspect(&storage, &first.dedup_key).unwrap().unwrap().duplicates, 5);
}

#[test]
fn a_body_comes_back_byte_for_byte_whatever_its_size() {
    let not_text: Vec<u8> = (0..=255).collect();
    let three_chunks = (0..3 * BODY_CHUNK_BYTES).map(|n| u8::try_from(n % 251).unwrap()).collect();
    for body in [vec![], vec![0], not_text, vec![7; BODY_CHUNK_BYTES], vec![8; BODY_CHUNK_BYTES + 1], three_chunks] {
        let storage = open();
        let event = copy(1);
        accept(&storage, &event, &body);
        accept(&storage, &copy(2), &body);
        let (about, kept) = inbox::raw(&storage, &event.dedup_key).unwrap().unwrap();
        assert!(kept == body, "{} bytes", body.len());
        assert_eq!((about.bytes as usize, about.headers.len(), about.expired_at), (body.len(), 1, None));
        let chunks = body.len().saturating_sub(1) / BODY_CHUNK_BYTES;
        assert_eq!(count(&storage, "body_chunks"), i64::try_from(chunks).unwrap(), "no orphan of the copy");
    }
}

#[test]
fn whatever_write_fails_what_is_acknowledged_is_there() {
    let body = vec![9; 2 * BODY_CHUNK_BYTES + 5];
    for failing in 0..5 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let storage = open();
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            storage.failures.script(script);
            // As the vendor does: again, until it is acknowledged.
            let acknowledged = (1..10).find_map(|n| accept_at(&storage, &copy(n), &body, NOW).ok());
            assert!(acknowledged.is_some());
            storage.failures.clear();
            let (_, kept) = inbox::raw(&storage, &copy(1).dedup_key).unwrap().unwrap();
            assert!(kept == body, "call {failing} {failure:?}");
            assert_eq!(count(&storage, "deliveries"), 1);
            assert_eq!(inbox::due(&storage, NOW).unwrap().len(), 1);
        }
    }
}

#[test]
fn a_delivery_stays_due_until_it_is_handed_on() {
    let storage = open();
    let event = copy(1);
    accept(&storage, &event, b"");
    assert_eq!(inbox::wake(&storage).unwrap(), Wake::By(NOW));
    let (mut now, mut waits) = (NOW, Vec::new());
    for _ in 0..12 {
        assert!(matches!(&inbox::due(&storage, now).unwrap()[0].task, Task::HandOn(kept) if **kept == event));
        inbox::postpone(&storage, &event.dedup_key, "away", now).unwrap();
        let Wake::By(next) = inbox::wake(&storage).unwrap() else { panic!("always armed") };
        waits.push(next.since(now).0 / 1_000);
        assert!(inbox::due(&storage, now).unwrap().is_empty(), "not before its time");
        now = next;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    let kept = inbox::inspect(&storage, &event.dedup_key).unwrap().unwrap();
    assert_eq!((kept.attempts, kept.last_error.as_deref()), (12, Some("away")));
    inbox::handed_on(&storage, &event.dedup_key, record_id(1), now).unwrap();
    assert!(inbox::due(&storage, now + Millis::days(1)).unwrap().is_empty());
    assert_eq!(inbox::wake(&storage).unwrap(), Wake::By(NOW + RETENTION));
}

#[test]
fn what_waited_longest_comes_first_and_a_batch_is_bounded() {
    let storage = open();
    for n in 1..=60 {
        accept_at(&storage, &payment_failed(n, "in_1"), b"", NOW - Millis(i64::try_from(n).unwrap())).unwrap();
    }
    let due: Vec<_> = inbox::due(&storage, NOW).unwrap().into_iter().map(|due| due.event).collect();
    let oldest_first: Vec<_> = (11..=60).rev().map(|n| payment_failed(n, "in_1").id).collect();
    assert_eq!(due, oldest_first);
}

#[test]
fn one_delivery_that_fails_holds_up_no_other() {
    let storage = open();
    for n in 1..=3 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    inbox::postpone(&storage, &payment_failed(1, "in_1").dedup_key, "poison", NOW).unwrap();
    assert_eq!(inbox::due(&storage, NOW).unwrap().len(), 2);
}

#[test]
fn copies_that_come_late_are_reported_and_none_is_lost() {
    let storage = open();
    let event = copy(1);
    accept(&storage, &event, b"");
    inbox::handed_on(&storage, &event.dedup_key, record_id(1), NOW).unwrap();
    accept(&storage, &copy(2), b"");
    let later = NOW + Millis::seconds(1);
    assert!(inbox::due(&storage, NOW).unwrap().is_empty(), "many copies are reported together");
    assert_eq!(inbox::due(&storage, later).unwrap()[0].task, Task::ReportDuplicates { duplicates: 1 });
    // Another copy comes while the first is being reported.
    accept(&storage, &copy(3), b"");
    inbox::duplicates_reported(&storage, &event.dedup_key, 1).unwrap();
    assert_eq!(inbox::due(&storage, later).unwrap()[0].task, Task::ReportDuplicates { duplicates: 2 });
    inbox::duplicates_reported(&storage, &event.dedup_key, 2).unwrap();
    assert!(inbox::due(&storage, later).unwrap().is_empty());
}

#[test]
fn copies_that_came_before_the_hand_over_are_reported_after_it() {
    let storage = open();
    let event = copy(1);
    for n in 1..=3 {
        accept(&storage, &copy(n), b"");
    }
    assert_eq!(inbox::due(&storage, NOW).unwrap()[0].task, Task::HandOn(Box::new(event.clone())));
    inbox::handed_on(&storage, &event.dedup_key, record_id(1), NOW).unwrap();
    assert_eq!(inbox::wake(&storage).unwrap(), Wake::By(NOW));
    inbox::postpone(&storage, &event.dedup_key, "away", NOW).unwrap();
    let later = NOW + Millis::minutes(1);
    assert_eq!(inbox::due(&storage, later).unwrap()[0].task, Task::ReportDuplicates { duplicates: 2 });
    inbox::duplicates_reported(&storage, &event.dedup_key, 2).unwrap();
    let kept = inbox::inspect(&storage, &event.dedup_key).unwrap().unwrap();
    assert_eq!((kept.record, kept.last_error), (Some(record_id(1)), None));
}

#[test]
fn whatever_call_fails_what_is_kept_is_forgotten_one_day() {
    let (short, body) = (Millis::days(1), vec![9; BODY_CHUNK_BYTES + 1]);
    for failing in 0..8 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let storage = open();
            let fail = || storage.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
            let key = copy(1).dedup_key;
            fail();
            let arrive = |event: Event| {
                let arrival = Arrival { inbox: "stripe:1", event: &event, headers: &[], body: &body };
                inbox::accept(&storage, arrival, short, NOW).ok()
            };
            assert!((1..10).find_map(|n| arrive(copy(n))).is_some());
            storage.failures.clear();
            inbox::handed_on(&storage, &key, record_id(1), NOW).unwrap();
            let copies = inbox::inspect(&storage, &key).unwrap().unwrap().duplicates;
            inbox::duplicates_reported(&storage, &key, copies).unwrap();
            fail();
            // As the alarm does: when it is wanted, or soon again when it failed.
            let mut now = NOW;
            while let Wake::By(next) = inbox::wake(&storage).unwrap_or(Wake::By(now)) {
                now = next.max(now + Millis::seconds(8));
                let _result = inbox::sweep(&storage, short, now);
                assert!(now < NOW + Millis::days(32), "call {failing} {failure:?}");
            }
            storage.failures.clear();
            let left = (count(&storage, "deliveries"), count(&storage, "body_chunks"));
            assert_eq!(left, (0, 0), "call {failing} {failure:?}");
        }
    }
}

#[test]
fn bodies_expire_before_keys_and_nothing_due_is_touched() {
    let storage = open();
    let (done, waiting) = (payment_failed(1, "in_1"), payment_failed(2, "in_2"));
    let short = Millis::days(1);
    for event in [&done, &waiting] {
        let body = vec![1; BODY_CHUNK_BYTES + 1];
        let arrival = Arrival { inbox: "stripe:1", event, headers: &[], body: &body };
        inbox::accept(&storage, arrival, short, NOW).unwrap();
    }
    inbox::handed_on(&storage, &done.dedup_key, record_id(1), NOW).unwrap();
    let raw = |event: &Event| inbox::raw(&storage, &event.dedup_key).unwrap();
    inbox::sweep(&storage, short, NOW + Millis::minutes(60)).unwrap();
    assert!(raw(&done).unwrap().0.expired_at.is_none(), "too early");
    inbox::sweep(&storage, short, NOW + Millis::days(1)).unwrap();
    assert_eq!(raw(&done).map(|(about, body)| (about.expired_at.is_some(), body.len())), Some((true, 0)));
    assert_eq!(raw(&waiting).unwrap().1.len(), BODY_CHUNK_BYTES + 1);
    assert_eq!(count(&storage, "body_chunks"), 1);
    let late = Event { id: payment_failed(3, "in_1").id, ..done.clone() };
    let again = accept_at(&storage, &late, b"", NOW + Millis::days(29)).unwrap();
    assert!(matches!(again, Accepted::Duplicate { .. }), "the key is remembered for 30 days");
    inbox::duplicates_reported(&storage, &done.dedup_key, 1).unwrap();
    inbox::sweep(&storage, short, NOW + Millis::days(31)).unwrap();
    assert_eq!((raw(&done), count(&storage, "deliveries")), (None, 1));
    assert!(matches!(inbox::wake(&storage).unwrap(), Wake::By(_)), "what is due keeps the alarm");
    let again = accept_at(&storage, &late, b"again", NOW + Millis::days(31)).unwrap();
    assert_eq!(again, Accepted::Accepted { event: late.id }, "a key that is forgotten is free");
    assert_eq!(raw(&late).unwrap().1, b"again");
}
