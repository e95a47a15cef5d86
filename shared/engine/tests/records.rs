//! The work of people on records: the rows and entries written, and the changes refused.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::RecordError;
use nerve_ledger::{
    PageRequest, candidates, links, merges, notes, privacy, proposals, questions,
    records::{self, StoredRecord},
    tasks,
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Actor, AddNote, Attributes, Claim, ClaimKind, CreateTask, ErasureId, Millis, Priority, QuestionId, QuestionStatus,
    RecordFields, RecordId, RecordType, Relation, Role,
};
use nerve_ports::{Database, DatabaseError, Entropy};
use nerve_testkit::{
    SeededEntropy, World, block_on,
    events::{NOW, payment_failed},
    person,
    proposals::pending_task,
};
use std::cell::Cell;

fn grace() -> Actor {
    person("Grace")
}

fn email(value: &str) -> Claim {
    Claim { kind: ClaimKind::Email, value: value.to_owned(), role: Role::Customer }
}

fn task(title: &str) -> CreateTask {
    let (title, detail, priority) = (title.to_owned(), String::new(), Priority::Normal);
    CreateTask { title, detail, priority, due_at: None, assignee: None }
}

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

fn create(world: &World, record_type: RecordType, name: &str, claims: &[Claim]) -> StoredRecord {
    block_on(world.editor("Grace").create(record_type, &RecordFields::named(name), claims)).unwrap()
}

fn customer(world: &World, name: &str) -> StoredRecord {
    create(world, RecordType::Customer, name, &[])
}

fn merge(world: &World, part: RecordId, record: RecordId) {
    block_on(world.merger("Grace").merge(part, record)).unwrap();
}

/// The newest entry: its kind, its chain, and each change as `field: before -> after`.
fn last(world: &World, record: RecordId) -> (String, String, Vec<String>) {
    let entry = world.history(record).remove(0);
    assert_eq!(entry.actor, grace());
    let said = |text: Option<String>| text.unwrap_or_default();
    let changes = entry.body.unwrap().changes.into_iter();
    let changes = changes.map(|c| format!("{}: {} -> {}", c.field, said(c.before), said(c.after)));
    (entry.kind, entry.chain, changes.collect())
}

fn profile(world: &World, record: RecordId) -> Profile {
    block_on(candidates::get(&world.db, record)).unwrap().unwrap().profile
}

fn keys(world: &World, record: RecordId) -> Vec<String> {
    let rows = world.db.look(&format!("SELECT key FROM record_keys WHERE record = '{record}' ORDER BY key"));
    rows.iter().map(|row| row.text("key").unwrap().to_owned()).collect()
}

fn terms(world: &World) -> Vec<(String, i64)> {
    let rows = world.db.look("SELECT field || ' ' || value AS term, n FROM terms WHERE n > 0 ORDER BY 1");
    rows.iter().map(|row| (row.text("term").unwrap().to_owned(), row.integer("n").unwrap())).collect()
}

fn recombined(world: &World) -> Vec<RecordId> {
    block_on(merges::recombined(&world.db, NOW)).unwrap()
}

#[test]
fn a_created_record_is_recognized_found_and_written_down() {
    let world = World::new();
    let ada = create(&world, RecordType::Vendor, "Ada Lovelace", &[email("ada@example.com"), email("ada@example.com")]);
    assert_eq!((ada.version, ada.provisional, ada.record_type), (1, false, RecordType::Vendor));
    let claims = block_on(records::claims(&world.db, ada.id)).unwrap();
    assert_eq!(claims, [Claim { role: Role::Vendor, ..email("ada@example.com") }]);
    assert_eq!(keys(&world, ada.id), sorted(Model::shipped().keys(&profile(&world, ada.id))));
    let expected = vec!["name:  -> Ada Lovelace".to_owned(), "email:  -> ada@example.com".to_owned()];
    assert_eq!(last(&world, ada.id), ("record_created".to_owned(), ada.id.to_string(), expected));
    let again = world.editor("Grace");
    let again = block_on(again.create(RecordType::Customer, &RecordFields::named("Eve"), &[email("ada@example.com")]));
    assert!(matches!(again, Err(RecordError::Owned { owner, .. }) if owner == ada.reference()));
    let weak = Claim { kind: ClaimKind::Name, ..email("Eve") };
    let weak = block_on(world.editor("Grace").create(RecordType::Customer, &RecordFields::named("Eve"), &[weak]));
    assert_eq!(weak, Err(RecordError::Weak(ClaimKind::Name)));
    world.ledger_verified();
}

