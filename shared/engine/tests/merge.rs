//! Merges and their undoing, whatever arrives meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::{ExecutionOutcome, Job, MergeError};
use nerve_ledger::{
    PageRequest, chain,
    merges::{self, Merge},
    privacy, records, tasks,
};
use nerve_model::{
    ActionKind, Claim, ClaimKind, ErasureId, Event, EventId, Millis, Proposal, ProposalStatus, RecordId, Role,
    SemanticKey,
};
use nerve_ports::Entropy;
use nerve_testkit::{
    Interrupted, World, block_on,
    events::{NOW, invoice_paid, payment_failed},
    person,
};
use std::collections::BTreeSet;

/// Dispatches an event and lets the agent consider every announced record; returns the event's record.
fn happens(world: &World, event: &Event) -> RecordId {
    let record = world.arrives(event);
    world.consider_announced();
    record
}

fn merge(world: &World, part: RecordId, record: RecordId) -> Merge {
    block_on(world.merger("Ada").merge(part, record)).unwrap()
}

fn undo(world: &World, merge: &Merge) {
    block_on(world.merger("Ada").undo(merge.id)).unwrap();
}

fn open(world: &World, record: RecordId) -> Vec<Proposal> {
    let all = world.proposals_about(record).into_iter();
    all.filter(|proposal| proposal.status == ProposalStatus::Pending).collect()
}

/// All rows about records, in the database and in the record objects.
fn everything(world: &World) -> Vec<String> {
    let tables = ["records", "identities", "events", "proposals", "tasks", "notes", "drafts", "notifications"];
    let rows = tables.iter().flat_map(|table| world.db.look(&format!("SELECT * FROM {table} ORDER BY 1, 2")));
    let objects = ["timeline", "progress", "open_items"]
        .into_iter()
        .flat_map(|table| world.objects.look(&format!("SELECT * FROM {table} ORDER BY 1")));
    let objects = objects.map(|(record, row)| format!("{record} {row:?}"));
    rows.map(|row| format!("{row:?}")).chain(objects).collect()
}

/// The event with the mail address of this party.
fn of(who: &str, event: Event) -> Event {
    let email =
        |name: &str| Claim { kind: ClaimKind::Email, value: format!("{name}@example.com"), role: Role::Customer };
    Event { claims: who.split('+').map(email).collect(), party_name: None, ..event }
}

fn facts(entries: &[nerve_protocol::TimelineEntry]) -> Vec<EventId> {
    entries.iter().map(|entry| entry.event.id).collect()
}

#[test]
fn a_merged_record_is_read_as_one_and_taken_apart_is_what_it_was() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", payment_failed(2, "in_2")));
    let before = everything(&world);
    let merge = merge(&world, bob, ada);
    for record in [ada, bob] {
        assert_eq!(block_on(merges::list(&world.db, Some(record))).unwrap(), std::slice::from_ref(&merge));
    }
    assert_eq!((world.members(ada), world.members(bob)), (vec![ada, bob], vec![ada, bob]));
    assert_eq!((open(&world, ada).len(), open(&world, bob).len()), (4, 4), "proposals follow");
    let claims = block_on(records::claims(&world.db, ada)).unwrap();
    assert_eq!(claims.len(), 2, "claims follow");
    let whole = world.situation(bob);
    assert_eq!((whole.record.id, facts(&whole.history).len(), whole.open_items.len()), (ada, 2, 2));
    undo(&world, &merge);
    assert_eq!(everything(&world), before, "nothing has moved");
    assert_eq!(open(&world, ada).len(), 2);
    world.verified();
}

#[test]
fn a_proposal_about_a_part_is_shown_with_the_whole_record_and_can_be_decided() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", payment_failed(2, "in_2")));
    let task =
        |record| open(&world, record).into_iter().find(|p| p.card.action.kind() == ActionKind::CreateTask).unwrap();
    let shown = task(bob);
    let merge = merge(&world, bob, ada);
    world.consider_announced();
    let about: BTreeSet<_> = open(&world, ada).iter().map(|p| (p.card.record.id, p.card.home())).collect();
    assert_eq!(about, BTreeSet::from([(ada, ada), (ada, bob)]));
    let refreshed = open(&world, ada).into_iter().find(|p| p.id == shown.id).unwrap();
    assert_eq!(facts(&world.situation(ada).history).len(), 2);
    assert_eq!(refreshed.card.timeline.len(), 1, "what happened to the other is shown");
    assert_ne!(refreshed.digest, shown.digest, "what was shown before is stale");
    world.approve(&refreshed);
    assert!(matches!(world.execute(refreshed.id).unwrap(), ExecutionOutcome::Done(_)));
    let tasks = |record| block_on(tasks::list(&world.db, Some(record), &PageRequest::default())).unwrap().items.len();
    assert_eq!((tasks(ada), tasks(bob)), (1, 1), "it is a task of the whole");
    undo(&world, &merge);
    world.consider_announced();
    assert_eq!((tasks(ada), tasks(bob)), (0, 1), "it goes back to where its event came from");
    let own: BTreeSet<_> =
        [ada, bob].iter().flat_map(|id| open(&world, *id)).map(|p| (p.card.record.id, p.card.part)).collect();
    assert_eq!(own, BTreeSet::from([(ada, None), (bob, None)]));
    let kinds = |record| {
        let filter = chain::EntryFilter { chain: Some(chain::ChainId::Record(record)), proposal: None };
        let page = block_on(chain::list(&world.db, &filter, &PageRequest::new(100, None).unwrap())).unwrap();
        page.items.into_iter().filter(|entry| entry.kind.ends_with("merged")).count()
    };
    assert_eq!((kinds(ada), kinds(bob)), (2, 2), "both chains tell of it");
    world.verified();
}

