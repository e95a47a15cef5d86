//! Erasure: afterwards no storage contains the person, and new deliveries do not build the record up again.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::{EraseError, ExecutionOutcome, Job, MergeError, QuestionError, SweepError};
use nerve_intake::inbox::{self, Arrival};
use nerve_ledger::{
    candidates,
    chain::{Body, Entry, EntryKind},
    privacy::{self, Erasure},
    proposals,
    questions::Question,
};
use nerve_matching::Model;
use nerve_model::{Actor, Claim, ClaimKind, DedupKey, Event, Fact, Millis, ProposalId, ProposalStatus, RecordId, Role};
use nerve_ports::{Database, DatabaseError, ObjectStorage, Statement, Value};
use nerve_protocol::{inbox::name as inbox_name, record::Span, unread::Unread};
use nerve_situation::timeline;
use nerve_testkit::{
    Failure, ObjectSqlite, World, block_on,
    events::{NOW, mail_from, payment_failed},
    person,
};
use std::collections::BTreeSet;

/// Values that identify only Ada, in lower case.
const ADA: [&str; 7] = [
    "ada@example.com",
    "cus_ada",
    "+4930901820",
    "030 / 90 18 20",
    "ada lovelace",
    "lovelace",
    "call ada about the engine",
];

/// Tables without personal data.
const IMPERSONAL: [&str; 6] = ["autonomy", "broken_chains", "chains", "erasures", "tombstones", "tombstone_key"];

fn grace() -> Actor {
    person("Grace")
}

/// Ada's payment failed; the event has her telephone number too.
fn adas(n: u128) -> Event {
    let mut event = payment_failed(n, &format!("in_{n}"));
    event.claims.push(Claim { kind: ClaimKind::Phone, value: "+4930901820".to_owned(), role: Role::Customer });
    Event { dedup_key: DedupKey::new(format!("evt_{n} Ada@Example.com")), ..event }
}

/// A mail from Bob that mentions Ada.
fn bobs(n: u128) -> Event {
    let mut event = mail_from(n, "bob@example.net");
    if let Fact::EmailReceived(message) = &mut event.fact {
        message.to.push("ada@example.com".to_owned());
        message.text = "As Ada Lovelace <ADA@example.com> said: two hoods. Her number is 030 / 90 18 20.".to_owned();
    }
    Event { summary: "Mail, also to Ada@example.com".to_owned(), party_name: Some("Bob Babbage".to_owned()), ..event }
}

/// An event with Ada's id and Bob's mail address.
fn eithers(n: u128) -> Event {
    let mut event = Event { party_name: None, ..payment_failed(n, &format!("in_{n}")) };
    event.claims.retain(|claim| claim.kind == ClaimKind::External);
    event.claims.push(Claim { kind: ClaimKind::Email, value: "bob@example.net".to_owned(), role: Role::Customer });
    event
}

/// Ada and Bob, with data about Ada in every table.
fn ada_and_bob() -> World {
    let world = World::new();
    deliver(&world, &adas(1));
    deliver(&world, &adas(2));
    deliver(&world, &bobs(3));
    dispatch(&world);
    deliver(&world, &eithers(4));
    dispatch(&world);
    let (ada, bob) = (owner(&world, "ada@example.com").unwrap(), owner(&world, "bob@example.net").unwrap());
    for record in [ada, bob] {
        world.consider(record);
    }
    approve_two_and_execute_one(&world);
    fill(&world, ada);
    note_in_chain(&world, bob, "asked Ada Lovelace, ada@example.com");
    propose_to(&world, bob, ada);
    import(&world);
    world
}

fn deliver(world: &World, event: &Event) {
    let json = serde_json::to_string(event).unwrap();
    let name = inbox_name(event, &Unread::default());
    let headers = [("x-from".to_owned(), "ada@example.com".to_owned())];
    let body = [json.as_bytes(), &[0; 2_000_000], b"ada@example.com"].concat();
    let Event { id, dedup_key, .. } = event;
    let arrival = Arrival { inbox: &name, id: *id, dedup_key, event: &json, headers: &headers, body: &body };
    world.objects.inbox(&name, |storage| inbox::accept(storage, arrival, world.now.get())).unwrap();
}

fn dispatch(world: &World) {
    assert_eq!(world.dispatch().failures, [""; 0]);
}

