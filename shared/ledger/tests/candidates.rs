//! Candidates on real SQLite: a lookup is bounded, and concurrent changes are not lost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    Lookup, LookupResult,
    associations::{self, Handle},
    candidates::{self, StoredCandidate},
    look_up, records,
};
use nerve_matching::{Model, Profile};
use nerve_model::{Claim, ClaimKind, EventId, RecordRef, RecordType, Role};
use nerve_ports::{Database, DatabaseError};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, record_id},
};

fn profile(name: &str, phone: &str) -> Profile {
    let phone = Claim { kind: ClaimKind::Phone, value: phone.to_owned(), role: Role::Customer };
    Profile::of([&phone], Some(name))
}

fn candidate(record: &RecordRef) -> StoredCandidate {
    let (profile, members) = (Profile::default(), Profile::default());
    StoredCandidate { part: record.id, record: record.clone(), profile, version: 0, members }
}

fn person(n: u128) -> RecordRef {
    RecordRef { id: record_id(n), record_type: RecordType::Customer, name: format!("Person {n}") }
}

/// Creates a record with a profile.
fn enter(db: &Sqlite, record: &RecordRef, profile: &Profile) {
    let origin = records::Origin::of(nerve_model::Actor::system("context"), NOW);
    let mut statements = records::begin(&records::NewRecord::named(record.clone()), &origin, 1).0;
    statements.extend(candidates::learn(Model::shipped(), &candidate(record), profile, true));
    block_on(db.batch(statements)).unwrap();
}

/// Looks up the candidates of a profile.
fn look(db: &Sqlite, profile: &Profile) -> LookupResult {
    let (model, keys) = (Model::shipped(), Model::shipped().keys(profile));
    let keys = keys.iter().map(|key| (7, key.as_str())).collect();
    block_on(look_up(db, &Lookup { keys, terms: model.terms(profile), ..Lookup::default() })).unwrap()
}

fn found(db: &Sqlite, profile: &Profile) -> Vec<RecordRef> {
    look(db, profile).found.into_iter().map(|found| found.candidate.record).collect()
}

#[test]
fn a_record_with_a_shared_key_is_found_with_the_profile_of_all_its_members() {
    let db = Sqlite::default();
    let (ada_knows, other) = (profile("Ada Lovelace", "+4930123456"), profile("Grace Hopper", "+4940999999"));
    enter(&db, &ada(), &ada_knows);
    enter(&db, &person(2), &other);
    let found = look(&db, &profile("Someone Else", "+4930123456"));
    assert_eq!(found.found.len(), 1);
    let StoredCandidate { record, part, profile: known, version, members } = &found.found[0].candidate;
    assert_eq!((found.found[0].asker, record, *part, known), (7, &ada(), ada().id, &ada_knows));
    assert_eq!((*version, members), (1, &ada_knows));
    db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", ada().id, record_id(2)));
    let merged = look(&db, &other).found;
    assert_eq!((merged[0].candidate.part, &merged[0].candidate.record), (record_id(2), &ada()));
    assert_eq!(merged[0].candidate.members.get("name"), ["Ada Lovelace", "Grace Hopper"]);
}

#[test]
fn a_key_that_many_have_says_nothing_and_of_many_found_the_nearest_are_read() {
    let db = Sqlite::default();
    for n in 1..=60 {
        enter(&db, &person(n), &profile(&format!("Xa{n} Yb{n}"), "+4930111111"));
    }
    assert_eq!(found(&db, &profile("Someone Else", "+4930111111")), []);
    let key = |n: u128| format!("('twin', '{}')", record_id(n));
    let fifty: Vec<String> = (1..=50).map(key).collect();
    db.tamper(&format!("INSERT INTO record_keys VALUES {}; ", fifty.join(",")));
    db.tamper(&format!("INSERT INTO record_keys SELECT 'more', id FROM records WHERE id > '{}'", record_id(20)));
    let asked = Lookup { keys: vec![(0, "twin"), (0, "more"), (1, "more")], ..Lookup::default() };
    let found = block_on(look_up(&db, &asked)).unwrap();
    let of = |asker| found.found.iter().filter(move |found| found.asker == asker);
    assert_eq!((of(0).count(), of(1).count()), (50, 40));
    assert_eq!(of(0).next().unwrap().candidate.record.id, record_id(21), "with two keys before those with one");
}

