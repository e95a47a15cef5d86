//! Records on real SQLite: created, edited and linked, with tasks.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    PageRequest,
    chain::{self, ChainId, EntryFilter},
    links,
    records::{self, NewRecord, Origin, RecordFilter},
    snapshot, tasks, verify,
};
use nerve_model::{
    Actor, Attributes, Claim, ClaimKind, CreateTask, Priority, RecordFields, RecordId, RecordRef, RecordType, Relation,
    Role, TaskId, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Statement};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, record_id},
};

const LATER: Timestamp = Timestamp::from_millis(NOW.as_millis() + 60_000);

fn grace() -> Actor {
    Actor::Person("Grace".to_owned())
}

fn email(value: &str) -> Claim {
    Claim { kind: ClaimKind::Email, value: value.to_owned(), role: Role::Customer }
}

fn reference(n: u128, record_type: RecordType, name: &str) -> RecordRef {
    RecordRef { id: record_id(n), record_type, name: name.to_owned() }
}

fn create(db: &Sqlite, record: &NewRecord) -> Result<(), DatabaseError> {
    block_on(db.batch(records::create(record, &Origin::of(grace(), NOW), 1))).map(drop)
}

fn with(records: &[RecordRef]) -> Sqlite {
    let db = Sqlite::default();
    records.iter().for_each(|record| create(&db, &NewRecord::named(record.clone())).unwrap());
    db
}

fn task(title: &str, due_at: Option<Timestamp>) -> CreateTask {
    let (title, detail, priority) = (title.to_owned(), String::new(), Priority::Normal);
    CreateTask { title, detail, priority, due_at, assignee: None }
}

fn write(db: &Sqlite, statement: Statement) -> Result<(), DatabaseError> {
    block_on(db.query(statement)).map(drop)
}

fn is_conflict<T>(result: &Result<T, DatabaseError>) -> bool {
    matches!(result, Err(DatabaseError::Conflict(_)))
}

fn found(db: &Sqlite, filter: &RecordFilter) -> Vec<RecordId> {
    let page = block_on(records::list(db, filter, &PageRequest::default())).unwrap();
    page.items.into_iter().map(|record| record.id).collect()
}

fn search(db: &Sqlite, text: &str) -> Vec<RecordId> {
    found(db, &RecordFilter { search: Some(text.to_owned()), ..RecordFilter::default() })
}

#[test]
fn a_record_is_created_with_its_claims_its_words_and_an_entry() {
    let db = Sqlite::default();
    let attributes = Attributes::new([("Region".to_owned(), "North".to_owned())]).unwrap();
    let fields = RecordFields::new("Ada Lovelace", Some("Grace"), Some("lead"), attributes).unwrap();
    let new = NewRecord { fields: fields.clone(), claims: vec![email("ada@example.com")], ..NewRecord::named(ada()) };
    create(&db, &new).unwrap();
    let stored = block_on(records::get(&db, ada().id)).unwrap().unwrap();
    assert_eq!((stored.fields(), stored.version, stored.provisional, stored.root), (fields, 1, false, None));
    assert_eq!(search(&db, "love"), [ada().id]);
    let filter = EntryFilter { chain: Some(ChainId::Record(ada().id)), proposal: None };
    let entries = block_on(chain::list(&db, &filter, &PageRequest::default())).unwrap().items;
    let (entry, body) = (&entries[0], entries[0].body.as_ref().unwrap());
    let changes: Vec<_> = body.changes.iter().map(|c| (c.field.as_str(), c.after.as_deref().unwrap())).collect();
    let expected = [
        ("name", "Ada Lovelace"),
        ("owner", "Grace"),
        ("stage", "lead"),
        ("attributes.Region", "North"),
        ("email", "ada@example.com"),
    ];
    assert_eq!((entries.len(), entry.kind.as_str(), &entry.actor, entry.n), (1, "record_created", &grace(), 1));
    assert_eq!((changes.as_slice(), &body.related_record), (expected.as_slice(), &Some(ada())));
    assert!(block_on(verify(&db)).unwrap().ok);
    let taken = NewRecord { claims: new.claims, ..NewRecord::named(reference(2, RecordType::Customer, "Eve")) };
    assert!(is_conflict(&create(&db, &taken)), "the mail address is Ada's");
    assert_eq!(search(&db, "eve"), [], "nothing of it was written");
}

