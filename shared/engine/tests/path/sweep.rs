//! The sweeper makes up for what was lost and ends what nobody decided.

use crate::consider;
use nerve_engine::ReviewError;
use nerve_model::{ActionKind, Millis, ProposalStatus};
use nerve_testkit::{
    World, block_on,
    events::{NOW, payment_failed},
};

#[test]
fn the_sweeper_makes_up_for_lost_messages() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    assert_eq!(world.situations.take(), [world.record()], "lost");
    world.later(Millis::minutes(2));
    assert_eq!((world.sweep().situations, world.situations.take()), (1, vec![world.record()]));
    consider(&world);
    assert_eq!(world.sweep().situations, 0);
    let task = world.proposal(ActionKind::CreateTask);
    world.actions.unreachable(true);
    world.approve(&task);
    world.actions.unreachable(false);
    assert_eq!((world.sweep().actions, world.actions.take()), (1, vec![task.id]));
    world.execute(task.id).unwrap();
    assert_eq!(world.sweep().actions, 0);
}

#[test]
fn what_nobody_decides_expires_and_snoozing_gives_time() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let (task, draft) = (world.proposal(ActionKind::CreateTask), world.proposal(ActionKind::DraftMessage));
    let until = NOW + Millis::days(13);
    block_on(world.review("Ada").snooze(draft.id, Some(until))).unwrap();
    assert!(matches!(block_on(world.review("Ada").snooze(task.id, Some(NOW))), Err(ReviewError::Invalid(_))));
    world.later(Millis::days(14));
    let swept = world.sweep();
    assert_eq!(swept.expired, 2, "14 days are over for both; the snoozed one had its day");
    assert_eq!(world.status(task.id), ProposalStatus::Expired);
    world.verified();
}