#[test]
fn a_fact_of_one_member_settles_an_open_item_of_another() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", invoice_paid(2, "in_1")));
    assert_eq!(open(&world, ada).len(), 2);
    merge(&world, bob, ada);
    assert_eq!(world.situation(ada).open_items, [], "it is paid");
    world.consider_announced();
    assert_eq!(open(&world, ada), [], "what was proposed is withdrawn");
    world.verified();
}

#[test]
fn of_two_that_were_told_at_the_same_time_the_same_one_stands_whoever_was_told_which() {
    let attempt = |n: u128, key: &str| Event { semantic_key: SemanticKey::new(key), ..payment_failed(n, "in_1") };
    let keys = ["stripe:invoice:in_1 payment failed attempt 1", "stripe:invoice:in_1 payment failed attempt 2"];
    for (first, second) in [(0, 1), (1, 0)] {
        let world = World::new();
        let ada = world.arrives(&of("ada", attempt(1, keys[first])));
        let bob = world.arrives(&of("bob", attempt(2, keys[second])));
        merge(&world, bob, ada);
        let stands = world.situation(ada).open_items;
        assert_eq!(stands.iter().map(|entry| entry.event.semantic_key.as_str()).collect::<Vec<_>>(), [keys[1]]);
    }
}

#[test]
fn one_fact_told_to_both_is_considered_once() {
    for other_first in [false, true] {
        let world = World::new();
        let (ada, bob) = (
            world.arrives(&of("ada", payment_failed(1, "in_1"))),
            world.arrives(&of("bob", payment_failed(2, "in_2"))),
        );
        merge(&world, bob, ada);
        world.consider_announced();
        let fact = |n| Event { semantic_key: payment_failed(0, "in_3").semantic_key, ..payment_failed(n, "in_3") };
        let mut reports = [of("ada", fact(3)), of("bob", fact(4))];
        if other_first {
            reports.reverse();
        }
        for report in &reports {
            world.arrives(report);
        }
        assert_eq!(world.consider_announced().proposed, 2, "a task and a draft");
        world.arrives(&of("bob", Event { semantic_key: fact(3).semantic_key, ..payment_failed(5, "in_3") }));
        world.consider_announced();
        let about: Vec<_> =
            world.proposals_about(ada).into_iter().filter(|p| p.card.subject == fact(3).subject).collect();
        assert_eq!(about.len(), 2);
        let undecided = world.db.look("SELECT id FROM events WHERE decided_at IS NULL");
        assert_eq!(undecided, [], "the repeats are decided, too");
        assert_eq!(world.situation(ada).history.len(), 3, "each fact once");
        world.verified();
    }
}

#[test]
fn an_event_that_arrives_while_merged_goes_to_the_owner_of_its_claim() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", payment_failed(2, "in_2")));
    let merge = merge(&world, bob, ada);
    world.consider_announced();
    let came = happens(&world, &of("bob+shop", payment_failed(3, "in_3")));
    assert_eq!(came, bob, "with the claims it brings");
    assert_eq!(happens(&world, &of("ada+bob", payment_failed(4, "in_4"))), ada, "one record now: nothing is ambiguous");
    assert_eq!(open(&world, ada).len(), 8);
    undo(&world, &merge);
    world.consider_announced();
    let came: Vec<_> =
        [ada, bob].iter().map(|id| (world.situation(*id).history.len(), open(&world, *id).len())).collect();
    assert_eq!(came, [(2, 4), (2, 4)]);
    let claims = block_on(records::claims(&world.db, bob)).unwrap();
    assert_eq!(claims.len(), 2, "what was learned stays with it");
    world.verified();
}