/// Executes one proposal of the first event and approves another; the others stay pending.
fn approve_two_and_execute_one(world: &World) {
    let rows = world.db.look("SELECT id, digest FROM proposals ORDER BY id LIMIT 2");
    for row in &rows {
        let digest = nerve_model::Digest(row.text("digest").unwrap().to_owned());
        block_on(world.review("Grace").approve(row.parse("id").unwrap(), &digest)).unwrap();
    }
    assert!(matches!(world.execute(rows[0].parse("id").unwrap()).unwrap(), ExecutionOutcome::Done(_)));
}

/// Adds rows that the playbook does not create. A new table about people belongs here, and in `privacy::DATA_INVENTORY`
/// or `MENTIONS`.
fn fill(world: &World, ada: RecordId) {
    for sql in [
        "INSERT INTO tasks (id, record, proposal, title, detail, priority, created_at)
         VALUES ('tsk_x', '{ada}', 'p', 'Call Ada about the engine', 'ada@example.com', 'normal', 0)",
        "INSERT INTO notes (id, record, proposal, text, created_at)
         VALUES ('nte_x', '{ada}', 'p', 'Ada Lovelace likes numbers', 0)",
        "INSERT INTO drafts (id, record, proposal, recipient, subject, body, created_at)
         VALUES ('drf_x', '{ada}', 'p', 'ada@example.com', 's', 'Dear Ada Lovelace', 0)",
        "INSERT INTO notifications (id, record, proposal, audience, text, priority, created_at)
         VALUES ('ntf_x', '{ada}', 'p', 'team', 'Ada Lovelace called', 'normal', 0)",
        "INSERT INTO classifications (id, event, record, topic, urgency, note, created_at)
         VALUES ('prp_x', 'evt_x', '{ada}', 'Ada Lovelace', 'normal', 'ada@example.com', 0)",
        "INSERT INTO records (id, type, name, provisional, created_at, updated_at)
         VALUES ('rec_01M83XJ8800000000000000000', 'customer', 'Ada Lovelace', 0, 0, 0)",
        "INSERT INTO merges (id, part, record, by, at)
         VALUES ('mrg_x', 'rec_01M83XJ8800000000000000000', '{ada}', 'x', 0)",
        "UPDATE records SET root = '{ada}' WHERE id = 'rec_01M83XJ8800000000000000000'",
        "INSERT INTO recombined (record, since) VALUES ('{ada}', 0)",
        "INSERT INTO handles (handle, record, what) VALUES ('ada@example.com', '{ada}', 'Ada Lovelace')",
        "INSERT INTO handles (handle, record, what) SELECT 'message:1.ada@example.com', id, 'mail' FROM records
         WHERE id <> '{ada}' AND root IS NULL",
        "INSERT INTO questions (id, key, record, event, candidates, status, asked_at, version)
         VALUES ('qst_01M83XJ8800000000000000000', 'Ada Lovelace', '{ada}', 'evt_01M83XJ8800000000000000000',
             '[]', 'answered', 0, 1)",
        "INSERT INTO associations (event, record, role, confidence, how)
         VALUES ('evt_x', '{ada}', 'customer', 1, 'Ada Lovelace')",
        "UPDATE records SET attributes = '{\"phone\":\"+4930901820\"}', owner = 'Grace', stage = 'lead',
            version = version + 1 WHERE id = '{ada}'",
        "INSERT INTO record_links (record, relation, other, created_at)
         SELECT '{ada}', 'related', id, 0 FROM records WHERE id <> '{ada}' AND root IS NULL",
    ] {
        world.db.tamper(&sql.replace("{ada}", &ada.to_string()));
    }
}

/// Imports a file whose second row about Ada is refused, and receives another file that is not imported yet.
fn import(world: &World) {
    let importer = world.importer();
    let again = "name,email\nAda L.,Ada@example.com\nAda Lovelace,ada@example.com\nCarl,carl@example.org\n";
    let done = block_on(importer.receive("ada@example.com.csv", again.as_bytes(), grace())).unwrap();
    assert_eq!(block_on(importer.step(done.id)).unwrap().counts.refused, 1);
    let waits = "Phone,Note\n+49 30 901820,Call Ada about the engine\n+49 30 5550,Lisa\n";
    block_on(importer.receive("b.csv", waits.as_bytes(), grace())).unwrap();
}

fn note_in_chain(world: &World, record: RecordId, note: &str) {
    let body = Body { note: Some(note.to_owned()), ..Body::default() };
    let (kind, actor) = (EntryKind::Outcome, grace());
    world.enter(record, &Entry { kind, at: NOW, actor, proposal: None, event: None, body });
}