#[test]
fn keys_and_counts_follow_what_is_known() {
    let db = Sqlite::default();
    let (model, first) = (Model::shipped(), profile("Ada Lovelace", "+4930123456"));
    enter(&db, &ada(), &first);
    let mut more = first.clone();
    more.merge(&profile("Ada King", "+4940222222"));
    let before = StoredCandidate { profile: first.clone(), version: 1, ..candidate(&ada()) };
    assert_eq!(candidates::learn(model, &before, &first, true), []);
    block_on(db.batch(candidates::learn(model, &before, &more, true))).unwrap();
    let keys = || {
        let rows = db.look("SELECT key FROM record_keys ORDER BY key");
        rows.iter().map(|row| row.text("key").unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut expected = model.keys(&more);
    expected.sort();
    assert_eq!(keys(), expected);
    let counts = look(&db, &more).terms;
    let terms: Vec<_> = model.terms(&more).iter().map(|(part, value)| counts.get(part, value)).collect();
    assert_eq!((counts.records(), terms.iter().all(|n| *n == Some(1)), terms.len() > 2), (1, true, true));
    let stale = block_on(db.batch(candidates::learn(model, &before, &profile("Eve", "+491"), true)));
    assert!(matches!(stale, Err(DatabaseError::Conflict(_))), "{stale:?}");
    let party = StoredCandidate { profile: more.clone(), version: 2, ..candidate(&ada()) };
    assert_eq!(
        block_on(candidates::get(&db, ada().id)).unwrap(),
        Some(StoredCandidate { members: more.clone(), ..party.clone() })
    );
    block_on(db.batch(candidates::unindex(model, &party))).unwrap();
    let again = block_on(db.batch(candidates::index(model, &party)));
    assert!(matches!(again, Err(DatabaseError::Conflict(_))), "{again:?}");
    assert_eq!((keys(), db.look("SELECT n FROM terms WHERE n > 0").len()), (vec![], 0));
}

#[test]
fn a_word_refers_to_what_few_go_by() {
    let db = Sqlite::default();
    for n in 1..=5 {
        enter(&db, &person(n), &Profile::default());
        let handles =
            ["common", &format!("own-{n}")].map(|handle| Handle { handle: handle.to_owned(), what: "invoice" });
        for _ in 0..2 {
            block_on(db.query(associations::remember(record_id(n), &handles))).unwrap();
        }
    }
    let serial = Claim { kind: ClaimKind::Serial, value: "SN-1".to_owned(), role: Role::Asset };
    block_on(db.query(records::learn(record_id(3), &serial, EventId::new(NOW, 1), NOW))).unwrap();
    let asked = Lookup { tokens: vec!["own-2", "SN-1", "common", "nothing"], ..Lookup::default() };
    let referred = block_on(look_up(&db, &asked)).unwrap().referred;
    let of = |token| referred.iter().filter(move |referred| referred.token == token);
    let one = |token| of(token).map(|referred| (referred.record.id, referred.what.as_str())).collect::<Vec<_>>();
    assert_eq!((one("own-2"), one("SN-1")), (vec![(record_id(2), "invoice")], vec![(record_id(3), "serial")]));
    assert_eq!((of("common").count(), of("nothing").count()), (3, 0));
}

/// The cost of one lookup, among few records and among many.
#[test]
fn looking_somebody_up_costs_no_more_among_a_hundred_thousand() {
    let cost = |records: u32| {
        let db = Sqlite::default();
        db.tamper(&format!(
            "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 99 + {records})
             INSERT INTO records (id, type, name, provisional, created_at, updated_at, profile)
             SELECT printf('rec_%026d', i), 'customer', 'Person ' || i, 0, 0, 0,
                 json_object('name', json_array('Person ' || i), 'phone', json_array('+49' || i)) FROM n;
             -- One key of each record's own, one of every forty, one of all.
             INSERT INTO record_keys SELECT 'own:' || rowid_, id FROM (SELECT row_number() OVER () AS rowid_, id FROM records);
             INSERT INTO record_keys SELECT 'some:' || ((row_number() OVER ()) / 40), id FROM records;
             INSERT INTO record_keys SELECT 'all', id FROM records;
             INSERT INTO handles SELECT lower(id), id, 'invoice' FROM records;"
        ));
        let before = db.steps();
        let tokens = vec!["rec_00000000000000000000000250", "nothing"];
        let asked = Lookup { keys: vec![(0, "own:150"), (0, "some:5"), (0, "all")], tokens, ..Lookup::default() };
        let found = block_on(look_up(&db, &asked)).unwrap();
        assert_eq!((found.found.len(), found.referred.len()), (41, 1));
        db.steps() - before
    };
    let (few, many) = (cost(1_000), cost(100_000));
    assert!(many <= few + few / 20, "{few} steps among a thousand, {many} among a hundred thousand");
}
