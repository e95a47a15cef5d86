//! Two records made one and taken apart again, whatever arrives meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_connectors::Team;
use nerve_engine::{Agent, Dispatcher, ExecutionOutcome, Executor, MergeError, Merger, Review, situation, sweep};
use nerve_intake::inbox;
use nerve_ledger::{
    PageRequest, chain, events,
    merges::{self, Merge},
    privacy, proposals, records, tasks, verify,
};
use nerve_model::{
    ActionKind, Actor, Claim, ClaimKind, ErasureId, Event, EventId, Millis, Proposal, ProposalId, ProposalStatus,
    RecordId, Role, SemanticKey, Timestamp,
};
use nerve_policy::Playbook;
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_situation::{DOCUMENT_BYTES, Situation};
use nerve_testkit::{
    FakeQueue, FakeTool, ObjectSqlite, Objects, SeededEntropy, Sqlite, block_on,
    events::{NOW, arrive, invoice_paid, payment_failed},
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

struct World {
    db: Sqlite,
    inbox: ObjectSqlite,
    objects: Objects,
    actions: FakeQueue<ProposalId>,
    situations: FakeQueue<RecordId>,
    entropy: SeededEntropy,
    playbook: Playbook,
    now: Cell<Timestamp>,
}

impl World {
    fn new() -> Self {
        let inbox = ObjectSqlite::default();
        inbox::open(&inbox).unwrap();
        Self {
            db: Sqlite::default(),
            inbox,
            objects: Objects::default(),
            actions: FakeQueue::default(),
            situations: FakeQueue::default(),
            entropy: SeededEntropy::new(1),
            playbook: Playbook::load().unwrap(),
            now: Cell::new(NOW),
        }
    }

    /// An event arrives and is handed on; the record it came to.
    fn arrives(&self, event: &Event) -> RecordId {
        let now = self.now.get();
        arrive(&self.inbox, "stripe:1", event, now);
        let dispatcher = Dispatcher {
            db: &self.db,
            records: &self.objects,
            situations: &self.situations,
            entropy: &self.entropy,
            retention: Millis::days(90),
            now,
        };
        assert_eq!(block_on(dispatcher.dispatch(&self.inbox)).unwrap().failures, [""; 0]);
        block_on(events::get(&self.db, event.id)).unwrap().unwrap().record
    }

    /// The agent works through everything it was told of.
    fn considered(&self) -> u32 {
        let agent = Agent {
            db: &self.db,
            records: &self.objects,
            actions: &self.actions,
            entropy: &self.entropy,
            recommender: &self.playbook,
            document_bytes: DOCUMENT_BYTES,
            now: self.now.get(),
        };
        self.situations.take().into_iter().map(|record| block_on(agent.consider(record)).unwrap().proposed).sum()
    }

    fn happens(&self, event: &Event) -> RecordId {
        let record = self.arrives(event);
        self.considered();
        record
    }

    fn merger(&self) -> Merger<'_, Sqlite, FakeQueue<RecordId>, SeededEntropy> {
        let actor = Actor::Person("Ada".to_owned());
        Merger { db: &self.db, situations: &self.situations, entropy: &self.entropy, now: self.now.get(), actor }
    }

    fn merge(&self, part: RecordId, record: RecordId) -> Merge {
        block_on(self.merger().merge(part, record)).unwrap()
    }

    fn undo(&self, merge: &Merge) {
        block_on(self.merger().undo(merge.id)).unwrap();
    }

    fn members(&self, record: RecordId) -> Vec<RecordId> {
        block_on(records::members(&self.db, record)).unwrap()
    }

    fn situation(&self, record: RecordId) -> Situation {
        block_on(situation(&self.db, &self.objects, record)).unwrap()
    }

    fn proposals(&self, record: RecordId) -> Vec<Proposal> {
        let of = proposals::ProposalFilter { record: Some(record), ..Default::default() };
        block_on(proposals::list(&self.db, &of, &PageRequest::default())).unwrap().items
    }

    fn open(&self, record: RecordId) -> Vec<Proposal> {
        self.proposals(record).into_iter().filter(|proposal| proposal.status == ProposalStatus::Pending).collect()
    }

    fn verified(&self) {
        let result = block_on(verify(&self.db)).unwrap();
        assert!(result.ok, "{result:?}");
        let all = block_on(proposals::list(&self.db, &Default::default(), &PageRequest::default())).unwrap().items;
        for proposal in all {
            let kept =
                block_on(chain::kept_situation(&self.db, proposal.id, &proposal.card.situation)).unwrap().unwrap();
            let text = kept.body.unwrap().situation.unwrap();
            assert_eq!(nerve_situation::digest(&text), proposal.card.situation.digest, "{}", proposal.id);
        }
    }

    /// Everything that belongs to records, in the database and in their objects.
    fn everything(&self) -> Vec<String> {
        let tables = ["records", "identities", "events", "proposals", "tasks", "notes", "drafts", "notifications"];
        let rows = tables.iter().flat_map(|table| self.db.look(&format!("SELECT * FROM {table} ORDER BY 1, 2")));
        let objects = ["timeline", "progress", "open_items"]
            .into_iter()
            .flat_map(|table| self.objects.look(&format!("SELECT * FROM {table} ORDER BY 1")));
        let objects = objects.map(|(record, row)| format!("{record} {row:?}"));
        rows.map(|row| format!("{row:?}")).chain(objects).collect()
    }
}

