//! Imports on real SQLite: their results, repeated, interrupted and concurrent.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Encoding, Mapping};
use nerve_engine::{ImportError, Job};
use nerve_ledger::{
    PageRequest, candidates,
    imports::{self, Counts, Import, ImportState},
    records::{self, NewRecord, Origin, RecordFilter, StoredRecord},
};
use nerve_matching::Model;
use nerve_model::{Actor, Claim, ClaimKind, Millis, RecordRef, RecordType, Role};
use nerve_ports::Database;
use nerve_testkit::{
    Failure, World, block_on,
    events::{NOW, ada, record_id},
    person,
};

const FILE: &str = "Kundennummer;Name;E-Mail;Telefon;Betreuer;Status;Ort\n\
    1;Ada Lovelace;ada@example.com;+49 30 901820;Grace;lead;London\n\
    2;Grace Hopper;grace@example.com;;;;New York\n\
    3;Acme GmbH;info@acme.example;+49 30 901821;;;Berlin\n";

fn grace() -> Actor {
    person("Grace")
}

fn receive(world: &World, text: &str) -> Import {
    block_on(world.importer().receive("kunden.csv", text.as_bytes(), grace())).unwrap()
}

fn step(world: &World, import: &Import) -> Result<Import, ImportError> {
    block_on(world.importer().step(import.id))
}

fn finish(world: &World, mut import: Import) -> Import {
    while matches!(import.state, ImportState::Draft | ImportState::Running) {
        import = step(world, &import).unwrap();
    }
    import
}

/// The counts of an import: created, changed, unchanged, refused.
fn imported(world: &World, text: &str) -> [u32; 4] {
    let Counts { rows, settled, created, changed, unchanged, refused, .. } = finish(world, receive(world, text)).counts;
    assert_eq!((rows, created + changed + unchanged + refused), (settled, settled), "every row has its place");
    [created, changed, unchanged, refused]
}

fn records(world: &World, search: &str) -> Vec<StoredRecord> {
    let filter = RecordFilter { search: Some(search.to_owned()), ..RecordFilter::default() };
    block_on(records::list(&world.db, &filter, &PageRequest::default())).unwrap().items
}

fn reasons(world: &World, import: &Import) -> Vec<(u32, String)> {
    let chunks = block_on(imports::refused(&world.db, import.id, 0, 100)).unwrap();
    let lines = chunks.into_iter().flat_map(|chunk| chunk.lines);
    lines.map(|line| (line.line, line.refused[0].reason.clone())).collect()
}

fn claims(world: &World, record: &StoredRecord) -> Vec<Claim> {
    block_on(records::claims(&world.db, record.id)).unwrap()
}

fn shared(world: &World, record: &StoredRecord) -> Vec<Claim> {
    block_on(records::shared(&world.db, record.id)).unwrap()
}

/// All rows that an import may change, besides its own.
fn state(world: &World) -> String {
    ["records", "identities", "record_words", "record_keys", "terms", "ledger", "chains", "ledger_bodies"]
        .map(|table| format!("{:?}", world.db.look(&format!("SELECT * FROM {table} ORDER BY 1, 2"))))
        .concat()
}

/// Asserts that the keys of all records follow from their profiles alone.
fn indexed(world: &World) {
    let index = || ["record_keys", "terms WHERE n > 0"].map(|rows| world.db.look(&format!("SELECT * FROM {rows}")));
    let kept = index();
    world.db.tamper("DELETE FROM record_keys");
    world.db.tamper("DELETE FROM terms");
    for row in world.db.look("SELECT id FROM records WHERE profile IS NOT NULL") {
        let party = block_on(candidates::get(&world.db, row.parse("id").unwrap())).unwrap().unwrap();
        block_on(world.db.batch(candidates::index(Model::shipped(), &party))).unwrap();
    }
    assert_eq!(kept, index());
    assert!(!kept[0].is_empty());
}

/// A file of this many rows, each about another person.
fn rows(n: usize) -> String {
    let row =
        |n: usize| format!("{n},Person {n},person{n}@example.com,+4930{:07},Grace,lead,Town {n}\n", n + 1_000_000);
    let rows: String = (0..n).map(row).collect();
    format!("Customer ID,Name,Email,Phone,Owner,Status,City\n{rows}")
}

