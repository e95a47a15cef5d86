//! The inbox on real SQLite: an acknowledged delivery is stored once, byte for byte, whichever write fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::inbox::{self, Arrival, Due, Outcome, Task};
use nerve_model::{Event, EventId, Millis, Timestamp};
use nerve_ports::{DatabaseError, ObjectStorage, Statement, Wake};
use nerve_protocol::{inbox::Accepted, limits::BODY_CHUNK_BYTES};
use nerve_testkit::{
    Failure, ObjectSqlite,
    events::{NOW, payment_failed},
};

const RETENTION: Millis = Millis::days(90);
const DELAY: Millis = Millis(250);

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
    let json = serde_json::to_string(event).unwrap();
    let Event { id, dedup_key, .. } = event;
    let arrival = Arrival { inbox: "stripe:1", id: *id, dedup_key, event: &json, headers: &headers, body };
    inbox::accept(storage, arrival, now)
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
fn every_acknowledged_delivery_is_stored_whichever_write_fails() {
    let body = vec![9; 2 * BODY_CHUNK_BYTES + 5];
    for failing in 0..5 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let storage = open();
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            storage.failures.script(script);
            // The vendor sends again until the delivery is acknowledged.
            let acknowledged = (1..10).find_map(|n| accept_at(&storage, &copy(n), &body, NOW).ok());
            assert!(acknowledged.is_some());
            storage.failures.clear();
            let (_, kept) = inbox::raw(&storage, &copy(1).dedup_key).unwrap().unwrap();
            assert!(kept == body, "call {failing} {failure:?}");
            assert_eq!(count(&storage, "deliveries"), 1);
            assert_eq!(due(&storage, NOW).len(), 1);
        }
    }
}

fn due(storage: &ObjectSqlite, now: Timestamp) -> Vec<Due> {
    inbox::due(storage, now).unwrap()
}

fn wake(storage: &ObjectSqlite) -> Wake {
    inbox::wake(storage, DELAY).unwrap()
}

/// Gives all due work this outcome.
fn record_all(storage: &ObjectSqlite, outcome: &Outcome, retention: Millis, now: Timestamp) {
    let outcomes: Vec<_> = due(storage, now).into_iter().map(|due| (due, outcome.clone())).collect();
    inbox::record_outcomes(storage, &outcomes, retention, now).unwrap();
}

fn dispatch(storage: &ObjectSqlite, now: Timestamp) {
    record_all(storage, &Outcome::Done, RETENTION, now);
}

fn away() -> Outcome {
    Outcome::Failed("away".to_owned())
}

fn ids(due: &[Due]) -> Vec<EventId> {
    due.iter().map(|due| due.event).collect()
}

fn is_dispatch(due: &Due, event: &Event) -> bool {
    matches!(&due.task, Task::Dispatch(kept) if **kept == *event)
}