/// By whom an event is: an address each.
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
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", payment_failed(2, "in_2")));
    let before = world.everything();
    let merge = world.merge(bob, ada);
    for record in [ada, bob] {
        assert_eq!(block_on(merges::list(&world.db, Some(record))).unwrap(), std::slice::from_ref(&merge));
    }
    assert_eq!((world.members(ada), world.members(bob)), (vec![ada, bob], vec![ada, bob]));
    assert_eq!((world.open(ada).len(), world.open(bob).len()), (4, 4), "proposals follow");
    let claims = block_on(records::claims(&world.db, ada)).unwrap();
    assert_eq!(claims.len(), 2, "claims follow");
    let whole = world.situation(bob);
    assert_eq!((whole.record.id, facts(&whole.history).len(), whole.open_items.len()), (ada, 2, 2));
    world.undo(&merge);
    assert_eq!(world.everything(), before, "nothing has moved");
    assert_eq!(world.open(ada).len(), 2);
    world.verified();
}

#[test]
fn what_is_proposed_about_a_part_is_shown_with_all_that_is_known_and_can_be_decided() {
    let world = World::new();
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", payment_failed(2, "in_2")));
    let task =
        |record| world.open(record).into_iter().find(|p| p.card.action.kind() == ActionKind::CreateTask).unwrap();
    let shown = task(bob);
    let merge = world.merge(bob, ada);
    world.considered();
    let about: BTreeSet<_> = world.open(ada).iter().map(|p| (p.card.record.id, p.card.home())).collect();
    assert_eq!(about, BTreeSet::from([(ada, ada), (ada, bob)]));
    let refreshed = world.open(ada).into_iter().find(|p| p.id == shown.id).unwrap();
    assert_eq!(facts(&world.situation(ada).history).len(), 2);
    assert_eq!(refreshed.card.timeline.len(), 1, "what happened to the other is shown");
    assert_ne!(refreshed.digest, shown.digest, "what was shown before is stale");
    let review = Review {
        db: &world.db,
        actions: &world.actions,
        entropy: &world.entropy,
        now: NOW,
        actor: Actor::Person("Ada".to_owned()),
    };
    block_on(review.approve(refreshed.id, &refreshed.digest)).unwrap();
    let (tool, team) = (FakeTool::default(), Team::Console);
    let executor = Executor { db: &world.db, entropy: &world.entropy, http: &tool, team: &team, now: NOW };
    assert!(matches!(block_on(executor.execute(refreshed.id)).unwrap(), ExecutionOutcome::Done(_)));
    let tasks = |record| block_on(tasks::list(&world.db, Some(record), &PageRequest::default())).unwrap().items.len();
    assert_eq!((tasks(ada), tasks(bob)), (1, 1), "it is a task of the whole");
    world.undo(&merge);
    world.considered();
    assert_eq!((tasks(ada), tasks(bob)), (0, 1), "it goes back to where its event came from");
    let own: BTreeSet<_> =
        [ada, bob].iter().flat_map(|id| world.open(*id)).map(|p| (p.card.record.id, p.card.part)).collect();
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
fn what_one_was_told_settles_what_stands_open_at_the_other() {
    let world = World::new();
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", invoice_paid(2, "in_1")));
    assert_eq!(world.open(ada).len(), 2);
    world.merge(bob, ada);
    assert_eq!(world.situation(ada).open_items, [], "it is paid");
    world.considered();
    assert_eq!(world.open(ada), [], "what was proposed is withdrawn");
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
        world.merge(bob, ada);
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
        world.merge(bob, ada);
        world.considered();
        let fact = |n| Event { semantic_key: payment_failed(0, "in_3").semantic_key, ..payment_failed(n, "in_3") };
        let mut reports = [of("ada", fact(3)), of("bob", fact(4))];
        if other_first {
            reports.reverse();
        }
        for report in &reports {
            world.arrives(report);
        }
        assert_eq!(world.considered(), 2, "a task and a draft");
        world.arrives(&of("bob", Event { semantic_key: fact(3).semantic_key, ..payment_failed(5, "in_3") }));
        world.considered();
        let about: Vec<_> = world.proposals(ada).into_iter().filter(|p| p.card.subject == fact(3).subject).collect();
        assert_eq!(about.len(), 2);
        let undecided = world.db.look("SELECT id FROM events WHERE decided_at IS NULL");
        assert_eq!(undecided, [], "the repeats are decided, too");
        assert_eq!(world.situation(ada).history.len(), 3, "each fact once");
        world.verified();
    }
}