#[test]
fn rows_become_records_that_are_found_and_have_a_history() {
    let world = World::new();
    let draft = receive(&world, FILE);
    assert_eq!((draft.state, draft.counts.rows, draft.counts.refused, draft.chunks), (ImportState::Draft, 3, 0, 1));
    assert!(records(&world, "Ada").is_empty(), "a draft changes nothing");
    let done = finish(&world, draft);
    assert_eq!((done.counts.created, done.kept), (3, false));
    let found = records(&world, "+4930901820");
    let [ada] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (ada.name.as_str(), ada.owner.as_deref(), ada.stage.as_deref(), ada.attributes.get("city"), ada.provisional),
        ("Ada Lovelace", Some("Grace"), Some("lead"), Some("London"), false)
    );
    let history = world.history(ada.id);
    let [entry] = history.as_slice() else { panic!("{history:?}") };
    let body = entry.body.as_ref().unwrap();
    assert_eq!(
        (entry.kind.as_str(), &entry.actor, body.note.as_deref()),
        ("record_created", &grace(), Some("kunden.csv, line 2"))
    );
    assert!(
        body.changes.iter().any(|change| change.field == "email" && change.after.as_deref() == Some("ada@example.com"))
    );
    world.ledger_verified();
    assert_eq!(block_on(imports::chunk(&world.db, done.id, 0)).unwrap(), None, "nothing of the file is left");
}

#[test]
fn a_bulk_record_is_the_same_as_a_single_one() {
    let (one, many) = (World::new(), World::new());
    imported(&many, "Name,Email,Phone,Owner,City\nZoë O’Brien,zoe@example.com,+4930901820,Grace,Köln\n");
    let made = &records(&many, "zoe")[0];
    let claims = block_on(records::claims(&many.db, made.id)).unwrap();
    let new = NewRecord { claims, fields: made.fields(), ..NewRecord::named(made.reference()) };
    let origin = Origin { note: Some("kunden.csv, line 2".to_owned()), ..Origin::of(grace(), NOW) };
    one.create(&new, &origin);
    for table in ["records", "identities", "record_words", "record_keys", "terms"] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        assert_eq!(one.db.look(&sql), many.db.look(&sql), "{table}");
    }
    let body = "SELECT chain, n, body FROM ledger_bodies";
    assert_eq!(one.db.look(body), many.db.look(body));
}

#[test]
fn the_same_file_again_changes_nothing_and_a_changed_row_changes_its_record() {
    let world = World::new();
    assert_eq!(imported(&world, FILE), [3, 0, 0, 0]);
    let before = state(&world);
    assert_eq!(imported(&world, FILE), [0, 0, 3, 0]);
    assert_eq!(state(&world), before);

    let changed = FILE.replace("lead", "customer").replace(";Berlin", ";Köln").replace("info@", "office@");
    assert_eq!(imported(&world, &changed), [0, 2, 1, 0]);
    let ada = &records(&world, "Lovelace")[0];
    assert_eq!((ada.stage.as_deref(), ada.version), (Some("customer"), 2));
    let history = world.history(ada.id);
    let body = history[0].body.as_ref().unwrap();
    let changes: Vec<_> =
        body.changes.iter().map(|c| (c.field.as_str(), c.before.as_deref(), c.after.as_deref())).collect();
    assert_eq!((history[0].kind.as_str(), changes), ("record_edited", vec![("stage", Some("lead"), Some("customer"))]));
    assert_eq!(records(&world, "office@acme.example"), records(&world, "info@acme.example"), "one more address");
    assert_eq!(imported(&world, &changed), [0, 0, 3, 0]);
    world.ledger_verified();
    indexed(&world);
}

#[test]
fn an_ambiguous_row_is_refused_with_its_reason() {
    let world = World::new();
    imported(&world, FILE);
    let before = state(&world);
    let import = finish(
        &world,
        receive(
            &world,
            "Name,Email,Phone,Type\nAda Lovelace,ada@example.com,,\n,son@example.com,+4930901820,\n\
         Grace,grace@example.com,,vendor\n,nobody,,\nY,y@example.com,,\nY again,Y@example.com,,\n",
        ),
    );
    assert_eq!(
        reasons(&world, &import),
        [
            (3, "The telephone number +4930901820 belongs to Ada Lovelace, who has the mail address ada@example.com. If both have it, import that column as an attribute.".to_owned()),
            (4, "Grace Hopper is a customer here, not a vendor; that never changes.".to_owned()),
            (5, "“nobody” is not a mail address.".to_owned()),
            (7, "It is about the same as line 6: both have y@example.com.".to_owned()),
        ]
    );
    assert_eq!((import.counts.created, import.counts.refused, import.kept), (1, 4, true));
    assert_ne!(state(&world), before, "the others are read in");
}

