//! The ledger on real SQLite with the real migrations: intact chains verify, and verification names an altered entry.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    PageRequest,
    chain::{self, Body, ChainId, Entry, EntryFilter, EntryKind, Head},
    verify,
};
use nerve_model::Actor;
use nerve_ports::{Database, DatabaseError, Entropy, Statement, Value};
use nerve_testkit::{
    SeededEntropy, Sqlite, block_on,
    events::{NOW, record_id},
};
use proptest::prelude::*;

fn entry(kind: EntryKind, note: &str) -> Entry {
    let body = Body { note: Some(note.to_owned()), ..Body::default() };
    Entry { kind, at: NOW, actor: Actor::Person("Ada".to_owned()), proposal: None, event: None, body }
}

fn append(db: &Sqlite, chain: ChainId, count: usize) {
    let entropy = SeededEntropy::new(7);
    for n in 0..count {
        let mut head = block_on(chain::head(db, &chain)).unwrap();
        let statements = head.append(&chain, &entry(EntryKind::Proposed, &format!("entry {n}")), entropy.random());
        block_on(db.batch(statements)).unwrap();
    }
}

fn ledger() -> Sqlite {
    let db = Sqlite::default();
    append(&db, ChainId::Record(record_id(1)), 4);
    append(&db, ChainId::Record(record_id(2)), 3);
    append(&db, ChainId::Settings, 2);
    db
}

fn unlock(db: &Sqlite) {
    for row in db.look("SELECT name FROM sqlite_master WHERE type = 'trigger'") {
        db.tamper(&format!("DROP TRIGGER {}", row.text("name").unwrap()));
    }
}

#[test]
fn an_intact_ledger_verifies() {
    let result = block_on(verify(&ledger())).unwrap();
    assert_eq!((result.ok, result.chains, result.entries, result.first_bad), (true, 3, 9, None));
    let empty = block_on(verify(&Sqlite::default())).unwrap();
    assert_eq!((empty.ok, empty.chains, empty.entries), (true, 0, 0));
}

#[test]
fn every_alteration_is_named() {
    let (one, two) = (record_id(1).to_string(), record_id(2).to_string());
    let at = |n: i64| format!("chain = '{one}' AND n = {n}");
    let cases = [
        (format!("UPDATE ledger SET at = at + 1 WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger SET kind = 'rejected' WHERE {}", at(1)), &one, 1),
        (format!("UPDATE ledger SET actor = replace(actor, 'Ada', 'Eve') WHERE {}", at(3)), &one, 3),
        (format!("UPDATE ledger SET proposal = 'prp_x' WHERE {}", at(3)), &one, 3),
        (format!("UPDATE ledger SET event = 'evt_x' WHERE {}", at(3)), &one, 3),
        (format!("UPDATE ledger SET body_digest = 'x' WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger SET prev_hash = 'x' WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger SET hash = 'x' WHERE {}", at(4)), &one, 4),
        (format!("UPDATE ledger SET at = 'soon' WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger SET n = -1 WHERE {}", at(1)), &one, -1),
        (format!("DELETE FROM ledger WHERE {}", at(1)), &one, 1),
        (format!("DELETE FROM ledger WHERE {}", at(3)), &one, 3),
        (format!("DELETE FROM ledger WHERE {}", at(4)), &one, 4),
        (format!("DELETE FROM ledger WHERE chain = '{one}'"), &one, 1),
        (
            format!(
                "UPDATE ledger SET n = -2 WHERE {}; UPDATE ledger SET n = 2 WHERE {}; UPDATE ledger SET n = 3 WHERE {}",
                at(2),
                at(3),
                at(-2)
            ),
            &one,
            2,
        ),
        (format!("UPDATE ledger_bodies SET body = replace(body, 'entry', 'Entry') WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger_bodies SET salt = 'x' WHERE {}", at(2)), &one, 2),
        (format!("UPDATE ledger_bodies SET salt = NULL WHERE {}", at(2)), &one, 2),
        (format!("DELETE FROM ledger_bodies WHERE {}", at(4)), &one, 4),
        (format!("UPDATE chains SET n = 9 WHERE chain = '{one}'"), &one, 5),
        (format!("UPDATE chains SET n = 3 WHERE chain = '{one}'"), &one, 4),
        (format!("UPDATE chains SET hash = 'x' WHERE chain = '{one}'"), &one, 4),
        (format!("DELETE FROM chains WHERE chain = '{one}'"), &one, 4),
        (format!("UPDATE ledger SET chain = '{two}', n = 4 WHERE {}", at(4)), &one, 4),
    ];
    for (attack, chain, n) in cases {
        let db = ledger();
        unlock(&db);
        db.tamper(&attack);
        let result = block_on(verify(&db)).unwrap();
        assert!(!result.ok, "{attack}");
        let bad = result.first_bad.unwrap();
        assert_eq!((&bad.chain, bad.n), (chain, n), "{attack}: {}", bad.problem);
    }
}