#[test]
fn a_delivery_stays_due_until_it_is_dispatched() {
    let storage = open();
    let event = copy(1);
    accept(&storage, &event, b"");
    assert_eq!(wake(&storage), Wake::By(NOW + DELAY));
    let (mut now, mut waits) = (NOW, Vec::new());
    for _ in 0..12 {
        assert!(is_dispatch(&due(&storage, now)[0], &event));
        record_all(&storage, &away(), RETENTION, now);
        let Wake::By(next) = wake(&storage) else { panic!("always armed") };
        waits.push(next.since(now).0 / 1_000);
        assert_eq!(due(&storage, now), [], "not before its time");
        now = next;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    let kept = inbox::inspect(&storage, &event.dedup_key).unwrap().unwrap();
    assert_eq!((kept.dispatched, kept.attempts, kept.last_error.as_deref()), (false, 12, Some("away")));
    dispatch(&storage, now);
    assert_eq!(due(&storage, now + Millis::days(1)), []);
    let kept = inbox::inspect(&storage, &event.dedup_key).unwrap().unwrap();
    assert_eq!((kept.dispatched, kept.attempts, kept.last_error), (true, 0, None));
    assert_eq!(wake(&storage), Wake::By(NOW + RETENTION), "the first sweep");
}

#[test]
fn deliveries_are_dispatched_in_order_of_arrival_and_a_batch_is_bounded() {
    let storage = open();
    for n in 1..=60 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    let expected = |range: std::ops::RangeInclusive<u128>| -> Vec<EventId> {
        range.map(|n| payment_failed(n, "in_1").id).collect()
    };
    assert_eq!(ids(&due(&storage, NOW)), expected(1..=50));
    dispatch(&storage, NOW);
    assert_eq!(wake(&storage), Wake::By(NOW + DELAY), "the rest is wanted at once");
    assert_eq!(ids(&due(&storage, NOW)), expected(51..=60));
}

#[test]
fn a_batch_is_marked_with_one_row() {
    let storage = open();
    for n in 1..=10 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    dispatch(&storage, NOW);
    assert_eq!((count(&storage, "progress"), count(&storage, "retries")), (1, 0));
}

#[test]
fn one_delivery_that_fails_holds_up_no_other() {
    let storage = open();
    for n in 1..=3 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    let mut outcomes: Vec<_> = due(&storage, NOW).into_iter().map(|due| (due, Outcome::Done)).collect();
    outcomes[0].1 = away();
    inbox::record_outcomes(&storage, &outcomes, RETENTION, NOW).unwrap();
    assert_eq!(due(&storage, NOW), []);
    assert_eq!(ids(&due(&storage, NOW + Millis::seconds(1))), [payment_failed(1, "in_1").id]);
}

#[test]
fn a_stored_event_that_does_not_read_is_told_apart_and_holds_up_no_other() {
    let storage = open();
    for n in 1..=2 {
        accept(&storage, &payment_failed(n, "in_1"), b"raw");
    }
    storage.execute(Statement::new("UPDATE deliveries SET event = '{}' WHERE seq = 1", [])).unwrap();
    let found = due(&storage, NOW);
    assert!(matches!(found[0].task, Task::Damaged(_)));
    assert!(is_dispatch(&found[1], &payment_failed(2, "in_1")));
    assert!(inbox::raw(&storage, &payment_failed(1, "in_1").dedup_key).unwrap().is_some(), "nothing is lost");
}

#[test]
fn when_one_after_another_fails_nothing_is_tried_for_a_while() {
    let storage = open();
    for n in 1..=4 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    let (mut now, mut waits) = (NOW, Vec::new());
    for _ in 0..11 {
        let outcomes: Vec<_> = due(&storage, now).into_iter().take(3).map(|due| (due, away())).collect();
        assert!(!outcomes.is_empty());
        inbox::record_outcomes(&storage, &outcomes, RETENTION, now).unwrap();
        inbox::back_off(&storage, now).unwrap();
        let Wake::By(next) = wake(&storage) else { panic!("always armed") };
        assert_eq!(due(&storage, next + Millis(-1)), [], "nothing before its time");
        waits.push(next.since(now).0 / 1_000);
        now = next;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]);
    // The first is now postponed by its own retry; the fourth was tried as well.
    assert!(!inbox::inspect(&storage, &payment_failed(4, "in_1").dedup_key).unwrap().unwrap().dispatched);
    dispatch(&storage, now + Millis::minutes(11));
    accept_at(&storage, &payment_failed(5, "in_1"), b"", now).unwrap();
    assert_eq!(wake(&storage), Wake::By(now + DELAY), "what works again is not held off");
}

#[test]
fn a_retry_does_not_skip_earlier_deliveries_that_were_never_tried() {
    let storage = open();
    for n in 1..=2 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    accept(&storage, &Event { id: payment_failed(9, "in_1").id, ..payment_failed(2, "in_1") }, b"");
    let later = NOW + Millis::seconds(1);
    let retry = due(&storage, later).into_iter().find(|due| due.is_retry).unwrap();
    inbox::record_outcomes(&storage, &[(retry, away())], RETENTION, later).unwrap();
    assert_eq!(ids(&due(&storage, later)), [payment_failed(1, "in_1").id, payment_failed(2, "in_1").id]);
}

