//! Reads of the timeline in D1: a bounded range at a time, at a cost that does not grow with the stream.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    PageRequest,
    associations::{self, Association},
    chain::{self, ChainId, EntryFilter, EntryKind},
    events,
    records::{self, NewRecord, Origin},
    timeline::{self, Kinds, WINDOW},
};
use nerve_model::{Actor, Millis, RecordId, RecordRef};
use nerve_ports::{Database, Statement, Value};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, confident, payment_failed, record_id},
};

/// A record with this many entries, inserted without hashes: each tenth is an approval, the second a note.
fn long(entries: i64) -> Sqlite {
    let db = Sqlite::default();
    let origin = Origin::of(Actor::system("test"), NOW);
    block_on(db.batch(records::create(&NewRecord::named(ada()), &origin, 1))).unwrap();
    for row in db.look("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('ledger', 'chains')") {
        db.tamper(&format!("DROP TRIGGER {}", row.text("name").unwrap()));
    }
    let sql = "WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
               INSERT INTO ledger (chain, n, at, kind, actor, body_digest, prev_hash, hash)
               SELECT ?1, n, n * 1000,
                   CASE WHEN n = 2 THEN 'note_added' WHEN n % 10 = 0 THEN 'approved' ELSE 'proposed' END,
                   '{\"type\":\"system\",\"name\":\"test\"}', '', '', '' FROM numbers";
    block_on(db.query(Statement::new(sql, [Value::text(ada().id), Value::Integer(entries)]))).unwrap();
    db.tamper(&format!("UPDATE chains SET n = {entries}"));
    db
}

fn kinds(named: &[EntryKind], wanted: bool) -> Kinds {
    Kinds { named: named.to_vec(), wanted }
}

fn all() -> Kinds {
    kinds(&[EntryKind::Refreshed], false)
}

#[test]
fn a_chain_is_read_from_its_end_until_enough_was_found() {
    let db = long(1_000);
    let read = |before, kinds: &Kinds, limit| {
        let found = block_on(timeline::entries(&db, &[(ada().id, before)], kinds, limit)).unwrap().remove(0);
        let places: Vec<_> = found.found.iter().map(|entry| entry.n).collect();
        (places, found.stop.map(|(at, n)| (at.as_millis(), n)))
    };
    assert_eq!(read(1_001, &all(), 3), (vec![1_000, 999, 998], Some((998_000, 998))));
    assert_eq!(read(998, &all(), 2), (vec![997, 996], Some((996_000, 996))));
    let approved = kinds(&[EntryKind::Approved], true);
    assert_eq!(read(1_001, &approved, 2), (vec![1_000, 990], Some((990_000, 990))));
    let (found, stop) = read(1_001, &approved, 100);
    assert_eq!((found.len(), stop), (20, Some((801_000, 801))), "no further than a window");
    let noted = kinds(&[EntryKind::NoteAdded], true);
    assert_eq!(read(1_001, &noted, 9), (vec![], Some((801_000, 801))));
    assert_eq!(read(150, &noted, 9), (vec![2], None), "to the first");
    assert_eq!(read(3, &all(), 2), (vec![2, 1], None));
    assert_eq!(read(1, &all(), 2), (vec![], None));
}

#[test]
fn the_parts_of_a_record_come_with_where_their_chains_end() {
    let db = long(10);
    let (parts, heads) = block_on(timeline::parts(&db, ada().id)).unwrap();
    assert_eq!((parts, heads.next(ada().id)), (vec![ada().id], 11));
    assert!(block_on(timeline::parts(&db, record_id(9))).unwrap().0.is_empty());
}

fn steps(db: &Sqlite, read: impl AsyncFnOnce()) -> i64 {
    let before = db.steps();
    block_on(read());
    db.steps() - before
}

/// Steps of SQLite's virtual machine: they count rows read and do not depend on the computer.
#[test]
fn a_page_costs_the_same_however_long_the_chain_is() {
    let cost = |entries: i64| {
        let (db, record) = (long(entries), ada().id);
        let (end, rare) = (u64::try_from(entries).unwrap(), kinds(&[EntryKind::NoteAdded], true));
        let filter = EntryFilter { chain: Some(ChainId::Record(record)), proposal: None };
        let deep = PageRequest::new(50, Some((entries / 2).to_string())).unwrap();
        [
            steps(&db, async || drop(timeline::parts(&db, record).await.unwrap())),
            steps(&db, async || drop(timeline::entries(&db, &[(record, end)], &all(), 50).await.unwrap())),
            steps(&db, async || drop(timeline::entries(&db, &[(record, end / 2)], &all(), 50).await.unwrap())),
            steps(&db, async || drop(timeline::entries(&db, &[(record, end)], &rare, WINDOW).await.unwrap())),
            steps(&db, async || drop(chain::list(&db, &filter, &PageRequest::default()).await.unwrap())),
            steps(&db, async || drop(chain::list(&db, &filter, &deep).await.unwrap())),
        ]
    };
    let (short, long) = (cost(1_000), cost(100_000));
    for (short, long) in short.into_iter().zip(long) {
        assert!(long <= short + short / 10 && long < 20_000, "{short} steps with 1,000 entries, {long} with 100,000");
    }
}

fn about(db: &Sqlite, record: RecordId, n: u128, days: i64) {
    let mut event = payment_failed(n, &format!("in_{n}"));
    event.occurred_at = NOW - Millis::days(days);
    let association =
        Association { record: RecordRef { id: record, ..ada() }, confidence: 0.9, how: "named".to_owned() };
    let statements = vec![
        events::insert(&event, &confident(), record_id(2), "inbox", 0),
        associations::insert(event.id, event.occurred_at, &[association]),
    ];
    block_on(db.batch(statements)).unwrap();
}

#[test]
fn associated_events_are_read_in_the_order_in_which_they_happened() {
    let db = Sqlite::default();
    let origin = Origin::of(Actor::system("test"), NOW);
    for (salt, id) in [(1, ada().id), (2, record_id(2))] {
        let record = NewRecord::named(RecordRef { id, ..ada() });
        block_on(db.batch(records::create(&record, &origin, salt))).unwrap();
    }
    // The second event was reported late.
    for (n, days) in [(1, 3), (2, 9), (3, 1), (4, 1)] {
        about(&db, ada().id, n, days);
    }
    let read = |parts: &[RecordId], before, limit| {
        let found = block_on(timeline::associated(&db, parts, before, limit)).unwrap();
        let keys: Vec<_> = found.found.iter().map(|associated| associated.stored.event.dedup_key.to_string()).collect();
        (keys, found.stop)
    };
    let (first, stop) = read(&[ada().id], None, 3);
    assert_eq!(first, ["evt_4", "evt_3", "evt_1"]);
    let (rest, end) = read(&[ada().id], stop, 3);
    assert_eq!((rest, end), (vec!["evt_2".to_owned()], None));
    let (whole, _) = read(&[ada().id, record_id(2)], None, 9);
    assert!(whole.is_empty(), "what came to a part of the record is on its timeline: {whole:?}");
}
