//! Execution: an approved proposal takes effect once.

use crate::approved_task;
use nerve_engine::ExecutionOutcome;
use nerve_model::{ActionKind, Millis, ProposalStatus};
use nerve_testkit::{
    Failure, Interrupted, World, block_on,
    events::{invoice_paid, payment_failed},
};
use std::cell::Cell;

#[test]
fn two_proposals_of_one_record_executed_at_once_are_both_done() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let [task, draft] = [ActionKind::CreateTask, ActionKind::DraftMessage].map(|kind| world.proposal(kind));
    for proposal in [&task, &draft] {
        world.approve(proposal);
    }
    let sibling = || assert!(matches!(world.execute(draft.id), Ok(ExecutionOutcome::Done(_))));
    let db = Interrupted::new(&world.db, 1, |sql| sql.starts_with("INSERT"), &sibling);
    let executed = block_on(world.executor(&db, &world.tool).execute(task.id));
    assert!(matches!(executed, Ok(ExecutionOutcome::Done(_))), "{executed:?}");
    assert_eq!((world.status(task.id), world.status(draft.id)), (ProposalStatus::Done, ProposalStatus::Done));
    world.verified();
}

#[test]
fn a_result_waits_its_turn_on_a_busy_record() {
    let world = World::new();
    let task = approved_task(&world);
    let next = Cell::new(2);
    // Before each write of the executor, the agent writes into the same chain.
    let busy = || {
        let n = next.replace(next.get() + 1);
        world.happens(&payment_failed(n, &format!("in_{n}")));
    };
    let db = Interrupted::new(&world.db, 20, |sql| !sql.trim_start().starts_with("SELECT"), &busy);
    let executed = block_on(world.executor(&db, &world.tool).execute(task.id));
    assert!(matches!(executed, Ok(ExecutionOutcome::Done(_))), "{executed:?}");
    assert_eq!((next.get(), world.status(task.id)), (22, ProposalStatus::Done));
    world.verified();
}

#[test]
fn a_payment_that_came_after_the_approval_stops_the_effect() {
    let world = World::new();
    let task = approved_task(&world);
    // The event is in the database, but the agent has not considered it.
    world.deliver(&invoice_paid(2, "in_1"));
    world.dispatch();
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Withdrawn(_)));
    assert_eq!((world.tasks(), world.status(task.id)), (0, ProposalStatus::Withdrawn));
    world.verified();
}

#[test]
fn a_card_changed_behind_the_approval_is_not_executed() {
    let world = World::new();
    let task = approved_task(&world);
    world.db.tamper("DROP TRIGGER proposals_rest_on_a_version; UPDATE proposals SET card = replace(card, 'Follow up', 'Never mind')");
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Failed(_)));
    assert_eq!(world.tasks(), 0);
}

#[test]
fn any_failing_write_leads_to_one_task_in_the_end() {
    for failing in 0..8 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let world = World::new();
            let task = approved_task(&world);
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            world.db.failures.script(script);
            for _ in 0..12 {
                let _result = world.execute(task.id);
                world.later(Millis::seconds(61));
            }
            world.db.failures.clear();
            assert_eq!(world.tasks(), 1, "call {failing} {failure:?}");
            assert_eq!(world.status(task.id), ProposalStatus::Done, "call {failing} {failure:?}");
            assert_eq!(world.kinds(task.id).iter().filter(|kind| *kind == "executed").count(), 1);
            world.verified();
        }
    }
}

#[test]
fn repeated_failures_end_with_a_person_who_can_retry() {
    let world = World::new();
    let task = approved_task(&world);
    world.db.tamper("CREATE TRIGGER broken BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'out of order'); END");
    let mut attempts = 0;
    while world.status(task.id) == ProposalStatus::Approved && attempts < 20 {
        world.execute(task.id).unwrap();
        attempts += 1;
        world.later(Millis::minutes(11));
    }
    let failed = world.current(task.id);
    assert_eq!((failed.status, attempts), (ProposalStatus::Failed, 6));
    assert!(failed.execution.last_error.unwrap().contains("out of order"));
    world.db.tamper("DROP TRIGGER broken");
    world.actions.take();
    block_on(world.review("Ada").retry(task.id)).unwrap();
    assert_eq!(world.actions.take(), [task.id]);
    world.execute(task.id).unwrap();
    assert_eq!(world.tasks(), 1);
    world.verified();
}
