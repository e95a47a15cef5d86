//! The sweeper repeats lost messages and expires undecided proposals.

use crate::consider;
use nerve_engine::{Job, ReviewError, SweepError};
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
    assert_eq!((world.sweep_for(Job::AnnounceSituations), world.situations.take()), (1, vec![world.record()]));
    consider(&world);
    assert_eq!(world.sweep_for(Job::AnnounceSituations), 0);
    let task = world.proposal(ActionKind::CreateTask);
    world.actions.unreachable(true);
    world.approve(&task);
    world.actions.unreachable(false);
    assert_eq!((world.sweep_for(Job::AnnounceActions), world.actions.take()), (1, vec![task.id]));
    world.execute(task.id).unwrap();
    assert_eq!(world.sweep_for(Job::AnnounceActions), 0);
}

#[test]
fn an_undecided_proposal_expires_and_snoozing_gives_time() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let (task, draft) = (world.proposal(ActionKind::CreateTask), world.proposal(ActionKind::DraftMessage));
    let until = NOW + Millis::days(13);
    block_on(world.review("Ada").snooze(draft.id, Some(until))).unwrap();
    assert!(matches!(block_on(world.review("Ada").snooze(task.id, Some(NOW))), Err(ReviewError::Invalid(_))));
    world.later(Millis::days(14));
    assert_eq!(world.sweep_for(Job::ExpireProposals), 2, "14 days are over for both; the snoozed one had its day");
    assert_eq!(world.status(task.id), ProposalStatus::Expired);
    world.verified();
}

#[test]
fn a_job_that_fails_starves_no_other_and_is_reported() {
    for (broken, missing) in [
        (Job::AnnounceSituations, "events"),
        (Job::AnnounceRecombined, "recombined"),
        (Job::ContinueImports, "imports"),
        (Job::ContinueErasures, "erasures"),
    ] {
        let world = World::new();
        world.happens(&payment_failed(1, "in_1"));
        let (task, draft) = (world.proposal(ActionKind::CreateTask), world.proposal(ActionKind::DraftMessage));
        world.approve(&task);
        world.actions.take();
        world.later(Millis::days(14));
        world.db.tamper(&format!("PRAGMA legacy_alter_table = ON; ALTER TABLE {missing} RENAME TO gone"));
        for (job, done) in block_on(world.sweeper(&world.db).sweep()) {
            let failed = matches!(&done, Err(SweepError::Database(error)) if error.to_string().contains(missing));
            assert_eq!((done.is_err(), failed), (job == broken, job == broken), "{missing}: {job:?} {done:?}");
        }
        assert_eq!(
            (world.actions.take(), world.status(draft.id)),
            (vec![task.id], ProposalStatus::Expired),
            "{missing}"
        );
    }
}

#[test]
fn an_item_that_fails_does_not_end_its_job() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let tasks = world.proposals();
    for proposal in &tasks {
        world.approve(proposal);
    }
    world.actions.take();
    world.later(Millis::minutes(2));
    world.actions.unreachable(true);
    let swept = block_on(world.sweeper(&world.db).sweep());
    let (_, announced) = &swept[0];
    let Err(SweepError::Partly { failed, total, first }) = announced else { panic!("{announced:?}") };
    assert_eq!((*failed, *total, first.contains("not reached")), (tasks.len(), tasks.len(), true));
}
