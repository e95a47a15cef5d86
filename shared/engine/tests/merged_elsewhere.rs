//! Merges that another tool reports: one record here for the one there, in whatever order its events arrive.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    chain::{self, ChainId, EntryFilter},
    merges, records,
};
use nerve_model::{
    Claim, ClaimKind, DedupKey, Event, EventId, Fact, FormSubmitted, MatchVerdict, Millis, QuestionStatus, RecordId,
    RecordMerged, RecordStageChanged, RecordType, Role, SemanticKey, Subject, Trust,
};
use nerve_testkit::{
    World, block_on,
    events::{NOW, event},
    person,
};

fn subject(object: &str, id: u32) -> Subject {
    Subject::new(format!("hubspot:{object}:1/{id}"))
}

fn claims(object: &str, ids: &[u32]) -> Vec<Claim> {
    let claim =
        |id: &u32| Claim { kind: ClaimKind::External, value: subject(object, *id).to_string(), role: Role::Customer };
    if object == "contact" { ids.iter().map(claim).collect() } else { Vec::new() }
}

/// The event of one object of HubSpot; it names nobody.
fn about(n: u128, fact: Fact, object: &str, ids: &[u32]) -> Event {
    let subject = subject(object, *ids.last().unwrap());
    let key = SemanticKey::about(&subject, format_args!("event {n}"));
    Event { claims: claims(object, ids), party_name: None, ..event(n, fact, key.as_str(), subject.as_str()) }
}

fn stage(n: u128, object: &str, id: u32, to: &str) -> Event {
    let moved = RecordStageChanged {
        object: object.to_owned(),
        id: id.to_string(),
        property: None,
        name: None,
        from: None,
        to: Some(to.to_owned()),
        changed_by: None,
    };
    about(n, Fact::RecordStageChanged(moved), object, &[id])
}

/// `merged` became part of `primary`, which goes on as `id`.
fn merge(n: u128, object: &str, primary: u32, merged: u32, id: u32) -> Event {
    let fact = RecordMerged {
        object: object.to_owned(),
        id: id.to_string(),
        primary: Some(primary.to_string()),
        merged: vec![merged.to_string()],
        name: None,
        merged_by: None,
    };
    about(n, Fact::RecordMerged(fact), object, &[primary, merged, id])
}

/// A form of a person who is known by this id.
fn named(n: u128, id: u32, name: &str) -> Event {
    let form =
        FormSubmitted { form: "f".to_owned(), title: None, submission: Some(n.to_string()), answers: Vec::new() };
    Event { party_name: Some(name.to_owned()), ..about(n, Fact::FormSubmitted(form), "contact", &[id]) }
}

/// Another report of the same.
fn again(n: u128, event: &Event) -> Event {
    Event { id: EventId::new(NOW, n), dedup_key: DedupKey::new(format!("evt_{n}")), ..event.clone() }
}

/// All in one batch or one after another.
fn happen(world: &World, events: &[Event], together: bool) -> Vec<RecordId> {
    for event in events {
        world.deliver(event);
        if !together {
            assert_eq!(world.dispatch().failures, [""; 0]);
        }
    }
    assert_eq!(world.dispatch().failures, [""; 0]);
    events.iter().map(|event| root(world, world.stored(event).record)).collect()
}

fn root(world: &World, record: RecordId) -> RecordId {
    let stored = block_on(records::get(&world.db, record)).unwrap().unwrap();
    stored.root.unwrap_or(record)
}

fn roots(world: &World) -> usize {
    world.db.look("SELECT id FROM records WHERE root IS NULL").len()
}

#[test]
fn the_new_id_is_the_primary_one_s_in_whatever_order_events_arrive() {
    for object in ["contact", "company", "deal", "ticket"] {
        let all = [
            stage(1, object, 501, "lead"),
            stage(2, object, 502, "lead"),
            merge(3, object, 501, 502, 503),
            stage(4, object, 503, "customer"),
        ];
        for order in [[0, 1, 2, 3], [0, 1, 3, 2], [3, 2, 1, 0], [2, 0, 1, 3], [1, 2, 3, 0], [3, 0, 2, 1], [1, 3, 0, 2]]
        {
            for together in [false, true] {
                let world = World::new();
                let events = order.map(|n: usize| all[n].clone());
                let came_to = happen(&world, &events, together);
                assert_eq!(roots(&world), 1, "{object} {order:?} {together}");
                assert!(came_to.iter().all(|root| *root == came_to[0]), "{object} {order:?} {together}");
                assert_eq!(world.asked(QuestionStatus::Open), [], "{object} {order:?}");
                world.consider_announced();
                world.verified();
            }
        }
    }
}