#[test]
fn erasing_a_body_keeps_the_chain_whole() {
    let db = ledger();
    let chain = ChainId::Record(record_id(1));
    block_on(db.query(chain::erase(&chain, 2, NOW))).unwrap();
    assert!(block_on(verify(&db)).unwrap().ok);
    let filter = EntryFilter { chain: Some(chain), proposal: None };
    let entries = block_on(chain::list(&db, &filter, &PageRequest::default())).unwrap().items;
    assert_eq!(
        entries.iter().map(|e| (e.n, e.body.is_some())).collect::<Vec<_>>(),
        [(4, true), (3, true), (2, false), (1, true)]
    );
    let left =
        db.look(&format!("SELECT 1 FROM ledger_bodies WHERE chain = '{}' AND body LIKE '%entry 1%'", record_id(1)));
    assert!(left.is_empty());
    let again = block_on(db.query(chain::erase(&chain, 2, NOW)));
    assert!(again.is_err(), "an erased body stays as it is");
}

#[test]
fn the_database_refuses_what_an_append_only_ledger_must_not_do() {
    let attacks = [
        "UPDATE ledger SET kind = 'x'",
        "DELETE FROM ledger",
        "UPDATE ledger_bodies SET body = '{}'",
        "UPDATE ledger_bodies SET erased_at = 1",
        "DELETE FROM ledger_bodies",
        "UPDATE chains SET n = n + 1",
        "UPDATE chains SET hash = 'x'",
        "DELETE FROM chains",
    ];
    for attack in attacks {
        let refused = block_on(ledger().query(Statement::new(attack, [])));
        assert!(
            matches!(&refused, Err(DatabaseError::Unavailable(text)) if text.contains("append-only")),
            "{attack}: {refused:?}"
        );
    }
}

#[test]
fn of_two_appends_to_one_head_the_second_is_refused_whole() {
    let db = ledger();
    let chain = ChainId::Record(record_id(1));
    let head = block_on(chain::head(&db, &chain)).unwrap();
    let mut first = head.clone();
    let mut second = head;
    block_on(db.batch(first.append(&chain, &entry(EntryKind::Approved, "first"), 1))).unwrap();
    let mut late = vec![Statement::new("DELETE FROM autonomy", [])];
    late.extend(second.append(&chain, &entry(EntryKind::Rejected, "second"), 2));
    assert!(matches!(block_on(db.batch(late)), Err(DatabaseError::Conflict(_))));
    let result = block_on(verify(&db)).unwrap();
    assert_eq!((result.ok, result.entries), (true, 10));
}

/// The next version must verify entries written by this one: other bytes would break every existing ledger.
#[test]
fn the_bytes_under_the_hash_are_fixed() {
    let mut head = Head::default();
    head.append(&ChainId::Settings, &entry(EntryKind::Granted, "note"), 1);
    assert_eq!((head.n, head.hash.as_str()), (1, "63fe6324467c478ddf601b6747a9620cbaa05ce30400e751aba68590313919e4"));
}

#[test]
fn a_long_ledger_is_verified_across_pages() {
    let db = Sqlite::default();
    append(&db, ChainId::Record(record_id(1)), 700);
    append(&db, ChainId::Record(record_id(2)), 600);
    assert_eq!(block_on(verify(&db)).unwrap().entries, 1_300);
    unlock(&db);
    db.tamper(&format!("DELETE FROM ledger WHERE chain = '{}' AND n = 501", record_id(1)));
    let bad = block_on(verify(&db)).unwrap().first_bad.unwrap();
    assert_eq!((bad.chain, bad.n), (record_id(1).to_string(), 501));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_character_can_be_changed_unnoticed(row in 0_usize..9, column in 0_usize..9, position in 0_usize..200) {
        let db = ledger();
        unlock(&db);
        let tables = [("ledger", "chain"), ("ledger", "kind"), ("ledger", "actor"), ("ledger", "body_digest"),
            ("ledger", "prev_hash"), ("ledger", "hash"), ("ledger_bodies", "salt"), ("ledger_bodies", "body"), ("chains", "hash")];
        let (table, column) = tables[column];
        let key = if table == "chains" { "chain" } else { "chain || n" };
        let rows = db.look(&format!("SELECT {key} AS key, {column} AS text FROM {table}"));
        let target = &rows[row % rows.len()];
        let text = target.text("text").unwrap();
        prop_assume!(!text.is_empty());
        let at = position % text.len();
        let flipped: String = text.bytes().enumerate().map(|(i, b)| char::from(if i == at { b ^ 1 } else { b })).collect();
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {key} = ?2");
        let change = Statement::new(sql, [Value::from(flipped), target.get("key").clone()]);
        prop_assume!(block_on(db.query(change)).is_ok());
        prop_assert!(!block_on(verify(&db)).unwrap().ok, "{}.{} at {}", table, column, at);
    }
}
