//! What reaches a tool outside: once, or nobody claims to know.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use nerve_connectors::Team;
use nerve_engine::{ExecutionOutcome, Executor, Review, ReviewError};
use nerve_ledger::{
    PageRequest, notifications, proposals,
    records::{self, NewRecord, Origin},
    verify,
};
use nerve_model::{
    Action, Actor, Audience, Executable, Millis, NotifyInternal, Priority, Proposal, ProposalId, ProposalStatus,
    Timestamp,
};
use nerve_ports::Database;
use nerve_testkit::{
    Failure, FakeQueue, FakeTool, SeededEntropy, Sqlite, Treatment, block_on,
    events::{NOW, ada},
    proposals::pending_task,
};
use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

struct World {
    db: Sqlite,
    tool: FakeTool,
    team: Team,
    entropy: SeededEntropy,
    actions: FakeQueue<ProposalId>,
    now: Cell<Timestamp>,
    id: ProposalId,
}

impl World {
    fn new(format: &str) -> Self {
        let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let (db, notice) = (Sqlite::default(), pending_notice());
        let id = notice.id;
        let known = records::create(&NewRecord::named(ada()), &Origin::of(Actor::system("context"), NOW), 1);
        block_on(db.batch([known, vec![proposals::insert(&notice)]].concat())).unwrap();
        let world = Self {
            db,
            tool: FakeTool::default(),
            team: Team::configure(Some("https://example.com/team"), Some(format), secret),
            entropy: SeededEntropy::new(1),
            actions: FakeQueue::default(),
            now: Cell::new(NOW),
            id,
        };
        block_on(world.review().approve(id, &notice.digest)).unwrap();
        world
    }

    fn review(&self) -> Review<'_, Sqlite, FakeQueue<ProposalId>, SeededEntropy> {
        let actor = Actor::Person("Ada".to_owned());
        Review { db: &self.db, actions: &self.actions, entropy: &self.entropy, now: self.now.get(), actor }
    }

    fn executor(&self) -> Executor<'_, Sqlite, SeededEntropy, FakeTool> {
        let (http, team) = (&self.tool, &self.team);
        Executor { db: &self.db, entropy: &self.entropy, http, team, now: self.now.get() }
    }

    /// Again and again until nothing changes any more.
    fn to_the_end(&self) -> ProposalStatus {
        for _ in 0..12 {
            let _result = block_on(self.executor().execute(self.id));
            self.now.set(self.now.get() + Millis::minutes(61));
        }
        self.status()
    }

    fn status(&self) -> ProposalStatus {
        block_on(proposals::get(&self.db, self.id)).unwrap().unwrap().status
    }

    fn written(&self) -> usize {
        block_on(notifications::list(&self.db, None, &PageRequest::default())).unwrap().items.len()
    }
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
fn whatever_the_tool_answers_it_is_done_once_or_nobody_claims_to_know() {
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
            let world = World::new(format);
            world.tool.script(treatments.clone());
            let end = (world.to_the_end(), world.tool.done().len());
            assert_eq!(end, expected, "{format} {treatments:?}");
            assert_eq!(world.written(), usize::from(end.0 == Done), "{format} {treatments:?}");
            assert!(block_on(verify(&world.db)).unwrap().ok);
        }
    }
}

#[test]
fn a_tool_that_asks_to_wait_is_not_asked_before() {
    let world = World::new("slack");
    world.tool.script([Refused(429, Some(120))]);
    assert_eq!(
        block_on(world.executor().execute(world.id)),
        Ok(ExecutionOutcome::Postponed(NOW + Millis::seconds(120)))
    );
    world.now.set(NOW + Millis::seconds(119));
    assert_eq!(block_on(world.executor().execute(world.id)), Ok(ExecutionOutcome::Nothing));
    world.now.set(NOW + Millis::seconds(120));
    assert!(matches!(block_on(world.executor().execute(world.id)), Ok(ExecutionOutcome::Done(_))));
}

#[test]
fn whatever_write_fails_a_tool_without_keys_is_asked_once_and_one_with_keys_does_it_once() {
    for format in ["standard", "slack"] {
        for failing in 0..9 {
            for failure in [Failure::Lost, Failure::ReportedLost] {
                let world = World::new(format);
                world.db.failures.script((0..failing).map(|_| Failure::None).chain([failure]));
                let end = world.to_the_end();
                let about = format!("{format}: call {failing} {failure:?}, {end}");
                world.db.failures.clear();
                assert!(world.tool.done().len() <= 1, "{about}");
                assert!(format == "standard" || world.tool.requests().len() <= 1, "{about}");
                match end {
                    Done => assert_eq!((world.tool.done().len(), world.written()), (1, 1), "{about}"),
                    Unknown => assert!(format == "slack" && world.written() == 0, "{about}"),
                    other => panic!("{about}: {other}"),
                }
            }
        }
    }
}

/// The executor dies right after the request went out: what it wrote is the intent.
#[test]
fn an_executor_that_dies_after_sending_leaves_no_second_effect() {
    for (format, expected) in [("standard", Done), ("slack", Unknown)] {
        let world = World::new(format);
        let dying = DiesAfterSending(&world.tool);
        let executor =
            Executor { db: &world.db, entropy: &world.entropy, http: &dying, team: &world.team, now: world.now.get() };
        let mut work = pin!(executor.execute(world.id));
        assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!((world.status(), world.tool.done().len()), (ProposalStatus::Executing, 1));
        assert_eq!((world.to_the_end(), world.tool.done().len()), (expected, 1), "{format}");
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
    let mut world = World::new("standard");
    world.team = Team::configure(Some("http://example.com"), None, None);
    let carried = block_on(world.executor().execute(world.id));
    assert_eq!(carried, Ok(ExecutionOutcome::Failed("NOTIFY_URL must be an https address".to_owned())));
    assert_eq!(world.tool.requests(), []);
}

#[test]
fn a_person_says_what_was_found_or_has_it_tried_again() {
    let world = World::new("slack");
    world.tool.script([DoneAndCut]);
    assert!(matches!(block_on(world.review().found_done(world.id)), Err(ReviewError::Decided { .. })));
    assert_eq!(world.to_the_end(), Unknown);
    assert_eq!(block_on(world.review().found_done(world.id)).unwrap().status, Done);
    let other = World::new("slack");
    other.tool.script([NotReached]);
    assert_eq!(other.to_the_end(), Unknown);
    block_on(other.review().retry(other.id)).unwrap();
    assert_eq!((other.to_the_end(), other.tool.done().len()), (Done, 1));
}