#[test]
fn a_household_has_one_telephone_and_each_of_them_a_record() {
    let world = World::new();
    let file = "Name,Email,Phone\nAda Lovelace,ada@example.com,+4930901820\nByron King,byron@example.com,+4930901820\n\
                Anne Milbanke,,+4930901820\n,,+4930901820\n";
    let import = finish(&world, receive(&world, file));
    assert_eq!((import.counts.created, import.counts.refused), (3, 1), "{:?}", reasons(&world, &import));
    let all = |search: &str| records(&world, search).remove(0);
    let (ada, byron, anne) = (all("ada@example.com"), all("byron@example.com"), all("Milbanke"));
    let phone = "+4930901820";
    assert!(claims(&world, &ada).iter().any(|claim| claim.value == phone) && shared(&world, &ada).is_empty());
    for other in [&byron, &anne] {
        assert!(!claims(&world, other).iter().any(|claim| claim.value == phone));
        assert_eq!(shared(&world, other).iter().map(|claim| claim.value.as_str()).collect::<Vec<_>>(), [phone]);
    }
    assert_eq!(world.db.look("SELECT value FROM identities WHERE shared").len(), 1, "it recognizes nobody");
    let said = world.history(byron.id).remove(0).body.unwrap().changes;
    assert!(said.iter().any(|change| change.after.as_deref() == Some(phone)), "{said:?}");
    let before = state(&world);
    assert_eq!(imported(&world, file), [0, 0, 3, 1]);
    assert_eq!(state(&world), before, "the same file again changes nothing");
    world.ledger_verified();
    indexed(&world);
}

#[test]
fn a_couple_has_one_mailbox_and_each_of_them_a_record() {
    let mailbox = "home@okafor.example";
    for file in [
        "Customer ID,Name,Email,Phone\nC-1001,Ben Okafor,home@okafor.example,+4930901822\n\
         C-1002,Cleo Okafor,home@okafor.example,+4930901823\n",
        "Customer ID,Name,Email\nC-1001,Ben Okafor,home@okafor.example\nC-1002,Cleo Okafor,home@okafor.example\n",
        "Name,Email\nBen Okafor,home@okafor.example\nCleo Okafor,<HOME@okafor.example>\n",
    ] {
        let world = World::new();
        assert_eq!(imported(&world, file), [2, 0, 0, 0], "{file}");
        let (ben, cleo) = (records(&world, "Ben").remove(0), records(&world, "Cleo").remove(0));
        assert!(claims(&world, &ben).iter().any(|claim| claim.value == mailbox));
        assert_eq!(shared(&world, &cleo).iter().map(|claim| claim.value.as_str()).collect::<Vec<_>>(), [mailbox]);
        assert_eq!(world.db.look("SELECT value FROM identities WHERE shared").len(), 1, "it recognizes nobody");
        let before = state(&world);
        assert_eq!(imported(&world, file), [0, 0, 2, 0], "{file}");
        assert_eq!(state(&world), before, "the same file again changes nothing");
        // One file for each of them leads to the same.
        let apart = World::new();
        let rows: Vec<&str> = file.lines().collect();
        for row in &rows[1..] {
            assert_eq!(imported(&apart, &format!("{}\n{row}\n", rows[0])), [1, 0, 0, 0], "{row}");
        }
        assert_eq!(records(&apart, mailbox).len(), records(&world, mailbox).len());
        world.ledger_verified();
        indexed(&world);
    }
}

#[test]
fn rounded_ids_of_two_files_are_nobodys() {
    let world = World::new();
    let first = "Customer ID,Name,Email\n9.91214E+15,Ben Okafor,ben.okafor@example.net\n";
    let second = "Customer ID,Name,Email\n9.91214E+15,Cleo Marin,cleo.marin@example.org\n";
    for file in [first, second] {
        assert_eq!(imported(&world, file), [1, 0, 0, 0]);
    }
    for (name, address) in [("Ben Okafor", "ben.okafor@example.net"), ("Cleo Marin", "cleo.marin@example.org")] {
        let [found] = records(&world, address).try_into().unwrap_or_else(|found| panic!("{found:?}"));
        assert_eq!((found.name.as_str(), claims(&world, &found).len()), (name, 1));
    }
}