#[test]
fn an_edit_changes_what_it_says_and_by_what_the_record_is_compared() {
    let world = World::new();
    let ada = create(&world, RecordType::Customer, "Ada Byron", &[email("ada@example.com")]);
    let attributes = Attributes::new([("Region".to_owned(), "North".to_owned())]).unwrap();
    let fields = RecordFields::new("Ada Lovelace", Some("Grace"), None, attributes).unwrap();
    let edited = block_on(world.editor("Grace").edit(ada.id, 1, &fields)).unwrap();
    assert_eq!((edited.fields(), edited.version), (fields.clone(), 2));
    let expected = ["name: Ada Byron -> Ada Lovelace", "owner:  -> Grace", "attributes.Region:  -> North"];
    assert_eq!(
        last(&world, ada.id),
        ("record_edited".to_owned(), ada.id.to_string(), expected.map(str::to_owned).into())
    );
    assert_eq!(profile(&world, ada.id).get("name"), ["Ada Lovelace"]);
    // The same state as if the record had never had another name.
    let other = World::new();
    let same = create(&other, RecordType::Customer, "Ada Lovelace", &[email("ada@example.com")]);
    assert_eq!((keys(&world, ada.id), terms(&world)), (keys(&other, same.id), terms(&other)));

    let entries = world.history(ada.id).len();
    assert_eq!(block_on(world.editor("Grace").edit(ada.id, 2, &fields)).unwrap().version, 2, "nothing is said anew");
    let stale = block_on(world.editor("Grace").edit(ada.id, 1, &fields));
    assert_eq!(stale, Err(RecordError::Stale { record: edited.reference(), version: 2 }));
    assert_eq!(world.history(ada.id).len(), entries);
    world.ledger_verified();
}

#[test]
fn an_edit_confirms_a_provisional_record() {
    let world = World::new();
    let ada = customer(&world, "Ada");
    world.db.tamper("UPDATE records SET provisional = 1");
    let edited = block_on(world.editor("Grace").edit(ada.id, 1, &ada.fields())).unwrap();
    let entry = world.history(ada.id).remove(0);
    assert_eq!((edited.provisional, edited.version, entry.kind.as_str()), (false, 2, "record_edited"));
    assert_eq!(entry.body.unwrap().note.as_deref(), Some("confirmed"));
}

#[test]
fn a_part_is_edited_at_its_root() {
    let world = World::new();
    let (ada, twin) =
        (customer(&world, "Ada"), create(&world, RecordType::Customer, "A. L.", &[email("a@example.com")]));
    merge(&world, twin.id, ada.id);
    let edit = block_on(world.editor("Grace").edit(twin.id, 1, &RecordFields::named("Eve")));
    assert_eq!(edit, Err(RecordError::Part { record: twin.reference(), root: ada.id }));
    block_on(world.editor("Grace").add_claim(twin.id, &email("ada@example.com"))).unwrap();
    assert_eq!(last(&world, ada.id).1, ada.id.to_string(), "it is said of the whole");
    let taken = block_on(world.editor("Grace").add_claim(ada.id, &email("a@example.com")));
    assert!(matches!(taken, Err(RecordError::Owned { owner, .. }) if owner == ada.reference()), "she has it already");
    block_on(world.editor("Grace").remove_claim(ada.id, ClaimKind::Email, "a@example.com")).unwrap();
    let expected = vec!["email: a@example.com -> ".to_owned()];
    assert_eq!(last(&world, ada.id), ("claim_removed".to_owned(), twin.id.to_string(), expected), "its own chain");
    assert_eq!(profile(&world, twin.id).get("email"), [""; 0]);
    world.ledger_verified();
}