#[test]
fn copies_that_come_late_are_reported_and_none_is_lost() {
    let storage = open();
    accept(&storage, &copy(1), b"");
    dispatch(&storage, NOW);
    accept(&storage, &copy(2), b"");
    let later = NOW + Millis::seconds(1);
    assert_eq!((due(&storage, NOW), wake(&storage)), (vec![], Wake::By(later)), "many copies are reported together");
    let first = due(&storage, later);
    assert_eq!((&first[0].task, first[0].duplicates), (&Task::ReportCopies, 1));
    // Another copy arrives while the first is being reported.
    accept(&storage, &copy(3), b"");
    inbox::record_outcomes(&storage, &[(first[0].clone(), Outcome::Done)], RETENTION, later).unwrap();
    let again = later + Millis::seconds(1);
    assert_eq!((due(&storage, later), wake(&storage)), (vec![], Wake::By(again)));
    assert_eq!(due(&storage, again)[0].duplicates, 2);
    dispatch(&storage, again);
    assert_eq!(wake(&storage), Wake::By(NOW + RETENTION));
}

#[test]
fn copies_that_came_before_the_hand_over_are_reported_with_it_or_after_it() {
    let storage = open();
    for n in 1..=3 {
        accept(&storage, &copy(n), b"");
    }
    let first = due(&storage, NOW);
    assert_eq!((first.len(), first[0].duplicates), (1, 2));
    // The report fails, and another copy arrives.
    record_all(&storage, &away(), RETENTION, NOW);
    accept(&storage, &copy(4), b"");
    let later = NOW + Millis::seconds(1);
    let second = due(&storage, later);
    assert!(is_dispatch(&second[0], &copy(1)) && second[0].duplicates == 3);
    accept(&storage, &copy(5), b"");
    inbox::record_outcomes(&storage, &[(second[0].clone(), Outcome::Done)], RETENTION, later).unwrap();
    let third = due(&storage, later + Millis::seconds(1));
    assert_eq!((&third[0].task, third[0].duplicates), (&Task::ReportCopies, 4));
}