/// Creates a proposal for one record that names the other as the runner-up.
fn propose_to(world: &World, record: RecordId, other: RecordId) {
    let mut proposal = nerve_testkit::proposals::pending_task(900);
    proposal.card.record.id = record;
    proposal.card.record.name = "Bob".to_owned();
    let name = "Ada Lovelace".to_owned();
    let other = nerve_model::RecordRef { id: other, record_type: nerve_model::RecordType::Customer, name };
    proposal.card.matched.runner_up = Some(nerve_model::RunnerUp { record: other, confidence: 0.4 });
    proposal.digest = proposals::digest(proposal.id, &proposal.card);
    block_on(world.db.query(proposals::insert(&proposal))).unwrap();
}

fn owner(world: &World, email: &str) -> Option<RecordId> {
    let rows = world.db.look(&format!("SELECT record FROM identities WHERE kind = 'email' AND value = '{email}'"));
    rows.first().map(|row| row.parse("record").unwrap())
}

fn erase(world: &World, record: RecordId) -> Erasure {
    let eraser = world.eraser();
    let begun = block_on(eraser.begin(record, &grace(), "asked by letter")).unwrap();
    let done = block_on(eraser.go_on(begun.id, 100)).unwrap();
    assert_eq!((done.step.as_str(), &done.last_error), ("done", &None));
    done
}

/// Answers the question about the event that fits both.
fn answer(world: &World, record: RecordId) -> Result<Question, QuestionError> {
    let question = world.db.look("SELECT id FROM questions WHERE status = 'open'")[0].parse("id").unwrap();
    block_on(world.questions("Grace").answer(question, Some(record)))
}

/// Every value in every storage, with its place, in lower case.
fn everything(world: &World) -> Vec<(String, String)> {
    let mut all = dump("db", |sql| world.db.look(sql));
    let objects = |storage: &ObjectSqlite, sql: &str| storage.execute(Statement::new(sql, [])).unwrap();
    for storage in world.objects.inboxes() {
        all.extend(dump("inbox", |sql| objects(&storage, sql)));
    }
    all.extend(dump("timeline", |sql| world.objects.look(sql).into_iter().map(|(_, row)| row).collect()));
    all
}

/// The places that contain Ada's values as text, in hex or in base 64.
fn traces(world: &World) -> Vec<String> {
    let mut traces = Vec::new();
    for (place, text) in everything(world) {
        for word in ADA {
            let forms = [word.to_owned(), hex(word), base64(word)];
            if forms.iter().any(|form| text.contains(&form.to_lowercase())) {
                traces.push(format!("{place}: {word}"));
            }
        }
    }
    traces
}

fn dump(storage: &str, query: impl Fn(&str) -> Vec<nerve_ports::Row>) -> Vec<(String, String)> {
    let tables = query("SELECT name FROM sqlite_master WHERE type = 'table'");
    let mut all = Vec::new();
    for table in tables.iter().map(|row| row.text("name").unwrap()) {
        for row in query(&format!("SELECT * FROM {table}")) {
            for (column, value) in &row.0 {
                let text = match value {
                    Value::Text(text) => text.to_lowercase(),
                    Value::Blob(bytes) => String::from_utf8_lossy(bytes).to_lowercase(),
                    _ => continue,
                };
                all.push((format!("{storage}.{table}.{column}"), text));
            }
        }
    }
    all
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Only whole groups of three bytes: they are the same wherever the text begins at a group.
fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits = group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]))
    };
    text.as_bytes().chunks_exact(3).flat_map(group).collect()
}

#[test]
fn every_table_has_somebody_in_it_or_is_about_nobody() {
    let world = ada_and_bob();
    let tables = world.db.look("SELECT name FROM sqlite_master WHERE type = 'table'");
    let everything = everything(&world);
    for table in tables.iter().map(|row| row.text("name").unwrap()).filter(|table| !IMPERSONAL.contains(table)) {
        // Terms count values of many; Ada's no longer count. Rows of imports have a step of their own.
        let known = ["terms", "import_chunks"].contains(&table)
            || privacy::DATA_INVENTORY.iter().any(|held| held.table == table)
            || privacy::MENTIONS.iter().any(|mention| mention.table == table);
        assert!(known, "{table}: say in `privacy::DATA_INVENTORY` what becomes of its rows");
        let ada = owner(&world, "ada@example.com").unwrap().to_string().to_lowercase();
        let words: Vec<&str> = ADA.into_iter().chain([ada.as_str()]).collect();
        let place = format!("db.{table}.");
        let filled =
            |(at, text): &(String, String)| at.starts_with(&place) && words.iter().any(|word| text.contains(word));
        assert!(everything.iter().any(filled), "{table}: put something about Ada into it, in `fill`");
    }
}