#[test]
fn a_claim_is_one_records_and_free_once_it_is_removed() {
    let world = World::new();
    let (ada, eve) = (customer(&world, "Ada"), customer(&world, "Eve"));
    let before = (keys(&world, ada.id), terms(&world));
    let (add, remove) = (
        |record: RecordId| block_on(world.editor("Grace").add_claim(record, &email("ada@example.com"))),
        |record: RecordId| block_on(world.editor("Grace").remove_claim(record, ClaimKind::Email, "ada@example.com")),
    );
    assert_eq!(add(ada.id), Ok(()));
    assert_eq!(profile(&world, ada.id).get("email"), ["ada@example.com"]);
    assert!(matches!(add(eve.id), Err(RecordError::Owned { owner, .. }) if owner == ada.reference()));
    assert_eq!(remove(eve.id), Err(RecordError::NotFound("claim")), "it is not hers");
    assert_eq!(remove(ada.id), Ok(()));
    assert_eq!((keys(&world, ada.id), terms(&world)), before, "it is compared as before");
    assert_eq!((remove(ada.id), add(eve.id)), (Err(RecordError::NotFound("claim")), Ok(())));
    world.ledger_verified();
}

#[test]
fn an_edit_does_not_make_a_record_with_an_open_question_findable() {
    let world = World::new();
    let ada = customer(&world, "Ada");
    let party = block_on(candidates::get(&world.db, ada.id)).unwrap().unwrap();
    let question = questions::Question {
        id: QuestionId::new(NOW, 1),
        key: "key".to_owned(),
        record: ada.id,
        whole: ada.reference(),
        joined: false,
        event: payment_failed(1, "in_1").id,
        candidates: Vec::new(),
        status: QuestionStatus::Open,
        answer: None,
        urgent: false,
        considered: None,
        asked_at: NOW,
        version: 1,
    };
    let mut statements = candidates::unindex(Model::shipped(), &party);
    statements.push(questions::ask(&question));
    block_on(world.db.batch(statements)).unwrap();
    block_on(world.editor("Grace").edit(ada.id, 1, &RecordFields::named("Ada Lovelace"))).unwrap();
    assert_eq!((keys(&world, ada.id), profile(&world, ada.id).get("name")), (vec![], &["Ada Lovelace".to_owned()][..]));
}

#[test]
fn an_edit_marks_a_record_only_if_it_has_pending_proposals() {
    let world = World::new();
    let ada = customer(&world, "Ada");
    let rename = |version, name: &str| {
        block_on(world.editor("Grace").edit(ada.id, version, &RecordFields::named(name))).unwrap();
        recombined(&world)
    };
    assert_eq!(rename(1, "Ada Byron"), []);
    let mut proposal = pending_task(1);
    proposal.card.record = ada.reference();
    block_on(world.db.query(proposals::insert(&proposal))).unwrap();
    let owned = RecordFields { owner: Some("Grace".to_owned()), ..RecordFields::named("Ada Byron") };
    block_on(world.editor("Grace").edit(ada.id, 2, &owned)).unwrap();
    assert_eq!(recombined(&world), [], "the card does not say who looks after her");
    assert_eq!(rename(3, "Ada Lovelace"), [ada.id]);
}