#[test]
fn every_stored_delivery_is_deleted_in_the_end_whichever_call_fails() {
    let (short, body) = (Millis::days(1), vec![9; BODY_CHUNK_BYTES + 1]);
    for failing in 0..8 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let storage = open();
            let fail = || storage.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
            fail();
            assert!((1..10).find_map(|n| accept_at(&storage, &copy(n), &body, NOW).ok()).is_some());
            storage.failures.clear();
            for later in [0, 1] {
                record_all(&storage, &Outcome::Done, short, NOW + Millis::seconds(later));
            }
            fail();
            // The alarm runs when requested, or soon again after a failure.
            let mut now = NOW;
            while let Wake::By(next) = inbox::wake(&storage, DELAY).unwrap_or(Wake::By(now)) {
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
    let (short, body) = (Millis::days(1), vec![1; BODY_CHUNK_BYTES + 1]);
    accept(&storage, &done, &body);
    record_all(&storage, &Outcome::Done, short, NOW);
    accept(&storage, &waiting, &body);
    let raw = |event: &Event| inbox::raw(&storage, &event.dedup_key).unwrap();
    inbox::sweep(&storage, short, NOW + Millis::minutes(60)).unwrap();
    assert!(raw(&done).unwrap().0.expired_at.is_none(), "too early");
    inbox::sweep(&storage, short, NOW + Millis::days(1)).unwrap();
    assert_eq!(raw(&done).map(|(about, body)| (about.expired_at.is_some(), body.len())), Some((true, 0)));
    assert_eq!(raw(&waiting).unwrap().1.len(), BODY_CHUNK_BYTES + 1);
    assert_eq!(count(&storage, "body_chunks"), 1);
    let late = Event { id: payment_failed(3, "in_1").id, ..done.clone() };
    let at = NOW + Millis::days(29);
    let again = accept_at(&storage, &late, b"", at).unwrap();
    assert!(matches!(again, Accepted::Duplicate { .. }), "the key is remembered for 30 days");
    let report: Vec<_> = due(&storage, at + Millis::seconds(1)).into_iter().filter(|due| due.is_retry).collect();
    inbox::record_outcomes(&storage, &[(report[0].clone(), Outcome::Done)], short, at).unwrap();
    inbox::sweep(&storage, short, NOW + Millis::days(31)).unwrap();
    assert_eq!((raw(&done), count(&storage, "deliveries")), (None, 1));
    assert!(is_dispatch(&due(&storage, NOW + Millis::days(31))[0], &waiting), "what is due stays");
    let again = accept_at(&storage, &late, b"again", NOW + Millis::days(31)).unwrap();
    assert_eq!(again, Accepted::Accepted { event: late.id }, "a key that is forgotten is free");
    assert_eq!(raw(&late).unwrap().1, b"again");
}

#[test]
fn each_source_has_a_time_for_its_bodies() {
    let settings = [
        ("RAW_RETENTION_DAYS", "60"),
        ("RAW_RETENTION_DAYS_STRIPE", " 7 "),
        ("RAW_RETENTION_DAYS_BOX", "never"),
        ("RAW_RETENTION_DAYS_ZOOM", "0"),
    ];
    for (inbox, days) in [("stripe:1", 7), ("stripex:1", 60), ("box:1", 60), ("zoom:1", 60), ("none", 60)] {
        let storage = open();
        let event = payment_failed(1, "in_1");
        let arrival =
            Arrival { inbox, id: event.id, dedup_key: &event.dedup_key, event: "{}", headers: &[], body: b"" };
        inbox::accept(&storage, arrival, NOW).unwrap();
        assert_eq!(inbox::retention(&storage, &settings), Ok(Millis::days(days)), "{inbox}");
    }
    assert_eq!(inbox::retention(&open(), &settings), Ok(Millis::days(60)), "an inbox that keeps nothing");
    assert_eq!(inbox::retention(&open(), &[]), Ok(Millis::days(90)));
}

#[test]
fn a_time_that_became_shorter_holds_from_the_next_delivery_on() {
    let storage = open();
    accept(&storage, &payment_failed(1, "in_1"), b"");
    dispatch(&storage, NOW);
    assert_eq!(wake(&storage), Wake::By(NOW + RETENTION));
    let (short, later) = (Millis::days(1), NOW + Millis::days(2));
    accept_at(&storage, &payment_failed(2, "in_1"), b"", later).unwrap();
    record_all(&storage, &Outcome::Done, short, later);
    assert_eq!(wake(&storage), Wake::By(later + short));
    inbox::sweep(&storage, short, later + short).unwrap();
    for n in 1..=2 {
        let raw = inbox::raw(&storage, &payment_failed(n, "in_1").dedup_key).unwrap().unwrap();
        assert!(raw.0.expired_at.is_some(), "{n}");
    }
}

#[test]
fn an_inbox_that_forgot_everything_starts_over() {
    let storage = open();
    for n in 1..=3 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    dispatch(&storage, NOW);
    let much_later = NOW + RETENTION + Millis::days(1);
    inbox::sweep(&storage, RETENTION, much_later).unwrap();
    assert_eq!((count(&storage, "deliveries"), wake(&storage)), (0, Wake::NotNeeded));
    let next = payment_failed(4, "in_1");
    accept_at(&storage, &next, b"", much_later).unwrap();
    assert!(is_dispatch(&due(&storage, much_later)[0], &next));
}

#[test]
fn a_number_that_is_used_again_is_dispatched_again() {
    let storage = open();
    for n in 1..=2 {
        accept(&storage, &payment_failed(n, "in_1"), b"");
    }
    // The first fails, so that the second, which succeeds, leaves its number free.
    let mut outcomes: Vec<_> = due(&storage, NOW).into_iter().map(|due| (due, Outcome::Done)).collect();
    outcomes[0].1 = away();
    inbox::record_outcomes(&storage, &outcomes, RETENTION, NOW).unwrap();
    let much_later = NOW + RETENTION + Millis::days(1);
    inbox::sweep(&storage, RETENTION, much_later).unwrap();
    assert_eq!(count(&storage, "deliveries"), 1);
    let next = payment_failed(3, "in_1");
    accept_at(&storage, &next, b"", much_later).unwrap();
    assert!(due(&storage, much_later).iter().any(|due| is_dispatch(due, &next)));
}
