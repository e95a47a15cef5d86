//! Notifications to a tool outside: sent once, or reported as unknown.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use nerve_connectors::Team;
use nerve_engine::{ExecutionOutcome, ReviewError};
use nerve_ledger::{
    PageRequest, notifications, proposals,
    records::{NewRecord, Origin},
};
use nerve_model::{
    Action, Actor, Audience, Executable, Millis, NotifyInternal, Priority, Proposal, ProposalId, ProposalStatus,
};
use nerve_ports::Database;
use nerve_testkit::{
    Failure, FakeTool, Treatment, World, block_on,
    events::{NOW, ada},
    proposals::pending_task,
};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// A world whose team is notified through a tool of this format, with an approved notification.
fn approved(format: &str) -> (World, ProposalId) {
    let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let team = Team::configure(Some("https://example.com/team"), Some(format), secret);
    let (world, notice) = (World { team, ..World::new() }, pending_notice());
    world.create(&NewRecord::named(ada()), &Origin::of(Actor::system("context"), NOW));
    block_on(world.db.query(proposals::insert(&notice))).unwrap();
    let id = world.approve(&notice).id;
    (world, id)
}

/// Executes until the status no longer changes.
fn to_the_end(world: &World, id: ProposalId) -> ProposalStatus {
    for _ in 0..12 {
        let _result = world.execute(id);
        world.later(Millis::minutes(61));
    }
    world.status(id)
}

fn written(world: &World) -> usize {
    block_on(notifications::list(&world.db, None, &PageRequest::default())).unwrap().items.len()
}

fn pending_notice() -> Proposal {
    let mut proposal = pending_task(1);
    let notice = NotifyInternal { audience: Audience::Team, text: "Look.".to_owned(), priority: Priority::Urgent };
    proposal.card.action = Action::Executable(Executable::NotifyInternal(notice));
    proposal.digest = proposals::digest(proposal.id, &proposal.card);
    proposal
}

use ProposalStatus::{Done, Failed, Unknown};
use Treatment::{DoneAndCut, NotReached, Refused};

#[test]
fn every_answer_of_a_tool_leads_to_one_effect_or_to_unknown() {
    let refused = |status, wait| Refused(status, wait);
    for (treatments, with_keys, without) in [
        (vec![], (Done, 1), (Done, 1)),
        (vec![Treatment::Done(204)], (Done, 1), (Done, 1)),
        (vec![refused(429, Some(30)); 3], (Done, 1), (Done, 1)),
        (vec![refused(503, Some(30))], (Done, 1), (Done, 1)),
        (vec![refused(500, None)], (Done, 1), (Unknown, 0)),
        (vec![Treatment::Done(500)], (Done, 1), (Unknown, 1)),
        (vec![NotReached], (Done, 1), (Unknown, 0)),
        (vec![DoneAndCut], (Done, 1), (Unknown, 1)),
        (vec![refused(429, None), DoneAndCut], (Done, 1), (Unknown, 1)),
        (vec![refused(404, None)], (Failed, 0), (Failed, 0)),
        (vec![refused(429, None); 6], (Unknown, 0), (Failed, 0)),
        (vec![NotReached; 6], (Unknown, 0), (Unknown, 0)),
        (vec![DoneAndCut; 6], (Unknown, 1), (Unknown, 1)),
    ] {
        for (format, expected) in [("standard", with_keys), ("slack", without)] {
            let (world, id) = approved(format);
            world.tool.script(treatments.clone());
            let end = (to_the_end(&world, id), world.tool.done().len());
            assert_eq!(end, expected, "{format} {treatments:?}");
            assert_eq!(written(&world), usize::from(end.0 == Done), "{format} {treatments:?}");
            world.ledger_verified();
        }
    }
}

#[test]
fn a_tool_that_asks_to_wait_is_not_asked_before() {
    let (world, id) = approved("slack");
    world.tool.script([Refused(429, Some(120))]);
    assert_eq!(world.execute(id), Ok(ExecutionOutcome::Postponed(NOW + Millis::seconds(120))));
    assert_eq!(world.at(NOW + Millis::seconds(119)).execute(id), Ok(ExecutionOutcome::Nothing));
    assert!(matches!(world.at(NOW + Millis::seconds(120)).execute(id), Ok(ExecutionOutcome::Done(_))));
}

#[test]
fn any_failing_write_leads_to_one_request_without_keys_and_to_one_effect_with_keys() {
    for format in ["standard", "slack"] {
        for failing in 0..9 {
            for failure in [Failure::Lost, Failure::ReportedLost] {
                let (world, id) = approved(format);
                world.db.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
                let end = to_the_end(&world, id);
                let about = format!("{format}: call {failing} {failure:?}, {end}");
                world.db.failures.clear();
                assert!(world.tool.done().len() <= 1, "{about}");
                assert!(format == "standard" || world.tool.requests().len() <= 1, "{about}");
                match end {
                    Done => assert_eq!((world.tool.done().len(), written(&world)), (1, 1), "{about}"),
                    Unknown => assert!(format == "slack" && written(&world) == 0, "{about}"),
                    other => panic!("{about}: {other}"),
                }
            }
        }
    }
}

/// The executor dies right after it sent the request: only the intent is written.
#[test]
fn an_executor_that_dies_after_sending_leaves_no_second_effect() {
    for (format, expected) in [("standard", Done), ("slack", Unknown)] {
        let (world, id) = approved(format);
        let dying = DiesAfterSending(&world.tool);
        let executor = world.executor(&world.db, &dying);
        let mut work = pin!(executor.execute(id));
        assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!((world.status(id), world.tool.done().len()), (ProposalStatus::Executing, 1));
        assert_eq!((to_the_end(&world, id), world.tool.done().len()), (expected, 1), "{format}");
    }
}

struct DiesAfterSending<'a>(&'a FakeTool);

impl nerve_ports::HttpClient for DiesAfterSending<'_> {
    async fn send(
        &self,
        request: &nerve_ports::HttpRequest,
    ) -> Result<nerve_ports::HttpResponse, nerve_ports::NoAnswer> {
        let _answer = self.0.send(request).await;
        std::future::poll_fn(|_| Poll::Pending).await
    }
}

#[test]
fn nothing_is_sent_while_the_settings_do_not_fit() {
    let (mut world, id) = approved("standard");
    world.team = Team::configure(Some("http://example.com"), None, None);
    let executed = world.execute(id);
    assert_eq!(executed, Ok(ExecutionOutcome::Failed("NOTIFY_URL must be an https address".to_owned())));
    assert_eq!(world.tool.requests(), []);
}

#[test]
fn a_person_says_what_was_found_or_has_it_tried_again() {
    let (world, id) = approved("slack");
    world.tool.script([DoneAndCut]);
    assert!(matches!(block_on(world.review("Ada").found_done(id)), Err(ReviewError::Decided { .. })));
    assert_eq!(to_the_end(&world, id), Unknown);
    assert_eq!(block_on(world.review("Ada").found_done(id)).unwrap().status, Done);
    let (other, other_id) = approved("slack");
    other.tool.script([NotReached]);
    assert_eq!(to_the_end(&other, other_id), Unknown);
    block_on(other.review("Ada").retry(other_id)).unwrap();
    assert_eq!((to_the_end(&other, other_id), other.tool.done().len()), (Done, 1));
}