#[test]
fn records_are_linked_as_they_can_be_and_both_chains_tell() {
    let world = World::new();
    let (deal, acme, twin) =
        (create(&world, RecordType::Deal, "Hoods", &[]), customer(&world, "Acme"), customer(&world, "Acme Inc."));
    merge(&world, twin.id, acme.id);
    let link =
        |record: RecordId, relation, other: RecordId| block_on(world.editor("Grace").link(record, relation, other));
    let unlink =
        |record: RecordId, relation, other: RecordId| block_on(world.editor("Grace").unlink(record, relation, other));
    assert_eq!(link(deal.id, Relation::Customer, twin.id), Ok(()));
    let of = |record: RecordId| block_on(links::of(&world.db, record)).unwrap();
    assert_eq!((of(deal.id)[0].other.clone(), of(acme.id)[0].reverse), (acme.reference(), true), "the whole is meant");
    let expected = vec!["customer:  -> Acme".to_owned()];
    assert_eq!(last(&world, deal.id), ("linked".to_owned(), deal.id.to_string(), expected));
    let told = world.history(acme.id).remove(0).body.unwrap();
    assert_eq!((told.note.as_deref(), told.other_record), (Some("is the customer of Hoods"), Some(deal.reference())));
    for (record, relation, other, refused) in [
        (
            deal.id,
            Relation::Customer,
            acme.id,
            RecordError::Linked { record: deal.reference(), other: acme.reference() },
        ),
        (twin.id, Relation::Related, acme.id, RecordError::Same),
        (
            acme.id,
            Relation::Customer,
            deal.id,
            RecordError::Unfit { record: RecordType::Customer, relation: Relation::Customer, other: RecordType::Deal },
        ),
    ] {
        assert_eq!(link(record, relation, other), Err(refused));
    }
    assert_eq!(unlink(deal.id, Relation::Customer, twin.id), Ok(()));
    assert_eq!(unlink(deal.id, Relation::Customer, acme.id), Err(RecordError::NotFound("link")));
    assert_eq!((of(deal.id), of(acme.id)), (vec![], vec![]));
    let related = (link(deal.id, Relation::Related, acme.id), link(acme.id, Relation::Related, deal.id));
    assert!(matches!(related, (Ok(()), Err(RecordError::Linked { .. }))), "it is so from either side");
    assert_eq!((unlink(acme.id, Relation::Related, deal.id), of(deal.id)), (Ok(()), vec![]));
    world.ledger_verified();
}

#[test]
fn tasks_are_written_done_and_opened_again_in_the_chain_of_their_record() {
    let world = World::new();
    let (ada, twin) = (customer(&world, "Ada"), customer(&world, "A. L."));
    let call = block_on(world.editor("Grace").add_task(twin.id, &task("Call"))).unwrap();
    assert_eq!((call.record, &call.created_by, call.proposal), (twin.id, &Some(grace()), None));
    merge(&world, twin.id, ada.id);
    let later = CreateTask { due_at: Some(NOW + Millis::days(1)), ..task("Call") };
    block_on(world.editor("Grace").edit_task(call.id, &later)).unwrap();
    let expected = vec!["due:  -> 2026-11-24 10:00 UTC".to_owned()];
    assert_eq!(last(&world, ada.id), ("task_edited".to_owned(), twin.id.to_string(), expected));
    let done = block_on(world.editor("Grace").complete_task(call.id)).unwrap();
    assert_eq!((done.done_by, last(&world, ada.id).0.as_str()), (Some(grace()), "task_done"));
    let twice = block_on(world.editor("Grace").complete_task(call.id)).unwrap_err();
    assert_eq!(twice.to_string(), "the task was done by Grace at 2026-11-23T10:00:00.000Z");
    assert!(matches!(block_on(world.editor("Grace").edit_task(call.id, &later)), Err(RecordError::Settled(_))));
    assert!(block_on(world.editor("Grace").reopen_task(call.id)).unwrap().is_open());
    let open = block_on(world.editor("Grace").reopen_task(call.id)).unwrap_err();
    assert_eq!((open.to_string().as_str(), last(&world, ada.id).0.as_str()), ("the task is open", "task_reopened"));
    block_on(world.db.query(tasks::undo(call.id, NOW))).unwrap();
    assert!(matches!(block_on(world.editor("Grace").complete_task(call.id)), Err(RecordError::Settled(_))));
    let wrong = block_on(world.editor("Grace").add_task(ada.id, &task(" "))).unwrap_err();
    assert_eq!(wrong.to_string(), "title must have 1 to 200 characters and has 0");
    world.ledger_verified();
}

