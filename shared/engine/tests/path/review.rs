//! Review: the decisions that people can take, and those they cannot.

use crate::{
    approved_task,
    insists::{Insists, consider_with},
};
use nerve_engine::{ExecutionOutcome, Reply, ReviewError};
use nerve_ledger::{PageRequest, tasks};
use nerve_model::{
    Action, ActionKind, Case, Digest, EventKind, Executable, HumanOwned, ProposalStatus, RecommenderId, Risk,
};
use nerve_testkit::{
    Failure, World, block_on,
    events::{NOW, invoice_paid, payment_failed},
    person,
};

#[test]
fn a_critical_action_is_tracked_and_nobody_can_have_it_executed() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    let case = Case { summary: "They were charged twice.".to_owned() };
    consider_with(&world, &Insists(Action::HumanOwned(HumanOwned::Refund(case))));
    let refund = world.proposal(ActionKind::Refund);
    assert_eq!(refund.status, ProposalStatus::Pending);
    assert_eq!(block_on(world.review("Ada").approve(refund.id, &refund.digest)), Err(ReviewError::HumanOwned));
    let edited = block_on(world.review("Ada").edit(refund.id, serde_json::json!({"summary": "s"})));
    assert_eq!(edited, Err(ReviewError::HumanOwned));
    assert_eq!(world.execute(refund.id).unwrap(), ExecutionOutcome::Nothing);
    let told = block_on(world.review("Ada").outcome(refund.id, "refunded by hand")).unwrap();
    assert_eq!(told.outcome.as_deref(), Some("refunded by hand"));
    world.verified();
}

#[test]
fn approving_needs_exactly_what_was_shown() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    let wrong = Digest("0".repeat(64));
    let refused = block_on(world.review("Ada").approve(task.id, &wrong));
    assert_eq!(refused, Err(ReviewError::Stale { digest: task.digest.clone() }));
    // An edit, an answer and a new event each change the card.
    let params = serde_json::json!({"title": "Ring them", "priority": "urgent"});
    let edited = block_on(world.review("Ada").edit(task.id, params)).unwrap();
    let answered =
        block_on(world.review("Ada").answer(task.id, &Reply { text: "yes", ..Reply::default() })).unwrap().proposal;
    world.happens(&payment_failed(2, "in_2"));
    let now = world.current(task.id);
    for old in [&task.digest, &edited.digest, &answered.digest] {
        assert!(matches!(block_on(world.review("Ada").approve(task.id, old)), Err(ReviewError::Stale { .. })));
    }
    block_on(world.review("Ada").approve(task.id, &now.digest)).unwrap();
    assert_eq!(world.kinds(task.id), ["proposed", "edited", "answered", "refreshed", "approved"]);
    world.verified();
}

#[test]
fn the_second_decision_is_told_who_was_first() {
    let world = World::new();
    let task = approved_task(&world);
    let decided = ReviewError::Decided { status: ProposalStatus::Approved, by: Some(person("Ada")), at: Some(NOW) };
    assert_eq!(block_on(world.review("Grace").approve(task.id, &task.digest)), Err(decided.clone()));
    assert_eq!(block_on(world.review("Grace").reject(task.id, "no")), Err(decided));
}

#[test]
fn an_edit_is_gated_anew() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let draft = world.proposal(ActionKind::DraftMessage);
    assert_eq!(draft.card.risk, Risk::Low);
    let params = serde_json::json!({"to": "stranger@example.net", "subject": "s", "body": "b"});
    let edited = block_on(world.review("Ada").edit(draft.id, params)).unwrap();
    assert_eq!(edited.card.risk, Risk::Medium);
    let Action::Executable(Executable::DraftMessage(message)) = &edited.card.action else { panic!() };
    assert_eq!(message.to.as_deref(), Some("stranger@example.net"));
    let refused = block_on(world.review("Ada").edit(draft.id, serde_json::json!({"subject": ""})));
    assert!(matches!(refused, Err(ReviewError::Invalid(_))));
}

#[test]
fn critical_categories_cannot_be_granted() {
    let world = World::new();
    for action in [ActionKind::Refund, ActionKind::CancelService, ActionKind::ChangeContract, ActionKind::DiscloseData]
    {
        let refused = block_on(world.review("Ada").grant(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, action));
        assert!(matches!(refused, Err(ReviewError::Invalid(_))), "{action}");
    }
}

#[test]
fn an_effect_can_be_undone_where_its_kind_allows_it() {
    let world = World::new();
    let task = approved_task(&world);
    world.execute(task.id).unwrap();
    block_on(world.review("Grace").undo(task.id)).unwrap();
    assert_eq!(world.status(task.id), ProposalStatus::Undone);
    let undone = &block_on(tasks::list(&world.db, None, &PageRequest::default())).unwrap().items[0];
    assert!(undone.undone_at.is_some());
    assert!(matches!(block_on(world.review("Grace").undo(task.id)), Err(ReviewError::Decided { .. })));
    let entry = world.kinds(task.id);
    assert_eq!(entry.last().map(String::as_str), Some("undone"));
}

#[test]
fn an_approval_can_be_taken_back_until_it_is_carried_out() {
    let world = World::new();
    let task = approved_task(&world);
    let back = block_on(world.review("Grace").undo(task.id)).unwrap();
    assert_eq!((back.status, back.decision), (ProposalStatus::Pending, None));
    assert_eq!(world.execute(task.id).unwrap(), ExecutionOutcome::Nothing);
    let kinds = world.kinds(task.id);
    assert_eq!(kinds.last().map(String::as_str), Some("reconsidered"));
    assert!(block_on(tasks::list(&world.db, None, &PageRequest::default())).unwrap().items.is_empty());
    let again = block_on(world.review("Ada").approve(task.id, &back.digest)).unwrap();
    assert_eq!(again.status, ProposalStatus::Approved);
    world.execute(task.id).unwrap();
    assert_eq!(world.status(task.id), ProposalStatus::Done);
}

#[test]
fn what_is_being_carried_out_says_when_it_can_be_undone() {
    let world = World::new();
    let task = approved_task(&world);
    // An executor that stopped after its intent.
    world.db.failures.script([Failure::None; 4].into_iter().chain([Failure::Lost; 20]));
    let _stopped = world.execute(task.id);
    world.db.failures.clear();
    assert_eq!(world.status(task.id), ProposalStatus::Executing);
    let refused = block_on(world.review("Grace").undo(task.id));
    assert!(matches!(refused, Err(ReviewError::UnderWay(_))), "{refused:?}");
}

#[test]
fn a_rejection_can_be_taken_back_unless_the_matter_is_settled() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    block_on(world.review("Ada").reject(task.id, "no")).unwrap();
    let back = block_on(world.review("Ada").undo(task.id)).unwrap();
    assert_eq!((back.status, back.decision), (ProposalStatus::Pending, None));
    block_on(world.review("Ada").reject(task.id, "no")).unwrap();
    world.happens(&invoice_paid(2, "in_1"));
    let refused = block_on(world.review("Ada").undo(task.id));
    assert!(matches!(&refused, Err(ReviewError::Invalid(why)) if why.contains("no longer needed")), "{refused:?}");
    assert!(matches!(
        block_on(world.review("Ada").undo(world.proposal(ActionKind::DraftMessage).id)),
        Err(ReviewError::Decided { .. })
    ));
}