#[test]
fn a_file_is_read_again_in_another_encoding_before_anything_is_imported() {
    let world = World::new();
    // Łódź and Józef Żółw in windows-1250, and 青木 in Shift_JIS.
    let polish = b"Name,Email,Miejscowo\x9c\xe6\r\n\xa3\xf3d\x9f,lodz1@example.com,X\r\nJ\xf3zef \xaf\xf3\xb3w,jozef@example.com,\xa3\xf3d\x9f\r\n";
    let japanese = b"Name,Email\r\n\x90\xc2\x96\xd8,aoki1@example.com\r\n";
    for (bytes, encoding, name, attribute) in [
        (&polish[..], "windows-1250", "Józef Żółw", Some(("Miejscowość", "Łódź"))),
        (&japanese[..], "Shift_JIS", "青木", None),
    ] {
        let latin: Encoding = "windows-1252".parse().unwrap();
        let wrong = block_on(world.importer().receive_in("f.csv", bytes, Some(latin), grace())).unwrap();
        assert_eq!(wrong.encoding, "windows-1252");
        let right: Encoding = encoding.parse().unwrap();
        let read = block_on(world.importer().reread(wrong.id, right)).unwrap();
        assert_eq!((read.encoding.as_str(), read.counts.rows), (encoding, wrong.counts.rows));
        // There and back: the bytes are still known.
        block_on(world.importer().reread(wrong.id, latin)).unwrap();
        let read = block_on(world.importer().reread(wrong.id, right)).unwrap();
        let stored = format!("{:?}", block_on(imports::chunk(&world.db, read.id, 0)).unwrap());
        assert!(stored.contains(name), "{stored}");
        let done = finish(&world, read);
        assert!(done.raw_header.is_empty() && !done.kept);
        let [found] = records(&world, name).try_into().unwrap_or_else(|found| panic!("{found:?}"));
        assert_eq!(found.name, name);
        if let Some((attribute, value)) = attribute {
            assert_eq!(found.attributes.get(attribute), Some(value), "{:?}", found.attributes);
        }
        assert_eq!(block_on(world.importer().reread(done.id, right)), Err(ImportError::Settled(ImportState::Done)));
    }
    let certain = receive(&world, "Name,Email\nZoë,zoe@example.com\n");
    let latin = "windows-1252".parse().unwrap();
    assert_eq!(block_on(world.importer().reread(certain.id, latin)), Err(ImportError::Encoding));
}

#[test]
fn what_is_kept_as_written_is_said_before_and_after() {
    let world = World::new();
    let file = "Name,Email,Note\nAda,a@example.com,x\nBen,ask him,x\n,nobody,x\nCleo,c@example.com; later,x\n";
    let draft = receive(&world, file);
    assert_eq!((draft.counts.refused, draft.counts.remarked), (1, 2));
    let remarks = |import: &Import| -> Vec<(u32, String)> {
        let chunks = block_on(imports::remarked(&world.db, import.id, 0, 9)).unwrap();
        let lines = chunks.into_iter().flat_map(|chunk| chunk.lines);
        lines.map(|line| (line.line, line.remarks[0].reason.clone())).collect()
    };
    let expected =
        [(3, "“ask him” is not a mail address.".to_owned()), (5, "“later” is not a mail address.".to_owned())];
    assert_eq!(remarks(&draft), expected);
    let done = finish(&world, draft);
    assert_eq!((done.counts.created, done.counts.refused, done.counts.remarked, done.kept), (3, 1, 2, true));
    assert_eq!((remarks(&done), reasons(&world, &done).len()), (expected.to_vec(), 1));
    assert_eq!(records(&world, "Ben")[0].attributes.get("Email"), Some("ask him"));
    let again = finish(&world, receive(&world, file));
    assert_eq!((again.counts.unchanged, again.counts.remarked), (3, 2));
    block_on(world.importer().discard(done.id)).unwrap();
    assert!(remarks(&done).is_empty());
}

#[test]
fn a_merged_record_is_known_by_all_its_parts() {
    let world = World::new();
    let email = Claim { kind: ClaimKind::Email, value: "ada@example.com".to_owned(), role: Role::Customer };
    let part = RecordRef { id: record_id(7), record_type: RecordType::Customer, name: "A. L.".to_owned() };
    for new in [NewRecord::named(ada()), NewRecord { claims: vec![email], ..NewRecord::named(part.clone()) }] {
        world.create(&new, &Origin::of(grace(), NOW));
    }
    world.db.tamper(&format!("UPDATE records SET root = '{}' WHERE id = '{}'", ada().id, part.id));
    assert_eq!(imported(&world, "Email,Status\nada@example.com,won\n"), [0, 1, 0, 0]);
    assert_eq!(block_on(records::get(&world.db, ada().id)).unwrap().unwrap().stage.as_deref(), Some("won"));
    assert_eq!(imported(&world, &format!("record,status\n{},won\n", part.id)), [0, 0, 1, 0]);
    world.ledger_verified();
}