#[test]
fn the_primary_record_stays_and_what_was_open_of_the_former_ids_is_over() {
    let world = World::new();
    let before = happen(&world, &[stage(1, "contact", 501, "lead"), stage(2, "contact", 502, "lead")], false);
    let later = |event: Event| Event { occurred_at: NOW + Millis::minutes(1), ..event };
    happen(&world, &[later(merge(3, "contact", 501, 502, 503)), later(stage(4, "contact", 503, "customer"))], false);
    assert_eq!(root(&world, before[1]), before[0]);
    let open = world.situation(before[0]).open_items;
    assert_eq!(open.iter().map(|entry| entry.event.subject.to_string()).collect::<Vec<_>>(), ["hubspot:contact:1/503"]);
    let filter = EntryFilter { chain: Some(ChainId::Record(before[1])), proposal: None };
    let entries = block_on(chain::list(&world.db, &filter, &nerve_ledger::PageRequest::default())).unwrap().items;
    let notes = entries.into_iter().filter_map(|entry| entry.body?.note);
    let said = "became part of Unnamed customer (hubspot:contact:1/501): stripe reported: ";
    assert!(notes.clone().any(|note| note.starts_with(said)), "{:?}", notes.collect::<Vec<_>>());
}

#[test]
fn merges_follow_one_another() {
    for object in ["contact", "deal"] {
        let all = [
            stage(1, object, 501, "lead"),
            stage(2, object, 502, "lead"),
            merge(3, object, 501, 502, 503),
            stage(4, object, 505, "lead"),
            merge(5, object, 503, 505, 504),
            stage(6, object, 504, "customer"),
        ];
        for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [4, 2, 5, 0, 1, 3], [0, 1, 3, 4, 5, 2]] {
            let world = World::new();
            happen(&world, &order.map(|n: usize| all[n].clone()), false);
            assert_eq!(roots(&world), 1, "{object} {order:?}");
        }
    }
}

#[test]
fn ids_that_nobody_knows_become_one_record() {
    for (known, expected) in [(vec![], 1), (vec![501], 1), (vec![502], 1), (vec![503], 1), (vec![7], 2)] {
        let world = World::new();
        let mut events: Vec<Event> = known.iter().map(|id| stage(1, "contact", *id, "lead")).collect();
        events.push(merge(3, "contact", 501, 502, 503));
        events.extend([501, 502, 503].map(|id| stage(100 + u128::from(id), "contact", id, "customer")));
        happen(&world, &events, false);
        assert_eq!(roots(&world), expected, "{known:?}");
        assert_eq!(world.db.look("SELECT id FROM merges").len(), 0, "{known:?}");
    }
    // The record keeps its id: nothing new is named.
    let world = World::new();
    happen(&world, &[stage(1, "contact", 501, "lead"), merge(2, "contact", 501, 502, 501)], false);
    assert_eq!(
        happen(&world, &[stage(3, "contact", 502, "lead")], false),
        [world.stored(&stage(1, "contact", 501, "lead")).record]
    );
}

#[test]
fn a_deal_merged_elsewhere_has_the_stage_that_was_reported_last() {
    let world = World::new();
    let later = |minutes, event: Event| Event { occurred_at: NOW + Millis::minutes(minutes), ..event };
    let events = [
        stage(1, "deal", 7, "offer"),
        stage(2, "deal", 8, "lead"),
        later(1, merge(3, "deal", 7, 8, 9)),
        later(2, stage(4, "deal", 9, "won")),
    ];
    let deal = happen(&world, &events, false)[0];
    let stored = block_on(records::get(&world.db, deal)).unwrap().unwrap();
    assert_eq!((stored.record_type, stored.stage.as_deref()), (RecordType::Deal, Some("won")));
}

#[test]
fn a_merge_that_a_person_undid_is_not_repeated() {
    let world = World::new();
    let before = happen(&world, &[stage(1, "contact", 501, "lead"), stage(2, "contact", 502, "lead")], false);
    happen(&world, &[merge(3, "contact", 501, 502, 503)], false);
    let merged = block_on(merges::of_part(&world.db, before[1])).unwrap().unwrap();
    block_on(world.merger("Mia").undo(merged.id)).unwrap();
    happen(&world, &[merge(4, "contact", 501, 502, 503), merge(5, "contact", 503, 502, 503)], false);
    assert_eq!(roots(&world), 2, "another report tells nothing new");
    let after = happen(&world, &[stage(6, "contact", 502, "x"), stage(7, "contact", 503, "x")], false);
    assert_eq!(after, [before[1], before[0]], "each keeps its ids");
    world.verified();
}

