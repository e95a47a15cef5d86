//! The whole path, natively: every part over real SQLite and fakes that fail on command.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod agent;
mod answer;
mod broken;
mod dispatch;
mod ends;
mod execute;
mod gates;
mod insists;
mod review;
mod sweep;
mod texts;

use nerve_engine::{Considered, ExecutionOutcome};
use nerve_model::{ActionKind, Proposal};
use nerve_testkit::{World, events::payment_failed};

fn consider(world: &World) -> Considered {
    world.consider(world.record())
}

fn approved_task(world: &World) -> Proposal {
    world.happens(&payment_failed(1, "in_1"));
    world.approve(&world.proposal(ActionKind::CreateTask))
}

#[test]
fn a_failed_payment_becomes_a_task_once_a_person_agrees() {
    let world = World::new();
    let considered = world.happens(&payment_failed(1, "in_1"));
    assert_eq!((considered.events, considered.proposed, considered.automatic), (1, 2, 0));
    let task = world.proposal(ActionKind::CreateTask);
    assert_eq!(world.execute(task.id).unwrap(), ExecutionOutcome::Nothing, "nothing happens unasked");
    world.approve(&task);
    assert_eq!(world.actions.take(), [task.id]);
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Done(_)));
    assert_eq!(world.execute(task.id).unwrap(), ExecutionOutcome::Nothing, "and not twice");
    assert_eq!(world.tasks(), 1);
    assert_eq!(world.kinds(task.id), ["proposed", "approved", "intent", "executed"]);
    world.verified();
}