#[test]
fn nothing_is_left_of_somebody_erased_and_all_of_others() {
    let world = ada_and_bob();
    assert!(traces(&world).len() > 20, "{:?}", traces(&world));
    let (ada, bob) = (owner(&world, "ada@example.com").unwrap(), owner(&world, "bob@example.net").unwrap());
    let entries = world.db.look("SELECT seq, hash FROM ledger");
    erase(&world, ada);
    assert_eq!(traces(&world), [""; 0]);
    world.ledger_verified();
    let record = &world.db.look(&format!("SELECT name, attributes, owner FROM records WHERE id = '{ada}'"))[0];
    assert_eq!((record.text("name"), record.text("attributes")), (Ok("Erased"), Ok("{}")));
    assert_eq!(world.db.look("SELECT seq, hash FROM ledger")[..entries.len()], entries, "no entry is changed");
    // Bob keeps his own data, including the mail that mentions Ada.
    let mail = &world.db.look(&format!("SELECT event FROM events WHERE record = '{bob}'"))[0];
    let mail: Event = mail.json("event").unwrap();
    assert_eq!((mail.summary.as_str(), mail.party_name.as_deref()), ("Mail, also to [erased]", Some("Bob Babbage")));
    assert_eq!((mail.id, mail.dedup_key), (bobs(3).id, bobs(3).dedup_key));
    let page =
        world.objects.timeline(bob, |storage| timeline::page(storage, &Span { limit: 10, ..Span::default() })).unwrap();
    assert_eq!(page.entries.len(), 1);
    let rows = world.db.look("SELECT * FROM proposals");
    assert_eq!(rows.len(), world.db.look(&format!("SELECT 1 FROM proposals WHERE record = '{bob}'")).len());
    let proposal = world.current(ProposalId::new(NOW, 900));
    assert_eq!(proposal.digest, proposals::digest(proposal.id, &proposal.card), "it can still be approved");
    assert_eq!(proposal.card.matched.runner_up.unwrap().record.name, "[erased]");
}

#[test]
fn an_erasure_continues_after_any_failure_and_ends_the_same() {
    for failing in 0..40 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let world = ada_and_bob();
            let ada = owner(&world, "ada@example.com").unwrap();
            world.db.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
            world.objects.fail_after(failing / 4);
            let begin = || block_on(world.eraser().begin(ada, &grace(), "asked by letter"));
            let begun = begin().or_else(|_| begin()).or_else(|_| begin()).unwrap();
            for _ in 0..4 {
                let _tried_again = block_on(world.eraser().go_on(begun.id, 100));
            }
            world.db.failures.clear();
            assert_eq!(traces(&world), [""; 0], "call {failing} {failure:?}");
            world.ledger_verified();
            let done = block_on(privacy::get(&world.db, begun.id)).unwrap().unwrap();
            assert!(done.done_at.is_some(), "call {failing} {failure:?}");
            let entries = world.db.look("SELECT 1 FROM ledger WHERE kind = 'erased'");
            assert_eq!(entries.len(), 2, "one in the chain of each part: call {failing} {failure:?}");
        }
    }
}

#[test]
fn the_sweeper_goes_on_with_what_was_begun() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    block_on(world.eraser().begin(ada, &grace(), "asked by letter")).unwrap();
    world.objects.fail_after(1);
    let erasures = |world: &World| {
        let swept = block_on(world.sweeper(&world.db).sweep());
        swept.into_iter().find_map(|(job, done)| (job == Job::ContinueErasures).then_some(done)).unwrap()
    };
    let first = "not reached: away".to_owned();
    assert_eq!(erasures(&world), Err(SweepError::Partly { failed: 1, total: 1, first }));
    let stuck = block_on(privacy::under_way(&world.db)).unwrap();
    let stuck = block_on(privacy::get(&world.db, stuck[0])).unwrap().unwrap();
    assert_eq!(stuck.last_error.as_deref(), Some("not reached: away"));
    assert_eq!(erasures(&world), Ok(1));
    assert_eq!((traces(&world), block_on(privacy::under_way(&world.db)).unwrap()), (vec![], vec![]));
}