#[test]
fn contradicting_names_or_an_unsigned_word_lead_to_a_question() {
    let known = [named(1, 501, "Ada Lovelace"), named(2, 502, "Grace Hopper")];
    let alike = [named(1, 501, "Ada Lovelace"), stage(2, "contact", 502, "lead")];
    let unsigned = |event: Event| Event { trust: Trust::Token, ..event };
    let word = || merge(3, "contact", 501, 502, 503);
    for (before, word, asks) in [
        (&known, word(), true),
        (&alike, word(), false),
        (&alike, unsigned(word()), true),
        (&alike, Event { test: true, ..word() }, false),
    ] {
        for joined in [true, false] {
            let world = World::new();
            let people = happen(&world, before, false);
            let is_test = word.test;
            happen(&world, &[word.clone(), again(9, &word)], false);
            let open = world.asked(QuestionStatus::Open);
            assert_eq!(open.len(), usize::from(asks), "{:?}", word.trust);
            assert_eq!(roots(&world), if asks || is_test { 2 } else { 1 });
            let Some(question) = open.first() else { continue };
            assert_eq!((question.record, question.candidates[0].record.id), (people[1], people[0]));
            let bits: f64 = question.candidates[0].evidence.iter().map(|finding| finding.weight).sum();
            assert!((question.candidates[0].prior + bits).abs() < 1e-6, "prior and evidence are the even odds");
            let answer = joined.then_some(people[0]);
            block_on(world.questions("Mia").answer(question.id, answer)).unwrap();
            assert_eq!(roots(&world), if joined { 1 } else { 2 });
            happen(&world, &[again(10, &word)], false);
            assert_eq!((roots(&world), world.asked(QuestionStatus::Open).len()), (if joined { 1 } else { 2 }, 0));
            assert_eq!(root(&world, world.stored(&happened(&world, 503)).record), people[0]);
            world.verified();
        }
    }
}

/// A later event of this id.
fn happened(world: &World, id: u32) -> Event {
    let event = stage(50, "contact", id, "later");
    happen(world, std::slice::from_ref(&event), false);
    event
}

#[test]
fn records_that_cannot_be_one_stay_two() {
    let world = World::new();
    let vendor = |event: Event| {
        let claims = event.claims.iter().map(|claim| Claim { role: Role::Vendor, ..claim.clone() }).collect();
        Event { claims, ..event }
    };
    let events = [named(1, 501, "Acme"), vendor(named(2, 502, "Acme")), merge(3, "contact", 501, 502, 503)];
    let came_to = happen(&world, &events, false);
    assert_eq!((roots(&world), world.asked(QuestionStatus::Open).len()), (2, 0));
    assert_eq!(came_to[2], came_to[0]);
    world.verified();
}

#[test]
fn a_record_that_a_person_knows_stays_though_the_other_is_the_tool_s_primary_one() {
    let world = World::new();
    let known = nerve_ledger::records::NewRecord {
        claims: claims("contact", &[502]),
        ..nerve_ledger::records::NewRecord::named(nerve_testkit::events::ada())
    };
    world.create(&known, &nerve_ledger::records::Origin::of(person("Mia"), NOW));
    let events = [stage(1, "contact", 501, "lead"), merge(2, "contact", 501, 502, 503), stage(3, "contact", 503, "x")];
    assert!(happen(&world, &events, false).iter().all(|root| *root == known.id));
    assert_eq!(world.stored(&events[2]).matched.verdict, MatchVerdict::Confident);
}

#[test]
fn an_erased_person_does_not_come_back_by_the_new_id() {
    for (erased, object) in [(501, "contact"), (502, "contact"), (501, "company")] {
        for together in [false, true] {
            let world = World::new();
            let person = happen(&world, &[stage(1, object, erased, "lead")], false)[0];
            let eraser = world.eraser();
            let erasure = block_on(eraser.begin(person, &nerve_testkit::person("Grace"), "asked")).unwrap();
            assert!(block_on(eraser.go_on(erasure.id, 100)).unwrap().done_at.is_some());
            let events = [
                merge(3, object, 501, 502, 503),
                stage(4, object, 503, "x"),
                merge(5, object, 503, 505, 504),
                stage(6, object, 504, "x"),
            ];
            for event in &events {
                world.deliver(event);
                if !together {
                    assert_eq!(world.dispatch().failures, [""; 0]);
                }
            }
            assert_eq!(world.dispatch().failures, [""; 0]);
            assert_eq!(world.db.look("SELECT id FROM events").len(), 0, "{object} {erased} {together}");
            assert_eq!(roots(&world), 1);
        }
    }
}

#[test]
fn who_is_not_erased_keeps_the_new_id() {
    let world = World::new();
    let people = happen(&world, &[stage(1, "contact", 501, "lead"), stage(2, "contact", 502, "lead")], false);
    let erasure = block_on(world.eraser().begin(people[1], &person("Grace"), "asked")).unwrap();
    block_on(world.eraser().go_on(erasure.id, 100)).unwrap();
    world.deliver(&merge(3, "contact", 501, 502, 503));
    assert_eq!(world.dispatch().failures, [""; 0]);
    let after = happen(&world, &[stage(4, "contact", 501, "x"), stage(5, "contact", 503, "x")], false);
    assert_eq!(after[0], people[0]);
    assert_eq!(world.db.look("SELECT id FROM events").len(), 3, "events of the living are kept");
}