#[test]
fn merges_are_taken_back_in_any_order() {
    for (first, then) in [(0, 1), (1, 0)] {
        let world = World::new();
        let ids: Vec<_> = ["a", "b", "c"]
            .iter()
            .zip(1..)
            .map(|(who, n)| happens(&world, &of(who, payment_failed(n, &format!("in_{n}")))))
            .collect();
        let [a, b, c] = ids[..] else { panic!() };
        let before = everything(&world);
        let merges = [merge(&world, a, b), merge(&world, b, c)];
        assert_eq!(world.members(a).len(), 3);
        undo(&world, &merges[first]);
        let members = [world.members(a), world.members(b), world.members(c)];
        let expected = if first == 0 { [vec![a], vec![c, b], vec![c, b]] } else { [vec![b, a], vec![b, a], vec![c]] };
        assert_eq!(members, expected, "undoing number {first}");
        undo(&world, &merges[then]);
        assert_eq!(everything(&world), before);
        world.verified();
    }
}

#[test]
fn an_invalid_merge_is_refused_with_its_reason() {
    let world = World::new();
    let ids: Vec<_> =
        ["a", "b", "c"].iter().zip(1..).map(|(who, n)| happens(&world, &of(who, payment_failed(n, "in")))).collect();
    let [a, b, c] = ids[..] else { panic!() };
    let merge = merge(&world, a, b);
    let refused = |part, record| block_on(world.merger("Ada").merge(part, record)).unwrap_err();
    assert_eq!(refused(c, c), MergeError::Same);
    assert!(matches!(refused(a, c), MergeError::Part { root, .. } if root == b));
    assert!(matches!(refused(c, a), MergeError::Part { root, .. } if root == b));
    let nobody = RecordId::new(NOW, world.entropy.random());
    assert_eq!(refused(nobody, b), MergeError::NotFound("record"));
    undo(&world, &merge);
    assert!(matches!(block_on(world.merger("Ada").undo(merge.id)), Err(MergeError::Undone { .. })));
}

#[test]
fn an_erased_record_is_neither_merged_nor_unmerged() {
    let world = World::new();
    let ids: Vec<_> =
        ["a", "b", "c"].iter().zip(1..).map(|(who, n)| happens(&world, &of(who, payment_failed(n, "in")))).collect();
    let [a, b, c] = ids[..] else { panic!() };
    let merge = merge(&world, a, b);
    let subject = || block_on(privacy::subject(&world.db, b)).unwrap().unwrap();
    let (id, by) = (ErasureId::new(NOW, 1), person("Ada"));
    let all_refused = || {
        for (part, record, erased) in [(b, c, b), (c, b, b), (a, c, a), (c, a, a)] {
            let refused = block_on(world.merger("Ada").merge(part, record));
            assert_eq!(refused, Err(MergeError::Erased { record: erased, at: NOW }), "{part} into {record}");
        }
        let refused = block_on(world.merger("Ada").undo(merge.id));
        assert_eq!(refused, Err(MergeError::Erased { record: a, at: NOW }));
    };
    block_on(privacy::begin(&world.db, id, &subject(), &by, "asked", NOW)).unwrap();
    all_refused();
    world.db.tamper(&format!("DELETE FROM events WHERE record IN ('{a}', '{b}')"));
    block_on(privacy::finish(&world.db, id, &subject(), || world.entropy.random(), NOW)).unwrap();
    all_refused();
    assert_eq!((world.members(c), world.members(b).len()), (vec![c], 2));
    world.verified();
}

#[test]
fn what_was_advised_about_the_whole_is_forgotten_when_it_is_taken_apart() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", payment_failed(2, "in_2")));
    let merge = merge(&world, bob, ada);
    happens(&world, &of("bob", payment_failed(3, "in_3")));
    let advised = || world.db.look("SELECT record FROM advice");
    assert_eq!(advised().len(), 2, "about each alone, and of Ada with Bob");
    undo(&world, &merge);
    assert_eq!(advised().len(), 1, "Bob's own");
    assert!(format!("{:?}", advised()).contains(&bob.to_string()));
}

#[test]
fn a_lost_announcement_is_made_again() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", invoice_paid(2, "in_1")));
    merge(&world, bob, ada);
    world.situations.take();
    assert_eq!(world.at(NOW + Millis::minutes(1)).sweep_for(Job::AnnounceRecombined), 1);
    world.consider_announced();
    assert_eq!(open(&world, ada), []);
    assert_eq!(world.db.look("SELECT record FROM recombined"), []);
}

#[test]
fn a_decision_that_a_merge_overtakes_is_taken_again_with_all_that_is_known() {
    let world = World::new();
    let ada = happens(&world, &of("ada", payment_failed(1, "in_1")));
    let bob = happens(&world, &of("bob", payment_failed(2, "in_2")));
    world.arrives(&of("bob", invoice_paid(3, "in_1")));
    world.situations.take();
    let merged = || drop(merge(&world, bob, ada));
    let db = Interrupted::new(&world.db, 1, |sql| sql.contains("UPDATE events SET decided_at"), &merged);
    block_on(world.agent(&db, &world.playbook).consider(bob)).unwrap();
    assert_eq!(open(&world, ada).iter().filter(|p| p.card.home() == ada).count(), 0, "it is paid");
    world.verified();
}
