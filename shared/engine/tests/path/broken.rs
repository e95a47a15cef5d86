//! A chain that was tampered with: nothing follows on it.

use nerve_engine::{ExecutionOutcome, ReviewError};
use nerve_model::{ActionKind, GateVerdict, ProposalStatus};
use nerve_testkit::{World, block_on, events::payment_failed};
use serde_json::json;

/// Somebody who can write to the database gets past its guards.
pub(crate) fn tamper(world: &World, sql: &str) {
    let guards = [
        "ledger_is_never_changed",
        "ledger_bodies_are_only_erased",
        "ledger_bodies_are_never_deleted",
        "chains_are_never_deleted",
    ];
    guards.iter().for_each(|guard| world.db.tamper(&format!("DROP TRIGGER {guard}")));
    world.db.tamper(sql);
}

#[test]
fn a_broken_chain_blocks_what_was_approved_before_and_says_so() {
    for (tampering, reason) in [
        ("UPDATE ledger_bodies SET body = body || ' ' WHERE n = (SELECT MAX(n) FROM ledger)", "was changed"),
        ("UPDATE ledger SET actor = '{}' WHERE n = (SELECT MAX(n) FROM ledger)", "it was changed"),
        ("DELETE FROM ledger_bodies WHERE n = (SELECT MAX(n) FROM ledger)", "what it says is missing"),
    ] {
        let world = World::new();
        world.happens(&payment_failed(1, "in_1"));
        let task = world.approve(&world.proposal(ActionKind::CreateTask));
        tamper(&world, tampering);
        let ExecutionOutcome::Failed(why) = world.execute(task.id).unwrap() else { panic!("{tampering}") };
        assert!(why.contains("ledger is broken") && why.contains(reason), "{tampering}: {why}");
        assert_eq!((world.tasks(), world.status(task.id)), (0, ProposalStatus::Failed));
    }
}

#[test]
fn a_broken_chain_is_not_covered_up_by_what_is_written_because_of_it() {
    let world = World::new();
    let record = world.arrives(&payment_failed(1, "in_1"));
    tamper(&world, "UPDATE ledger_bodies SET body = body || ' '");
    assert_eq!(world.consider(record).dropped, 2);
    let next = world.happens(&payment_failed(2, "in_2"));
    assert_eq!((next.dropped, next.proposed), (2, 0), "the chain ends with an entry that verifies");
}

#[test]
fn nothing_is_approved_or_tried_again_on_a_broken_chain() {
    let refused = |result| matches!(result, Err(ReviewError::Invalid(why)) if why.contains("ledger is broken"));
    let break_it = "UPDATE ledger_bodies SET body = body || ' ' WHERE n = (SELECT MAX(n) FROM ledger)";
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    tamper(&world, break_it);
    assert!(refused(block_on(world.review("Ada").approve(task.id, &task.digest))), "it was broken while it waited");
    assert!(refused(block_on(world.review("Ada").approve(task.id, &task.digest))));

    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    tamper(&world, break_it);
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Failed(_)));
    assert!(refused(block_on(world.review("Ada").retry(task.id))));
    assert_eq!((world.tasks(), world.status(task.id)), (0, ProposalStatus::Failed));
}

#[test]
fn an_edit_on_a_broken_chain_is_blocked_and_lets_nothing_else_through() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let (task, draft) = (world.proposal(ActionKind::CreateTask), world.proposal(ActionKind::DraftMessage));
    tamper(&world, "UPDATE ledger_bodies SET body = body || ' ' WHERE n = (SELECT MAX(n) FROM ledger)");
    let params = json!({"title": "Call her", "priority": "urgent"});
    let edited = block_on(world.review("Ada").edit(task.id, params)).unwrap();
    assert_eq!(edited.card.gates[7].verdict, GateVerdict::Block);
    assert!(block_on(world.review("Ada").approve(draft.id, &draft.digest)).is_err());
}

#[test]
fn without_the_head_of_a_chain_nothing_is_decided_and_nothing_done() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    tamper(&world, "DELETE FROM chains");
    assert!(world.execute(task.id).is_err(), "the failure cannot be written either");
    world.arrives(&payment_failed(2, "in_2"));
    let refused = block_on(world.agent(&world.db, &world.playbook).consider(world.record()));
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!((world.tasks(), world.proposals().len()), (0, 2));
}