#[test]
fn a_note_is_kept_with_who_wrote_it() {
    let world = World::new();
    let ada = customer(&world, "Ada");
    let written = block_on(world.editor("Grace").add_note(ada.id, &AddNote { text: "Likes\ntea".to_owned() })).unwrap();
    let note = block_on(notes::list(&world.db, Some(ada.id), &PageRequest::default())).unwrap().items.remove(0);
    assert_eq!((&note, note.text.as_str(), &note.created_by), (&written, "Likes\ntea", &Some(grace())));
    assert_eq!(last(&world, ada.id).2, ["note:  -> Likes\ntea"]);
    let nobody = block_on(world.editor("Grace").add_note(RecordId::new(NOW, 9), &AddNote { text: "x".to_owned() }));
    assert_eq!(nobody, Err(RecordError::NotFound("record")));
}

#[test]
fn somebody_erased_is_entered_again_only_after_being_let_back_in() {
    let world = World::new();
    let ada = create(&world, RecordType::Customer, "Ada", &[email("ada@example.com")]).id;
    let (eve, call) =
        (customer(&world, "Eve").id, block_on(world.editor("Grace").add_task(ada, &task("Call"))).unwrap());
    let (id, subject) = (ErasureId::new(NOW, 1), block_on(privacy::subject(&world.db, ada)).unwrap().unwrap());
    block_on(privacy::begin(&world.db, id, &subject, &grace(), "asked", NOW)).unwrap();
    let held = RecordError::Suppressed(email("ada@example.com"));
    let create = || {
        let claims = [email("other@example.com"), email("ada@example.com")];
        block_on(world.editor("Grace").create(RecordType::Customer, &RecordFields::named("Ada"), &claims))
    };
    let add = || block_on(world.editor("Grace").add_claim(eve, &email("ada@example.com")));
    assert_eq!((create().unwrap_err(), add().unwrap_err()), (held.clone(), held));
    let erased = RecordError::Erased { record: ada, at: NOW };
    let (editor, fields) = (world.editor("Grace"), RecordFields::named("Ada"));
    for refused in [
        block_on(editor.edit(ada, 1, &fields)).unwrap_err(),
        block_on(editor.link(eve, Relation::Related, ada)).unwrap_err(),
        block_on(editor.add_claim(ada, &email("new@example.com"))).unwrap_err(),
        block_on(editor.add_note(ada, &AddNote { text: "Likes tea".to_owned() })).unwrap_err(),
        block_on(editor.complete_task(call.id)).unwrap_err(),
    ] {
        assert_eq!(refused, erased);
    }
    let subject = block_on(privacy::subject(&world.db, ada)).unwrap().unwrap();
    block_on(privacy::finish(&world.db, id, &subject, || world.entropy.random(), NOW)).unwrap();
    let erasure = block_on(privacy::get(&world.db, id)).unwrap().unwrap();
    assert!(create().is_err());
    block_on(privacy::release(&world.db, &erasure, &grace(), 1, NOW)).unwrap();
    assert_eq!(create().unwrap().name, "Ada");
    assert_eq!(block_on(editor.edit(ada, 2, &fields)).unwrap_err(), erased, "nothing comes back");
    world.ledger_verified();
}

/// A source of randomness that runs a callback in the middle of a change.
struct Meanwhile<'a> {
    entropy: &'a SeededEntropy,
    /// The number of calls before the callback runs.
    left: Cell<i32>,
    happens: &'a dyn Fn(),
}

impl Entropy for Meanwhile<'_> {
    fn random(&self) -> u128 {
        self.left.set(self.left.get() - 1);
        if self.left.get() == 0 {
            (self.happens)();
        }
        self.entropy.random()
    }
}

#[test]
fn a_person_erased_during_their_entry_stays_suppressed() {
    let world = World::new();
    let (ada, eve) = (customer(&world, "Ada").id, customer(&world, "Eve").id);
    let (id, claim) = (ErasureId::new(NOW, 1), email("ada@example.com"));
    let subject = || block_on(privacy::subject(&world.db, ada)).unwrap().unwrap();
    let erased = || {
        block_on(world.db.batch(vec![records::learn(ada, &claim, None, NOW)])).unwrap();
        block_on(privacy::begin(&world.db, id, &subject(), &grace(), "asked", NOW)).unwrap();
        block_on(privacy::finish(&world.db, id, &subject(), || world.entropy.random(), NOW)).unwrap();
    };
    let entropy = Meanwhile { entropy: &world.entropy, left: Cell::new(1), happens: &erased };
    let editor = world.editor_with("Grace", &entropy);
    let refused = block_on(editor.add_claim(eve, &claim)).unwrap_err();
    assert_eq!((refused, entropy.left.get()), (RecordError::Suppressed(claim.clone()), 0));
    assert!(world.db.look("SELECT 1 FROM identities").is_empty());
    world.ledger_verified();
}

