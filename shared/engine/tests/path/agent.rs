//! The agent: situations become proposals.

use crate::{
    approved_task, consider,
    insists::{Insists, consider_with},
};
use nerve_engine::{Considered, ExecutionOutcome};
use nerve_ledger::chain::{Body, Entry, EntryKind};
use nerve_model::{
    Action, ActionKind, Actor, AddNote, Event, EventKind, Executable, Fact, Millis, ProposalStatus, RecommenderId,
    SemanticKey, TimeZone, Timestamp,
};
use nerve_ports::{Database, ObjectStorage, Statement};
use nerve_recommend::{Advice, Playbook, RecommendError, Recommender};
use nerve_situation::Situation;
use nerve_testkit::{
    Failure, World, block_on,
    events::{NOW, invoice_paid, payment_failed},
    person,
};
use std::cell::Cell;

/// Resets the record object's confirmed position.
fn forget_confirmation(world: &World) {
    let forget = Statement::new("UPDATE progress SET confirmed = 0", []);
    world.objects.timeline(world.record(), |storage| storage.execute(forget)).unwrap();
}

/// A second failed attempt to collect the first invoice.
fn second_attempt() -> Event {
    let mut second = payment_failed(2, "in_1");
    if let Fact::PaymentFailed(failed) = &mut second.fact {
        failed.attempt = Some(2);
    }
    Event { semantic_key: SemanticKey::new("stripe:invoice:in_1 payment failed attempt 2"), ..second }
}

#[test]
fn considering_again_changes_nothing() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let state = || {
        (
            world.proposals().into_iter().map(|p| (p.version, p.digest)).collect::<Vec<_>>(),
            world.db.look("SELECT hash FROM ledger"),
        )
    };
    let before = state();
    assert_eq!(consider(&world), Considered::default());
    // The agent died before it confirmed: the record object still returns everything as pending.
    forget_confirmation(&world);
    let again = consider(&world);
    assert_eq!(again, Considered::default());
    assert_eq!(state(), before);
}

#[test]
fn a_blocked_recommendation_is_recorded_once_and_never_proposed() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    let empty = Insists(Action::Executable(Executable::AddNote(AddNote { text: String::new() })));
    for dropped in [1, 0] {
        assert_eq!(consider_with(&world, &empty).dropped, dropped);
        forget_confirmation(&world);
    }
    assert_eq!(world.proposals().len(), 0);
    assert_eq!(world.db.look("SELECT kind FROM ledger WHERE kind <> 'record_created'").len(), 1);
    world.verified();
}

#[test]
fn an_event_of_a_busy_record_refreshes_what_it_is_about_and_not_everything() {
    let world = World::new();
    let refreshed = || world.proposals().into_iter().filter(|proposal| proposal.version > 1).count();
    world.happens(&payment_failed(1, "in_1"));
    world.happens(&payment_failed(2, "in_2"));
    assert_eq!(refreshed(), 2, "the two about the first invoice are shown with the second");
    for n in 3..=8_u32 {
        world.happens(&payment_failed(n.into(), &format!("in_{n}")));
    }
    let before = refreshed();
    world.happens(&payment_failed(9, "in_9"));
    assert_eq!(refreshed(), before, "another invoice of a record with sixteen open proposals");
    world.happens(&invoice_paid(10, "in_9"));
    assert_eq!(
        (world.proposals().len(), refreshed()),
        (19, before + 2),
        "the two about the paid invoice are withdrawn"
    );
    world.verified();
}

#[test]
fn a_paid_invoice_withdraws_what_is_open_about_it() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    let draft = world.proposal(ActionKind::DraftMessage);
    world.approve(&draft);
    let considered = world.happens(&invoice_paid(2, "in_1"));
    assert_eq!((considered.withdrawn, considered.proposed), (2, 1));
    assert_eq!((world.status(task.id), world.status(draft.id)), (ProposalStatus::Withdrawn, ProposalStatus::Withdrawn));
    assert_eq!(world.execute(draft.id).unwrap(), ExecutionOutcome::Nothing);
    let note = world.proposal(ActionKind::AddNote);
    assert_eq!(note.status, ProposalStatus::Pending);
    let reason = world.current(task.id).decision.unwrap().reason.unwrap();
    assert_eq!(reason, "Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00).");
    world.verified();
}

#[test]
fn two_reasons_to_withdraw_in_one_situation_withdraw_once() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    world.deliver(&second_attempt());
    world.deliver(&invoice_paid(3, "in_1"));
    world.dispatch();
    let considered = consider(&world);
    assert_eq!((considered.events, considered.withdrawn, considered.proposed), (2, 2, 1));
    world.verified();
}

#[test]
fn a_payment_that_arrives_before_its_failure_leaves_nothing_to_do() {
    let world = World::new();
    assert_eq!(world.happens(&invoice_paid(2, "in_1")).proposed, 0, "an ordinary payment needs nothing");
    assert_eq!(world.happens(&payment_failed(1, "in_1")).proposed, 0);
    assert_eq!(world.proposals(), []);
}

#[test]
fn a_later_attempt_replaces_what_was_proposed_for_the_earlier() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let first = world.proposal(ActionKind::CreateTask);
    assert_eq!(world.happens(&second_attempt()).withdrawn, 2);
    assert_eq!(world.status(first.id), ProposalStatus::Withdrawn);
    let open = world.proposals().iter().filter(|p| p.status == ProposalStatus::Pending).count();
    assert_eq!(open, 2);
}