#[test]
fn nobody_is_told_to_be_somebody_erased() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    erase(&world, ada);
    assert_eq!(answer(&world, ada), Err(QuestionError::Merge(MergeError::Erased { record: ada, at: NOW })));
    let bob = owner(&world, "bob@example.net").unwrap();
    assert!(answer(&world, bob).is_ok(), "it is still asked, and about him");
    assert_eq!(traces(&world), [""; 0]);
    world.ledger_verified();
}

#[test]
fn others_are_not_found_by_what_was_hers() {
    let world = ada_and_bob();
    let (ada, bob) = (owner(&world, "ada@example.com").unwrap(), owner(&world, "bob@example.net").unwrap());
    let part = answer(&world, bob).unwrap().record;
    let model = Model::shipped();
    let known = || block_on(candidates::get(&world.db, part)).unwrap().unwrap();
    let found_by = || {
        let rows = world.db.look(&format!("SELECT key FROM record_keys WHERE record = '{part}'"));
        rows.iter().map(|row| row.text("key").unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let (before, of_his) = (known(), found_by());
    let mut both = before.profile.clone();
    both.add("name", "Ada Lovelace");
    block_on(world.db.batch(candidates::learn(model, &before, &both, true))).unwrap();
    assert!(found_by().len() > of_his.len());
    erase(&world, ada);
    let after = known().profile;
    assert_eq!((after.get("name"), after.get("external"), after.get("email")), (&[][..], &[][..], both.get("email")));
    assert_eq!(found_by(), of_his);
    assert_eq!(traces(&world), [""; 0]);
}

#[test]
fn later_events_create_no_record_until_a_person_lifts_the_suppression() {
    let world = ada_and_bob();
    let erasure = erase(&world, owner(&world, "ada@example.com").unwrap());
    let records = world.db.look("SELECT * FROM records").len();
    world.now.set(NOW + Millis::days(1));
    // A new fact, a copy of an old one, and one with only her telephone number.
    let phone = Event { claims: adas(11).claims[2..].to_vec(), ..adas(11) };
    for event in [adas(10), adas(1), phone, bobs(12)] {
        deliver(&world, &event);
    }
    dispatch(&world);
    let mine = world.db.look("SELECT * FROM records");
    assert_eq!((mine.len(), owner(&world, "ada@example.com")), (records, None));
    let held = block_on(privacy::get(&world.db, erasure.id)).unwrap().unwrap();
    assert_eq!((held.held_out, held.last_held_out_at), (3, Some(world.now.get())));
    assert_eq!(world.db.look("SELECT * FROM events").len(), 3, "Bob may still write about whomever he likes");
    let released = block_on(world.eraser().release(erasure.id, &grace())).unwrap();
    assert_eq!(released.released_by, Some(grace()));
    deliver(&world, &adas(13));
    dispatch(&world);
    let again = owner(&world, "ada@example.com").unwrap();
    assert_ne!(again, erasure.record, "a new record, not the old one");
    world.ledger_verified();
}

#[test]
fn a_file_does_not_bring_somebody_back() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    let erasure = erase(&world, ada);
    let rows = world.db.look("SELECT counts FROM imports ORDER BY id");
    let counts: Vec<serde_json::Value> = rows.iter().map(|row| row.json("counts").unwrap()).collect();
    assert_eq!((&counts[0]["refused"], &counts[1]["refused"]), (&1.into(), &1.into()));
    let records = world.db.look("SELECT 1 FROM records").len();
    let file = format!("name,email,record\nAda Lovelace,ada@example.com,\nDora,dora@example.com,\nAda,,{ada}\n");
    let importer = world.importer();
    let import = block_on(importer.receive("new.csv", file.as_bytes(), grace())).unwrap();
    let counts = block_on(importer.step(import.id)).unwrap().counts;
    assert_eq!((counts.created, counts.refused), (1, 2), "{counts:?}");
    assert_eq!(world.db.look("SELECT 1 FROM records").len(), records + 1);
    assert_eq!(traces(&world), [""; 0]);
    assert_eq!(block_on(privacy::get(&world.db, erasure.id)).unwrap().unwrap().held_out, 1);
    // An erasure begins during an import.
    let dora = owner(&world, "dora@example.com").unwrap();
    let held = block_on(privacy::suppressed(&world.db, vec![((), Vec::new())])).unwrap();
    erase(&world, dora);
    assert!(matches!(block_on(world.db.batch(vec![held.assertion()])), Err(DatabaseError::Conflict(_))));
    world.ledger_verified();
}

#[test]
fn a_delivery_that_is_suppressed_leaves_only_its_key() {
    let world = ada_and_bob();
    erase(&world, owner(&world, "ada@example.com").unwrap());
    for _ in 0..2 {
        deliver(&world, &adas(10));
        dispatch(&world);
        assert_eq!(traces(&world), [""; 0]);
    }
}

#[test]
fn an_effect_on_its_way_is_waited_for() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    let sql = format!("SELECT id FROM proposals WHERE record = '{ada}' AND status = 'approved'");
    let id: ProposalId = world.db.look(&sql)[0].parse("id").unwrap();
    world.db.tamper(&format!("UPDATE proposals SET status = 'executing', version = version + 1 WHERE id = '{id}'"));
    let begun = block_on(world.eraser().begin(ada, &grace(), "asked by letter")).unwrap();
    let stuck = block_on(world.eraser().go_on(begun.id, 100));
    assert!(matches!(stuck, Err(EraseError::Database(DatabaseError::Conflict(_)))), "{stuck:?}");
    // The executor died; its effect is undone, and the record may then be erased.
    world.now.set(NOW + Millis::minutes(2));
    let executed = world.execute(id);
    let status = world.status(id);
    assert_ne!(status, ProposalStatus::Executing, "{executed:?}");
    assert!(block_on(world.eraser().go_on(begun.id, 100)).unwrap().done_at.is_some());
    assert_eq!(traces(&world), [""; 0]);
    assert_eq!(world.execute(id), Ok(ExecutionOutcome::Nothing));
    world.ledger_verified();
}

