//! The limits that the database enforces on merges.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_ledger::{
    merges::{self, Merge},
    records::{self, NewRecord, Origin},
};
use nerve_model::{Actor, MergeId, RecordId, RecordRef};
use nerve_ports::{Database, DatabaseError};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, record_id},
};

fn create(db: &Sqlite, id: RecordId) {
    let origin = Origin::of(Actor::system("test"), NOW);
    block_on(db.batch(records::create(&NewRecord::named(RecordRef { id, ..ada() }), &origin, 1))).unwrap();
}

fn merge(db: &Sqlite, n: u128, part: RecordId, record: RecordId) -> Result<(), DatabaseError> {
    let (id, by) = (MergeId::new(NOW, n), Actor::system("test"));
    let merge = Merge { id, part, record, by, at: NOW, undone_by: None, undone_at: None };
    block_on(db.batch(merges::merge(&merge))).map(drop)
}

#[test]
fn the_database_bounds_what_a_record_is_made_of_as_the_code_does() {
    let db = Sqlite::default();
    let root = record_id(1_000);
    create(&db, root);
    let others = u128::try_from(merges::MAX_PARTS).unwrap();
    for n in 1..=others {
        create(&db, record_id(1_000 + n));
        let merged = merge(&db, n, record_id(1_000 + n), root);
        assert_eq!(merged.is_ok(), n < others, "the {n}th: {merged:?}");
    }
    assert_eq!(block_on(records::members(&db, root)).unwrap().len(), merges::MAX_PARTS);
}