#[test]
fn the_same_fact_by_two_events_is_decided_once() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let mut again = payment_failed(2, "in_1");
    again.semantic_key = payment_failed(1, "in_1").semantic_key;
    assert_eq!(world.happens(&again), Considered::default());
    let stored = world.stored(&again);
    assert!(stored.decided_at.is_some(), "nothing is left to sweep");
}

#[test]
fn a_granted_category_acts_by_itself_and_only_that() {
    let world = World::new();
    block_on(world.review("Ada").grant(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::CreateTask))
        .unwrap();
    let considered = world.happens(&payment_failed(1, "in_1"));
    assert_eq!((considered.proposed, considered.automatic), (2, 1));
    let task = world.proposal(ActionKind::CreateTask);
    assert_eq!((task.status, world.actions.take()), (ProposalStatus::Approved, vec![task.id]));
    assert!(
        matches!(task.decision.unwrap().by, Actor::Rule(rule) if rule.contains("payment.failed / crm.create_task"))
    );
    world.execute(task.id).unwrap();
    assert_eq!(world.tasks(), 1);
    assert_eq!(world.proposal(ActionKind::DraftMessage).status, ProposalStatus::Pending);
    block_on(world.review("Ada").revoke(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::CreateTask))
        .unwrap();
    assert_eq!(world.happens(&payment_failed(2, "in_2")).automatic, 0);
    world.verified();
}

#[test]
fn any_failing_write_leads_to_one_decision_in_the_end() {
    for failing in 0..9 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let world = World::new();
            world.deliver(&payment_failed(1, "in_1"));
            world.dispatch();
            let record = world.record();
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            world.db.failures.script(script);
            for _ in 0..3 {
                let _result = block_on(world.agent(&world.db, &world.playbook).consider(record));
            }
            world.db.failures.clear();
            assert_eq!(world.proposals().len(), 2, "call {failing} {failure:?}");
            world.verified();
        }
    }
}

/// A recommender that counts its calls and runs a callback during each.
struct Counting<'a> {
    asked: Cell<u32>,
    meanwhile: &'a dyn Fn(),
}

impl Recommender for Counting<'_> {
    fn id(&self) -> RecommenderId {
        RecommenderId::PLAYBOOK
    }

    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError> {
        self.asked.set(self.asked.get() + 1);
        (self.meanwhile)();
        Playbook::load(TimeZone::default()).unwrap().recommend(situation, now).await
    }
}

#[test]
fn a_conflict_asks_no_recommender_again() {
    let world = World::new();
    let record = world.arrives(&payment_failed(1, "in_1"));
    // The record's chain grows while the recommender works: the first batch is refused.
    let write = || {
        let body = Body { note: Some("Called her.".to_owned()), ..Body::default() };
        let entry =
            Entry { kind: EntryKind::NoteAdded, at: NOW, actor: person("Grace"), proposal: None, event: None, body };
        world.enter(record, &entry);
    };
    let counting = Counting { asked: Cell::new(0), meanwhile: &write };
    let considered = block_on(world.agent(&world.db, &counting).consider(record)).unwrap();
    assert_eq!((considered.proposed, counting.asked.get()), (2, 1));
    world.verified();
}

#[test]
fn what_is_taken_up_while_the_recommender_thinks_runs_its_course() {
    let world = World::new();
    let task = approved_task(&world);
    let draft = world.proposal(ActionKind::DraftMessage);
    let record = world.arrives(&invoice_paid(2, "in_1"));
    let take_up = || {
        let sql = "UPDATE proposals SET status = 'executing', version = version + 1 WHERE status = 'approved'";
        block_on(world.db.query(Statement::new(sql, []))).unwrap();
    };
    let counting = Counting { asked: Cell::new(0), meanwhile: &take_up };
    let considered = block_on(world.agent(&world.db, &counting).consider(record)).unwrap();
    assert_eq!((considered.withdrawn, counting.asked.get()), (1, 1));
    assert_eq!((world.status(task.id), world.status(draft.id)), (ProposalStatus::Executing, ProposalStatus::Withdrawn));
}

#[test]
fn nobody_is_asked_about_a_record_that_is_being_erased() {
    let world = World::new();
    let record = world.arrives(&payment_failed(1, "in_1"));
    let erase = || block_on(world.eraser().begin(record, &person("Ada"), "She asked.")).map(drop).unwrap();
    let counting = Counting { asked: Cell::new(0), meanwhile: &erase };
    for _ in 0..2 {
        assert_eq!(block_on(world.agent(&world.db, &counting).consider(record)), Ok(Considered::default()));
    }
    assert_eq!((counting.asked.get(), world.proposals().len()), (1, 0));
}

#[test]
fn advice_is_kept_before_anything_is_decided_and_serves_whoever_decides_later() {
    let world = World::new();
    let record = world.arrives(&payment_failed(1, "in_1"));
    let counting = Counting { asked: Cell::new(0), meanwhile: &|| () };
    // The proposals cannot be written: the agent is interrupted after the advice.
    world
        .db
        .tamper("CREATE TRIGGER broken BEFORE INSERT ON proposals BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    assert!(block_on(world.agent(&world.db, &counting).consider(record)).is_err());
    assert_eq!((counting.asked.get(), world.proposals().len()), (1, 0));
    world.db.tamper("DROP TRIGGER broken");
    world.later(Millis::minutes(5));
    let considered = block_on(world.agent(&world.db, &counting).consider(record)).unwrap();
    assert_eq!((considered.proposed, counting.asked.get()), (2, 1), "the same situation is not put to it twice");
    world.happens(&payment_failed(2, "in_2"));
    let asked = block_on(world.agent(&world.db, &counting).consider(record)).map(|_| counting.asked.get()).unwrap();
    assert_eq!(asked, 1, "nothing is pending, so nobody is asked");
}