#[test]
fn a_record_that_is_being_erased_takes_nothing_in() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    // The inbox resolves the event's record; then the erasure begins.
    let held = block_on(privacy::suppressed(&world.db, vec![((), privacy::tellers(&adas(20)))])).unwrap();
    block_on(world.eraser().begin(ada, &grace(), "asked by letter")).unwrap();
    let refused = block_on(world.db.batch(vec![held.assertion()]));
    assert!(matches!(refused, Err(DatabaseError::Conflict(_))), "{refused:?}");
    for sql in [
        "INSERT INTO notes (id, record, proposal, text, created_at) VALUES ('nte_y', '{ada}', 'p', 't', 0)",
        "INSERT INTO identities (kind, value, record, role, event, created_at)
         VALUES ('email', 'x@y.z', '{ada}', 'customer', 'e', 0)",
        "UPDATE records SET name = 'Ada L.', version = version + 1 WHERE id = '{ada}'",
        "UPDATE records SET erased_at = NULL WHERE id = '{ada}'",
        "DELETE FROM erasures",
        "UPDATE tombstone_key SET key = ''",
    ] {
        let refused = block_on(world.db.query(Statement::new(sql.replace("{ada}", &ada.to_string()), [])));
        assert!(refused.is_err(), "{sql}");
    }
    let bob = owner(&world, "bob@example.net").unwrap();
    let kept = Statement::new(format!("DELETE FROM proposals WHERE record = '{bob}'"), []);
    assert!(block_on(world.db.query(kept)).is_err(), "others' proposals are never deleted");
}

#[test]
fn a_reason_does_not_say_whose_it_is() {
    let world = ada_and_bob();
    let ada = owner(&world, "ada@example.com").unwrap();
    for reason in ["", "  ", "Ada Lovelace wrote to us", "request of ADA@example.com"] {
        let refused = block_on(world.eraser().begin(ada, &grace(), reason));
        assert!(matches!(refused, Err(EraseError::Invalid(_))), "{reason}: {refused:?}");
    }
    let first = block_on(world.eraser().begin(ada, &grace(), "ticket 17")).unwrap();
    let again = block_on(world.eraser().begin(ada, &grace(), "ticket 18")).unwrap();
    assert_eq!((again.id, again.reason.as_str()), (first.id, "ticket 17"));
    let nobody = block_on(world.eraser().begin(RecordId::new(NOW, 404), &grace(), "ticket 17"));
    assert_eq!(nobody, Err(EraseError::NotFound));
}