#[test]
fn a_mapping_is_corrected_before_anything_is_read_in() {
    let world = World::new();
    let draft = receive(&world, "Wer,Wo,Tel\nAda,London,030 901820\nGrace,Paris,\n");
    assert_eq!(
        (draft.counts.refused, &reasons(&world, &draft)[..]),
        (
            2,
            &[
                (2, "“030 901820” has no country code: say in which country such numbers are.".to_owned()),
                (3, "Nothing in the row says whom it is about: no name, mail address, number or id.".to_owned()),
            ][..]
        )
    );
    let columns = ["name", "attribute:city", "phone"].map(|text| text.parse().unwrap()).to_vec();
    let mapping =
        Mapping { columns, region: Some("DE".to_owned()), record_type: RecordType::Vendor, ..draft.mapping.clone() };
    let wrong = Mapping { columns: Vec::new(), ..mapping.clone() };
    assert!(matches!(block_on(world.importer().map(draft.id, wrong)), Err(ImportError::Mapping(_))));
    let mapped = block_on(world.importer().map(draft.id, mapping.clone())).unwrap();
    assert_eq!((mapped.counts.refused, mapped.counts.by_text), (0, 1));
    let done = finish(&world, mapped);
    let ada = &records(&world, "+4930901820")[0];
    assert_eq!((ada.record_type, ada.name.as_str(), done.counts.created), (RecordType::Vendor, "Ada", 2));
    assert_eq!(block_on(world.importer().map(done.id, mapping)), Err(ImportError::Settled(ImportState::Done)));
}

#[test]
fn steps_may_fail_be_repeated_and_race_without_harm() {
    for failure in [Failure::Lost, Failure::ReportedLost] {
        let world = World::new();
        let mut import = receive(&world, &rows(1_200));
        assert_eq!(import.chunks, 3);
        // Any call fails, before or after it was done.
        for call in 0..40 {
            world.db.failures.script(std::iter::repeat_n(Failure::None, call % 4).chain([failure]));
            if let Ok(next) = step(&world, &import) {
                import = next;
            }
            world.db.failures.clear();
        }
        let done = finish(&world, import);
        assert_eq!((done.counts.created, done.counts.settled), (1_200, 1_200));
        indexed(&world);
        assert_eq!(world.db.look("SELECT id FROM records").len(), 1_200);
        world.ledger_verified();
    }
}

#[test]
fn the_sweeper_goes_on_with_what_is_left_behind_and_deletes_what_was_kept() {
    let world = World::new();
    let swept = |at| world.at(at).sweep_for(Job::ContinueImports);
    let draft = receive(&world, FILE);
    let running = receive(&world, &format!("{},,nobody\n", rows(1_200)));
    step(&world, &running).unwrap();
    assert_eq!(swept(NOW + Millis::seconds(30)), 0, "somebody is at it");
    assert_eq!(swept(NOW + Millis::minutes(2)), 2);
    let state = |import: &Import| block_on(imports::get(&world.db, import.id)).unwrap().unwrap();
    assert_eq!((state(&running).state, state(&running).counts.created), (ImportState::Done, 1_200));
    assert_eq!(state(&draft).state, ImportState::Draft);
    assert_eq!(reasons(&world, &running).len(), 1);
    swept(NOW + Millis::days(8));
    assert_eq!((state(&draft).state, state(&running).state), (ImportState::Discarded, ImportState::Done));
    assert!(world.db.look("SELECT n FROM import_chunks").is_empty());
    assert_eq!(step(&world, &draft), Err(ImportError::Settled(ImportState::Discarded)));
}

#[test]
#[ignore = "a measurement: run with --release --ignored --nocapture"]
fn ten_thousand_rows_take_a_moment() {
    let world = World::new();
    let file = rows(10_000);
    let timed = |what: &str| {
        #[expect(clippy::disallowed_methods, reason = "a measurement, on no platform")]
        let start = std::time::Instant::now();
        let counts = imported(&world, &file);
        println!("{what}: {counts:?} in {:?}", start.elapsed());
        counts
    };
    assert_eq!(timed("10,000 new rows"), [10_000, 0, 0, 0]);
    assert_eq!(timed("10,000 known rows"), [0, 0, 10_000, 0]);
}