#[test]
fn what_arrives_while_merged_goes_to_whose_claim_it_is() {
    let world = World::new();
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", payment_failed(2, "in_2")));
    let merge = world.merge(bob, ada);
    world.considered();
    let came = world.happens(&of("bob+shop", payment_failed(3, "in_3")));
    assert_eq!(came, bob, "with the claims it brings");
    assert_eq!(world.happens(&of("ada+bob", payment_failed(4, "in_4"))), ada, "one record now: nothing is ambiguous");
    assert_eq!(world.open(ada).len(), 8);
    world.undo(&merge);
    world.considered();
    let came: Vec<_> =
        [ada, bob].iter().map(|id| (world.situation(*id).history.len(), world.open(*id).len())).collect();
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
            .map(|(who, n)| world.happens(&of(who, payment_failed(n, &format!("in_{n}")))))
            .collect();
        let [a, b, c] = ids[..] else { panic!() };
        let before = world.everything();
        let merges = [world.merge(a, b), world.merge(b, c)];
        assert_eq!(world.members(a).len(), 3);
        world.undo(&merges[first]);
        let families = [world.members(a), world.members(b), world.members(c)];
        let expected = if first == 0 { [vec![a], vec![c, b], vec![c, b]] } else { [vec![b, a], vec![b, a], vec![c]] };
        assert_eq!(families, expected, "undoing number {first}");
        world.undo(&merges[then]);
        assert_eq!(world.everything(), before);
        world.verified();
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let world = World::new();
    let ids: Vec<_> =
        ["a", "b", "c"].iter().zip(1..).map(|(who, n)| world.happens(&of(who, payment_failed(n, "in")))).collect();
    let [a, b, c] = ids[..] else { panic!() };
    let merge = world.merge(a, b);
    let refused = |part, record| block_on(world.merger().merge(part, record)).unwrap_err();
    assert_eq!(refused(c, c), MergeError::Same);
    assert!(matches!(refused(a, c), MergeError::Part { root, .. } if root == b));
    assert!(matches!(refused(c, a), MergeError::Part { root, .. } if root == b));
    let nobody = RecordId::new(NOW, world.entropy.random());
    assert_eq!(refused(nobody, b), MergeError::NotFound("record"));
    world.undo(&merge);
    assert!(matches!(block_on(world.merger().undo(merge.id)), Err(MergeError::Undone { .. })));
}

#[test]
fn whoever_is_erased_is_neither_merged_nor_taken_apart() {
    let world = World::new();
    let ids: Vec<_> =
        ["a", "b", "c"].iter().zip(1..).map(|(who, n)| world.happens(&of(who, payment_failed(n, "in")))).collect();
    let [a, b, c] = ids[..] else { panic!() };
    let merge = world.merge(a, b);
    let subject = || block_on(privacy::subject(&world.db, b)).unwrap().unwrap();
    let (id, by) = (ErasureId::new(NOW, 1), Actor::Person("Ada".to_owned()));
    let all_refused = || {
        for (part, record, erased) in [(b, c, b), (c, b, b), (a, c, a), (c, a, a)] {
            let refused = block_on(world.merger().merge(part, record));
            assert_eq!(refused, Err(MergeError::Erased { record: erased, at: NOW }), "{part} into {record}");
        }
        let refused = block_on(world.merger().undo(merge.id));
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
fn a_lost_announcement_is_made_again() {
    let world = World::new();
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", invoice_paid(2, "in_1")));
    world.merge(bob, ada);
    world.situations.take();
    world.now.set(NOW + Millis::minutes(1));
    let swept = block_on(sweep(&world.db, &world.actions, &world.situations, &world.entropy, world.now.get())).unwrap();
    assert_eq!(swept.situations, 1);
    world.considered();
    assert_eq!(world.open(ada), []);
    assert_eq!(world.db.look("SELECT record FROM recombined"), []);
}

/// What the database was, a batch ago: another merge was committed in between.
struct Meanwhile<'a, F>(&'a World, RefCell<Option<F>>);

impl<F: FnOnce(&World)> Database for Meanwhile<'_, F> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<nerve_ports::Row>>, DatabaseError> {
        let writes = statements.iter().any(|statement| statement.sql.contains("UPDATE events SET decided_at"));
        if let Some(meanwhile) = self.1.borrow_mut().take_if(|_| writes) {
            meanwhile(self.0);
        }
        self.0.db.batch(statements).await
    }
}

#[test]
fn a_decision_that_a_merge_overtakes_is_taken_again_with_all_that_is_known() {
    let world = World::new();
    let ada = world.happens(&of("ada", payment_failed(1, "in_1")));
    let bob = world.happens(&of("bob", payment_failed(2, "in_2")));
    world.arrives(&of("bob", invoice_paid(3, "in_1")));
    world.situations.take();
    let db = Meanwhile(&world, RefCell::new(Some(|world: &World| drop(world.merge(bob, ada)))));
    let agent = Agent {
        db: &db,
        records: &world.objects,
        actions: &world.actions,
        entropy: &world.entropy,
        recommender: &world.playbook,
        document_bytes: DOCUMENT_BYTES,
        now: NOW,
    };
    block_on(agent.consider(bob)).unwrap();
    assert_eq!(world.open(ada).iter().filter(|p| p.card.home() == ada).count(), 0, "it is paid");
    world.verified();
}