#[test]
fn an_edit_rests_on_a_version_and_moves_the_words() {
    let db = Sqlite::default();
    create(&db, &NewRecord::named(ada()).provisional()).unwrap();
    let fields = RecordFields { stage: Some("won".to_owned()), ..RecordFields::named("Ada King") };
    write(&db, records::update(ada().id, 1, &fields, LATER)).unwrap();
    let stored = block_on(records::get(&db, ada().id)).unwrap().unwrap();
    assert_eq!((stored.fields(), stored.version, stored.updated_at), (fields.clone(), 2, LATER));
    assert!(!stored.provisional, "who edits a record has confirmed it");
    for (text, expected) in [("lovelace", vec![]), ("king", vec![ada().id]), ("ada", vec![ada().id])] {
        assert_eq!(search(&db, text), expected, "{text}");
    }
    assert!(is_conflict(&write(&db, records::update(ada().id, 1, &fields, LATER))));
}

#[test]
fn records_are_listed_by_type_owner_and_stage() {
    let db = Sqlite::default();
    for (n, record_type, owner, stage) in [
        (1, RecordType::Customer, Some("Grace"), None),
        (2, RecordType::Deal, Some("Grace"), Some("won")),
        (3, RecordType::Deal, None, Some("lost")),
    ] {
        let fields = RecordFields::new("Acme", owner, stage, Attributes::default()).unwrap();
        create(&db, &NewRecord { fields, ..NewRecord::named(reference(n, record_type, "")) }).unwrap();
    }
    let any = RecordFilter::default;
    let acme = Some("acme".to_owned());
    for (filter, expected) in [
        (any(), vec![3, 2, 1]),
        (RecordFilter { record_type: Some(RecordType::Deal), ..any() }, vec![3, 2]),
        (RecordFilter { owner: Some("Grace".to_owned()), ..any() }, vec![2, 1]),
        (RecordFilter { stage: Some("lost".to_owned()), ..any() }, vec![3]),
        (RecordFilter { record_type: Some(RecordType::Deal), owner: Some("Grace".to_owned()), ..any() }, vec![2]),
        (RecordFilter { search: acme.clone(), record_type: Some(RecordType::Customer), ..any() }, vec![1]),
        (
            RecordFilter { search: acme, owner: Some("Grace".to_owned()), stage: Some("won".to_owned()), ..any() },
            vec![2],
        ),
    ] {
        assert_eq!(found(&db, &filter), expected.into_iter().map(record_id).collect::<Vec<_>>(), "{filter:?}");
    }
}

#[test]
fn a_merged_record_finds_its_root_and_is_not_listed() {
    let db = with(&[reference(1, RecordType::Customer, "Ada"), reference(2, RecordType::Customer, "Countess")]);
    db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", record_id(1), record_id(2)));
    assert_eq!(found(&db, &RecordFilter::default()), [record_id(1)]);
    assert_eq!((search(&db, "countess"), search(&db, "ada")), (vec![record_id(1)], vec![record_id(1)]));
}

#[test]
fn links_are_seen_from_both_ends_and_through_a_merge() {
    let deal = reference(1, RecordType::Deal, "Hoods");
    let (acme, twin) = (reference(2, RecordType::Customer, "Acme"), reference(3, RecordType::Customer, "Acme Inc."));
    let db = with(&[deal.clone(), acme.clone(), twin.clone()]);
    let link = |other: &RecordRef| links::insert(deal.id, Relation::Customer, other.id, NOW);
    write(&db, link(&twin)).unwrap();
    assert!(is_conflict(&write(&db, link(&twin))), "they are linked already");
    assert!(is_conflict(&write(&db, link(&deal))), "nothing is linked with itself");
    let of = |record: &RecordRef| {
        let links = block_on(links::of(&db, record.id)).unwrap();
        links.into_iter().map(|link| (link.relation, link.reverse, link.other)).collect::<Vec<_>>()
    };
    assert_eq!(of(&deal), [(Relation::Customer, false, twin.clone())]);
    assert_eq!(of(&twin), [(Relation::Customer, true, deal.clone())]);
    db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", acme.id, twin.id));
    write(&db, link(&acme)).unwrap();
    assert_eq!(
        (of(&deal), of(&acme)),
        (vec![(Relation::Customer, false, acme.clone())], vec![(Relation::Customer, true, deal.clone())])
    );
    db.tamper(&format!("UPDATE records SET stage = 'offer', version = version + 1 WHERE id = '{}'", deal.id));
    let known = block_on(snapshot(&db, acme.id, &[])).unwrap().linked;
    let stages: Vec<_> = known.iter().map(|linked| (linked.other.id, linked.stage.as_deref())).collect();
    assert_eq!(stages, [(deal.id, Some("offer"))], "a decision knows where the deal stands");
    write(&db, links::remove(deal.id, Relation::Customer, acme.id)).unwrap();
    assert_eq!((of(&deal), of(&acme)), (vec![], vec![]));
}