#[test]
fn a_change_is_written_whole_or_not_at_all() {
    let world = World::new();
    let ada = customer(&world, "Ada");
    world.db.failures.outage(true);
    let failed = block_on(world.editor("Grace").edit(ada.id, 1, &RecordFields::named("Eve")));
    assert!(matches!(failed, Err(RecordError::Database(DatabaseError::Unavailable(_)))));
    world.db.failures.outage(false);
    assert_eq!(block_on(records::get(&world.db, ada.id)).unwrap().unwrap(), ada);
}

#[test]
fn a_type_is_corrected_and_corrected_back() {
    let world = World::new();
    let acme = create(&world, RecordType::Customer, "Acme", &[email("eva@acme.example")]);
    let as_type = |version, record_type| {
        block_on(world.editor("Grace").edit_as(acme.id, version, Some(record_type), &acme.fields()))
    };
    for (version, to, expected) in [
        (1, RecordType::Vendor, "type: customer -> vendor"),
        (2, RecordType::Asset, "type: vendor -> asset"),
        (3, RecordType::Customer, "type: asset -> customer"),
    ] {
        let corrected = as_type(version, to).unwrap();
        assert_eq!((corrected.record_type, corrected.version), (to, version + 1));
        assert_eq!(last(&world, acme.id).2, [expected]);
        assert_eq!(block_on(records::claims(&world.db, acme.id)).unwrap()[0].role, to.role());
    }
    let entries = world.history(acme.id).len();
    assert_eq!(as_type(4, RecordType::Customer).unwrap().version, 4, "it is one already");
    assert!(matches!(as_type(3, RecordType::Vendor), Err(RecordError::Stale { version: 4, .. })));
    assert_eq!(world.history(acme.id).len(), entries);
    world.ledger_verified();
}

#[test]
fn a_type_that_parts_or_links_do_not_allow_is_refused() {
    let world = World::new();
    let acme = customer(&world, "Acme");
    let as_type = |version, record_type| {
        block_on(world.editor("Grace").edit_as(acme.id, version, Some(record_type), &acme.fields()))
    };
    let roof = create(&world, RecordType::Deal, "Roof", &[]);
    block_on(world.editor("Grace").link(roof.id, Relation::Customer, acme.id)).unwrap();
    let tied = as_type(1, RecordType::Vendor).unwrap_err();
    assert!(matches!(tied, RecordError::Tied { to: RecordType::Vendor, relation: Relation::Customer, .. }), "{tied:?}");
    assert_eq!(
        tied.to_string(),
        "Acme is linked with Roof, which a vendor cannot be (as customer): remove that link first"
    );
    block_on(world.editor("Grace").unlink(roof.id, Relation::Customer, acme.id)).unwrap();
    block_on(world.editor("Grace").link(acme.id, Relation::Related, roof.id)).unwrap();
    let other = customer(&world, "Acme Ltd");
    merge(&world, other.id, acme.id);
    assert_eq!(as_type(1, RecordType::Vendor), Err(RecordError::Whole(acme.reference())));
    let sql = format!("UPDATE records SET type = 'vendor', version = version + 1 WHERE id = '{}'", acme.id);
    assert!(block_on(world.db.query(nerve_ports::Statement::new(sql, []))).is_err(), "the database refuses it too");
    let merged = block_on(merges::of_part(&world.db, other.id)).unwrap().unwrap();
    block_on(world.merger("Grace").undo(merged.id)).unwrap();
    assert_eq!(as_type(1, RecordType::Vendor).unwrap().record_type, RecordType::Vendor, "anything is related");
}