#[test]
fn a_task_is_open_until_it_is_done_or_taken_back() {
    let db = with(&[ada()]);
    let task = |title: &str| task(title, None);
    let id = |n| TaskId::new(NOW, n);
    for (n, title) in [(1, "Call"), (2, "Write"), (3, "Visit")] {
        write(&db, tasks::add(id(n), ada().id, &grace(), &task(title), NOW)).unwrap();
    }
    let get = |n| block_on(tasks::get(&db, id(n))).unwrap().unwrap();
    let open =
        || block_on(snapshot(&db, ada().id, &[])).unwrap().tasks.into_iter().map(|task| task.title).collect::<Vec<_>>();
    assert_eq!((get(1).proposal, get(1).created_by), (None, Some(grace())));
    write(&db, tasks::complete(id(1), &grace(), LATER)).unwrap();
    write(&db, tasks::undo(id(2), LATER)).unwrap();
    assert_eq!((open(), get(1).done_at, get(1).done_by), (vec!["Visit".to_owned()], Some(LATER), Some(grace())));
    write(&db, tasks::reopen(id(1))).unwrap();
    write(&db, tasks::edit(id(1), &task("Call again"))).unwrap();
    assert_eq!((open(), get(1).done_by), (vec!["Call again".to_owned(), "Visit".to_owned()], None));
}

#[test]
fn open_tasks_come_by_date_and_those_without_a_date_last() {
    let db = with(&[ada(), reference(2, RecordType::Customer, "Countess")]);
    db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", ada().id, record_id(2)));
    for (n, title, due, record) in [
        (1, "Someday", None, ada().id),
        (2, "Tomorrow", Some(LATER), record_id(2)),
        (3, "Overdue", Some(NOW), ada().id),
        (4, "Overdue as well", Some(NOW), ada().id),
        (5, "Done", Some(NOW), ada().id),
        (6, "Some other day", None, ada().id),
    ] {
        write(&db, tasks::add(TaskId::new(NOW, n), record, &grace(), &task(title, due), NOW)).unwrap();
    }
    write(&db, tasks::complete(TaskId::new(NOW, 5), &grace(), NOW)).unwrap();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = block_on(tasks::due(&db, None, &PageRequest::new(2, cursor).unwrap())).unwrap();
        assert!(page.items.iter().all(|due| due.about == ada()), "what was merged is part of her");
        found.extend(page.items.into_iter().map(|due| due.task.title));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, ["Overdue", "Overdue as well", "Tomorrow", "Someday", "Some other day"]);
    db.tamper("UPDATE tasks SET assignee = 'Eve' WHERE title = 'Overdue'; UPDATE records SET owner = 'Grace', version = version + 1;");
    let of = |name: &str| {
        let found = block_on(tasks::due(&db, Some(name), &PageRequest::default())).unwrap().items;
        found.into_iter().map(|due| due.task.title).collect::<Vec<_>>()
    };
    assert_eq!((of("eve"), of("Nobody")), (vec!["Overdue".to_owned()], Vec::new()));
    assert_eq!(of("Grace"), ["Overdue as well", "Tomorrow", "Someday", "Some other day"], "who looks after the record");
}

#[test]
fn the_history_of_a_record_is_what_became_of_it_and_of_its_parts_page_by_page() {
    let db = with(&[ada(), reference(2, RecordType::Customer, "Countess"), reference(3, RecordType::Customer, "Eve")]);
    db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", ada().id, record_id(2)));
    let of = |record: RecordId, cursor: Option<&str>| {
        let page = PageRequest::new(1, cursor.map(str::to_owned)).unwrap();
        block_on(chain::history(&db, record, &page)).unwrap()
    };
    let first = of(ada().id, None);
    let second = of(ada().id, first.next.as_deref());
    let chains = [&first.items[0].chain, &second.items[0].chain];
    assert_eq!((chains, second.next), ([&record_id(2).to_string(), &ada().id.to_string()], None));
    db.tamper(&format!(
        "INSERT INTO ledger (chain, n, at, kind, actor, proposal, body_digest, prev_hash, hash)
         SELECT chain, 2, at, 'proposed', actor, 'prp', '', hash, 'x' FROM ledger WHERE chain = '{}'",
        record_id(3)
    ));
    assert_eq!(of(record_id(3), None).items[0].kind, "record_created", "what was proposed stands elsewhere");
}
