//! The whole path, natively: every part over real SQLite and fakes that fail on command.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_connectors::Team;
use nerve_engine::{Agent, Considered, Dispatched, Dispatcher, ExecutionOutcome, Executor, Review, ReviewError, sweep};
use nerve_intake::inbox;
use nerve_ledger::{
    PageRequest, chain, events as stored_events, proposals,
    records::{self, NewRecord, Origin, RecordFilter},
    tasks, verify,
};
use nerve_model::{
    Action, ActionKind, Actor, Digest, Event, EventKind, Executable, Fact, HumanOwned, Millis, Proposal, ProposalId,
    ProposalStatus, RecordId, RecordRef, RecordType, Timestamp,
};
use nerve_policy::{Advice, Playbook, RecommendError, Recommendation, Recommender};
use nerve_ports::{Database, DatabaseError, ObjectStorage, Statement};
use nerve_protocol::record::Span;
use nerve_situation::{DOCUMENT_BYTES, Situation, timeline};
use nerve_testkit::{
    Failure, FakeQueue, FakeTool, ObjectSqlite, Objects, SeededEntropy, Sqlite, block_on,
    events::{NOW, arrive, invoice_paid, mail_from, payment_failed, record_id},
};
use std::cell::{Cell, RefCell};

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

    fn later(&self, span: Millis) {
        self.now.set(self.now.get() + span);
    }

    fn deliver(&self, event: &Event) {
        deliver(&self.inbox, event, self.now.get());
    }

    fn dispatch(&self) -> usize {
        self.hand_on_from(&self.inbox, &self.db).failures.len()
    }

    fn hand_on_from(&self, inbox: &ObjectSqlite, db: &impl Database) -> Dispatched {
        let dispatcher = Dispatcher {
            db,
            records: &self.objects,
            situations: &self.situations,
            entropy: &self.entropy,
            retention: Millis::days(90),
            now: self.now.get(),
        };
        block_on(dispatcher.dispatch(inbox)).unwrap()
    }

    fn record(&self) -> RecordId {
        let page = block_on(records::list(&self.db, &RecordFilter::default(), &PageRequest::default())).unwrap();
        assert_eq!(page.items.len(), 1, "one record");
        page.items[0].id
    }

    fn consider(&self) -> Considered {
        self.try_consider().unwrap()
    }

    fn try_consider(&self) -> Result<Considered, String> {
        self.consider_with(&self.playbook)
    }

    fn consider_with(&self, recommender: &impl Recommender) -> Result<Considered, String> {
        let agent = Agent {
            db: &self.db,
            records: &self.objects,
            actions: &self.actions,
            entropy: &self.entropy,
            recommender,
            document_bytes: DOCUMENT_BYTES,
            now: self.now.get(),
        };
        block_on(agent.consider(self.record())).map_err(|error| error.to_string())
    }

    fn happens(&self, event: &Event) -> Considered {
        self.deliver(event);
        assert_eq!(self.dispatch(), 0);
        self.consider()
    }

    fn review(&self, name: &str) -> Review<'_, Sqlite, FakeQueue<ProposalId>, SeededEntropy> {
        let actor = Actor::Person(name.to_owned());
        Review { db: &self.db, actions: &self.actions, entropy: &self.entropy, now: self.now.get(), actor }
    }

    fn execute(&self, id: ProposalId) -> Result<ExecutionOutcome, DatabaseError> {
        let (db, entropy, http, team) = (&self.db, &self.entropy, &FakeTool::default(), &Team::Console);
        block_on(Executor { db, entropy, http, team, now: self.now.get() }.execute(id))
    }

    fn proposals(&self) -> Vec<Proposal> {
        let all = proposals::ProposalFilter::default();
        block_on(proposals::list(&self.db, &all, &PageRequest::default())).unwrap().items
    }

    fn proposal(&self, kind: ActionKind) -> Proposal {
        self.proposals().into_iter().find(|proposal| proposal.card.action.kind() == kind).unwrap()
    }

    fn status(&self, id: ProposalId) -> ProposalStatus {
        block_on(proposals::get(&self.db, id)).unwrap().unwrap().status
    }

    fn tasks(&self) -> usize {
        block_on(tasks::list(&self.db, None, &PageRequest::default())).unwrap().items.len()
    }

    fn kinds(&self, id: ProposalId) -> Vec<String> {
        let filter = chain::EntryFilter { chain: None, proposal: Some(id) };
        let mut entries =
            block_on(chain::list(&self.db, &filter, &PageRequest::new(100, None).unwrap())).unwrap().items;
        entries.reverse();
        entries.into_iter().map(|entry| entry.kind).collect()
    }

    fn verified(&self) {
        let result = block_on(verify(&self.db)).unwrap();
        assert!(result.ok, "{result:?}");
        self.proposals().iter().for_each(|proposal| self.grounded(proposal));
    }

    /// The ledger keeps the text that a proposal names.
    fn grounded(&self, proposal: &Proposal) {
        let kept = block_on(chain::kept_situation(&self.db, proposal.id, &proposal.card.situation)).unwrap().unwrap();
        let text = kept.body.unwrap().situation.unwrap();
        assert_eq!(nerve_situation::digest(&text), proposal.card.situation.digest, "{} {text}", proposal.id);
    }
}

fn deliver(inbox: &ObjectSqlite, event: &Event, now: Timestamp) {
    arrive(inbox, "stripe:1", event, now);
}

fn approved_task(world: &World) -> Proposal {
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    block_on(world.review("Ada").approve(task.id, &task.digest)).unwrap()
}

#[test]
fn a_failed_payment_becomes_a_task_once_a_person_agrees() {
    let world = World::new();
    let considered = world.happens(&payment_failed(1, "in_1"));
    assert_eq!((considered.events, considered.proposed, considered.automatic), (1, 2, 0));
    let task = world.proposal(ActionKind::CreateTask);
    assert_eq!(world.execute(task.id).unwrap(), ExecutionOutcome::Nothing, "nothing happens unasked");
    block_on(world.review("Ada").approve(task.id, &task.digest)).unwrap();
    assert_eq!(world.actions.take(), [task.id]);
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Done(_)));
    assert_eq!(world.execute(task.id).unwrap(), ExecutionOutcome::Nothing, "and not twice");
    assert_eq!(world.tasks(), 1);
    assert_eq!(world.kinds(task.id), ["proposed", "approved", "intent", "executed"]);
    world.verified();
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
    assert_eq!(world.consider(), Considered::default());
    // The agent died before it confirmed: the record still has everything pending.
    world.forget_confirmation();
    let again = world.consider();
    assert_eq!(again, Considered::default());
    assert_eq!(state(), before);
}

/// Recommends one action, whatever happens.
struct Insists(Action);

impl Recommender for Insists {
    async fn recommend(&self, situation: &Situation, _now: Timestamp) -> Result<Advice, RecommendError> {
        let event = situation.pending[0].event.id;
        let recommendation = Recommendation {
            id: ProposalId::from_u128(event.as_u128()),
            event,
            action: self.0.clone(),
            effect: "e".to_owned(),
            reason: "r".to_owned(),
            questions: Vec::new(),
            proposed_by: "test".to_owned(),
        };
        Ok(Advice { recommendations: vec![recommendation], withdrawals: Vec::new() })
    }
}

impl World {
    fn forget_confirmation(&self) {
        let forget = Statement::new("UPDATE progress SET confirmed = 0", []);
        self.objects.with(self.record(), |storage| storage.execute(forget)).unwrap();
    }
}

#[test]
fn what_a_gate_blocks_is_written_down_once_and_never_proposed() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    let empty = Insists(Action::Executable(Executable::AddNote(nerve_model::AddNote { text: String::new() })));
    for dropped in [1, 0] {
        assert_eq!(world.consider_with(&empty).unwrap().dropped, dropped);
        world.forget_confirmation();
    }
    assert_eq!(world.proposals().len(), 0);
    assert_eq!(world.db.look("SELECT kind FROM ledger WHERE kind <> 'record_created'").len(), 1);
    world.verified();
}

#[test]
fn a_critical_action_is_tracked_and_nobody_can_have_it_executed() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    let case = nerve_model::Case { summary: "They were charged twice.".to_owned() };
    world.consider_with(&Insists(Action::HumanOwned(HumanOwned::Refund(case)))).unwrap();
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
fn two_proposals_of_one_record_carried_out_at_once_are_both_done() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let [task, draft] = [ActionKind::CreateTask, ActionKind::DraftMessage].map(|kind| world.proposal(kind));
    for proposal in [&task, &draft] {
        block_on(world.review("Ada").approve(proposal.id, &proposal.digest)).unwrap();
    }
    let sibling = || assert!(matches!(world.execute(draft.id), Ok(ExecutionOutcome::Done(_))));
    let db = &RacingDatabase { db: &world.db, then: RefCell::new(Some(Box::new(sibling))) };
    let (entropy, http, team) = (&world.entropy, &FakeTool::default(), &Team::Console);
    let carried = block_on(Executor { db, entropy, http, team, now: NOW }.execute(task.id));
    assert!(matches!(carried, Ok(ExecutionOutcome::Done(_))), "{carried:?}");
    assert_eq!((world.status(task.id), world.status(draft.id)), (ProposalStatus::Done, ProposalStatus::Done));
    world.verified();
}

#[test]
fn a_result_waits_its_turn_on_a_busy_record() {
    let world = World::new();
    let task = approved_task(&world);
    let next = Cell::new(2);
    // Each time something is about to be written, the agent has just written about the same customer.
    let busy = || {
        let n = next.replace(next.get() + 1);
        world.happens(&payment_failed(n, &format!("in_{n}")));
    };
    let db = &BusyDatabase { db: &world.db, writes: Cell::new(20), before: &busy };
    let (entropy, http, team) = (&world.entropy, &FakeTool::default(), &Team::Console);
    let carried = block_on(Executor { db, entropy, http, team, now: NOW }.execute(task.id));
    assert!(matches!(carried, Ok(ExecutionOutcome::Done(_))), "{carried:?}");
    assert_eq!((next.get(), world.status(task.id)), (22, ProposalStatus::Done));
    world.verified();
}

/// Lets something happen before each of the next so many writes.
struct BusyDatabase<'a> {
    db: &'a Sqlite,
    writes: Cell<u32>,
    before: &'a dyn Fn(),
}

impl Database for BusyDatabase<'_> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<nerve_ports::Row>>, DatabaseError> {
        let writes = statements.iter().any(|statement| !statement.sql.trim_start().starts_with("SELECT"));
        if writes && self.writes.get() > 0 {
            self.writes.set(self.writes.get() - 1);
            (self.before)();
        }
        self.db.batch(statements).await
    }
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
    block_on(world.review("Ada").approve(draft.id, &draft.digest)).unwrap();
    let considered = world.happens(&invoice_paid(2, "in_1"));
    assert_eq!((considered.withdrawn, considered.proposed), (2, 1));
    assert_eq!((world.status(task.id), world.status(draft.id)), (ProposalStatus::Withdrawn, ProposalStatus::Withdrawn));
    assert_eq!(world.execute(draft.id).unwrap(), ExecutionOutcome::Nothing);
    let note = world.proposal(ActionKind::AddNote);
    assert_eq!(note.status, ProposalStatus::Pending);
    let reason = block_on(proposals::get(&world.db, task.id)).unwrap().unwrap().decision.unwrap().reason.unwrap();
    assert_eq!(reason, "Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00).");
    world.verified();
}

#[test]
fn two_reasons_to_withdraw_in_one_situation_withdraw_once() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let mut second = payment_failed(2, "in_1");
    if let Fact::PaymentFailed(failed) = &mut second.fact {
        failed.attempt = Some(2);
    }
    second.semantic_key = nerve_model::SemanticKey::new("stripe:invoice:in_1 payment failed attempt 2");
    world.deliver(&second);
    world.deliver(&invoice_paid(3, "in_1"));
    world.dispatch();
    let considered = world.consider();
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
    let mut second = payment_failed(2, "in_1");
    if let Fact::PaymentFailed(failed) = &mut second.fact {
        failed.attempt = Some(2);
    }
    second.semantic_key = nerve_model::SemanticKey::new("stripe:invoice:in_1 payment failed attempt 2");
    assert_eq!(world.happens(&second).withdrawn, 2);
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
    let stored = block_on(stored_events::get(&world.db, again.id)).unwrap().unwrap();
    assert!(stored.decided_at.is_some(), "nothing is left to sweep");
}

#[test]
fn approving_needs_exactly_what_was_shown() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let task = world.proposal(ActionKind::CreateTask);
    let wrong = Digest("0".repeat(64));
    let refused = block_on(world.review("Ada").approve(task.id, &wrong));
    assert_eq!(refused, Err(ReviewError::Stale { digest: task.digest.clone() }));
    // An edit, an answer and a new event each change what is shown.
    let params = serde_json::json!({"title": "Ring them", "priority": "urgent"});
    let edited = block_on(world.review("Ada").edit(task.id, params)).unwrap();
    let answered = block_on(world.review("Ada").answer(task.id, "yes")).unwrap();
    world.happens(&payment_failed(2, "in_2"));
    let now = block_on(proposals::get(&world.db, task.id)).unwrap().unwrap();
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
    let decided = ReviewError::Decided {
        status: ProposalStatus::Approved,
        by: Some(Actor::Person("Ada".to_owned())),
        at: Some(NOW),
    };
    assert_eq!(block_on(world.review("Grace").approve(task.id, &task.digest)), Err(decided.clone()));
    assert_eq!(block_on(world.review("Grace").reject(task.id, "no")), Err(decided));
}

#[test]
fn an_edit_is_gated_anew() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let draft = world.proposal(ActionKind::DraftMessage);
    assert_eq!(draft.card.risk, nerve_model::Risk::Low);
    let params = serde_json::json!({"to": "stranger@example.net", "subject": "s", "body": "b"});
    let edited = block_on(world.review("Ada").edit(draft.id, params)).unwrap();
    assert_eq!(edited.card.risk, nerve_model::Risk::Medium);
    let Action::Executable(Executable::DraftMessage(message)) = &edited.card.action else { panic!() };
    assert_eq!(message.to.as_deref(), Some("stranger@example.net"));
    let refused = block_on(world.review("Ada").edit(draft.id, serde_json::json!({"subject": ""})));
    assert!(matches!(refused, Err(ReviewError::Invalid(_))));
}

#[test]
fn a_granted_category_acts_by_itself_and_only_that() {
    let world = World::new();
    block_on(world.review("Ada").grant(EventKind::PaymentFailed, ActionKind::CreateTask)).unwrap();
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
    block_on(world.review("Ada").revoke(EventKind::PaymentFailed, ActionKind::CreateTask)).unwrap();
    assert_eq!(world.happens(&payment_failed(2, "in_2")).automatic, 0);
    world.verified();
}

#[test]
fn critical_categories_cannot_be_granted() {
    let world = World::new();
    for action in [ActionKind::Refund, ActionKind::CancelService, ActionKind::ChangeContract, ActionKind::DiscloseData]
    {
        let refused = block_on(world.review("Ada").grant(EventKind::PaymentFailed, action));
        assert!(matches!(refused, Err(ReviewError::Invalid(_))), "{action}");
    }
}

#[test]
fn a_payment_that_came_after_the_approval_stops_the_effect() {
    let world = World::new();
    let task = approved_task(&world);
    // The event is in the database; the agent has not looked yet.
    world.deliver(&invoice_paid(2, "in_1"));
    world.dispatch();
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Withdrawn(_)));
    assert_eq!((world.tasks(), world.status(task.id)), (0, ProposalStatus::Withdrawn));
    world.verified();
}

#[test]
fn a_card_changed_behind_the_approval_is_not_carried_out() {
    let world = World::new();
    let task = approved_task(&world);
    world.db.tamper("DROP TRIGGER proposals_rest_on_a_version; UPDATE proposals SET card = replace(card, 'Follow up', 'Never mind')");
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Failed(_)));
    assert_eq!(world.tasks(), 0);
}

#[test]
fn whatever_write_fails_there_is_one_task_in_the_end() {
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
fn whatever_write_fails_the_situation_is_decided_once_in_the_end() {
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
                let agent = Agent {
                    db: &world.db,
                    records: &world.objects,
                    actions: &world.actions,
                    entropy: &world.entropy,
                    recommender: &world.playbook,
                    document_bytes: DOCUMENT_BYTES,
                    now: NOW,
                };
                let _result = block_on(agent.consider(record));
            }
            world.db.failures.clear();
            assert_eq!(world.proposals().len(), 2, "call {failing} {failure:?}");
            world.verified();
        }
    }
}

#[test]
fn whatever_write_fails_an_event_reaches_its_record() {
    for failing in 0..6 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let world = World::new();
            world.deliver(&payment_failed(1, "in_1"));
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            world.db.failures.script(script);
            for _ in 0..4 {
                world.dispatch();
                world.later(Millis::minutes(11));
            }
            world.db.failures.clear();
            assert_eq!(world.consider().proposed, 2, "call {failing} {failure:?}");
        }
    }
}

#[test]
fn without_database_or_record_object_events_wait_and_nothing_is_lost() {
    let world = World::new();
    world.db.failures.outage(true);
    for n in 1..=3 {
        world.deliver(&payment_failed(n, &format!("in_{n}")));
    }
    assert_eq!(world.dispatch(), 3);
    world.db.failures.outage(false);
    world.objects.away(true);
    world.later(Millis::minutes(1));
    assert_eq!(world.dispatch(), 3);
    world.objects.away(false);
    assert_eq!(world.dispatch(), 0, "not due yet");
    world.later(Millis::minutes(1));
    assert_eq!(world.dispatch(), 0);
    assert_eq!(world.consider().events, 3);
}

#[test]
fn what_fails_again_and_again_ends_with_a_person_who_can_retry() {
    let world = World::new();
    let task = approved_task(&world);
    world.db.tamper("CREATE TRIGGER broken BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'out of order'); END");
    let mut attempts = 0;
    while world.status(task.id) == ProposalStatus::Approved && attempts < 20 {
        world.execute(task.id).unwrap();
        attempts += 1;
        world.later(Millis::minutes(11));
    }
    let failed = block_on(proposals::get(&world.db, task.id)).unwrap().unwrap();
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

#[test]
fn the_sweeper_makes_up_for_lost_messages() {
    let world = World::new();
    world.deliver(&payment_failed(1, "in_1"));
    world.dispatch();
    assert_eq!(world.situations.take(), [world.record()], "lost");
    world.later(Millis::minutes(2));
    let run =
        || block_on(sweep(&world.db, &world.actions, &world.situations, &world.entropy, world.now.get())).unwrap();
    assert_eq!((run().situations, world.situations.take()), (1, vec![world.record()]));
    world.consider();
    assert_eq!(run().situations, 0);
    let task = world.proposal(ActionKind::CreateTask);
    world.actions.unreachable(true);
    block_on(world.review("Ada").approve(task.id, &task.digest)).unwrap();
    world.actions.unreachable(false);
    assert_eq!((run().actions, world.actions.take()), (1, vec![task.id]));
    world.execute(task.id).unwrap();
    assert_eq!(run().actions, 0);
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
    let swept = block_on(sweep(&world.db, &world.actions, &world.situations, &world.entropy, world.now.get())).unwrap();
    assert_eq!(swept.expired, 2, "14 days are over for both; the snoozed one had its day");
    assert_eq!(world.status(task.id), ProposalStatus::Expired);
    world.verified();
}

#[test]
fn what_was_done_can_be_taken_back_where_that_is_possible() {
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
fn a_confirmed_mail_of_a_known_vendor_is_a_reply_also_when_it_is_handed_on_twice() {
    let world = World::new();
    let mail = mail_from(1, "eva@acme.example");
    let vendor = RecordRef { record_type: RecordType::Vendor, name: "Acme".to_owned(), id: record_id(7) };
    let known = NewRecord { claims: vec![mail.claims[0].clone()], ..NewRecord::named(vendor.clone()) };
    let origin = Origin::of(Actor::Person("Grace".to_owned()), NOW);
    block_on(world.db.batch(records::create(&known, &origin, 1))).unwrap();
    world.objects.away(true);
    world.deliver(&mail);
    assert_eq!(world.dispatch(), 1, "indexed, and not on the timeline yet");
    world.objects.away(false);
    world.later(Millis::minutes(10));
    assert_eq!(world.dispatch(), 0);
    let stored = block_on(stored_events::get(&world.db, mail.id)).unwrap().unwrap();
    let entry = world
        .objects
        .with(vendor.id, |storage| timeline::page(storage, &Span { limit: 10, ..Span::default() }))
        .unwrap()
        .entries;
    let kinds = [stored.event.kind(), entry[0].event.kind()];
    assert_eq!((kinds, entry.len()), ([EventKind::VendorReplied; 2], 1));
    let stranger = mail_from(2, "eve@elsewhere.example");
    world.deliver(&stranger);
    world.dispatch();
    let stored = block_on(stored_events::get(&world.db, stranger.id)).unwrap().unwrap();
    assert_eq!(stored.event.kind(), EventKind::EmailReceived);
}

#[test]
fn two_new_customers_events_at_once_make_one_record() {
    let world = World::new();
    let other = ObjectSqlite::default();
    inbox::open(&other).unwrap();
    let (first, second) = (payment_failed(1, "in_1"), payment_failed(2, "in_2"));
    world.deliver(&first);
    deliver(&other, &second, NOW);
    // Between the other's look and its write, this one creates the customer.
    let racing =
        RacingDatabase { db: &world.db, then: RefCell::new(Some(Box::new(|| assert_eq!(world.dispatch(), 0)))) };
    let handed = world.hand_on_from(&other, &racing);
    assert_eq!(handed.failures, Vec::<String>::new());
    assert_eq!(world.consider().events, 2, "both on the one record");
}

/// Lets something happen right before the first write.
struct RacingDatabase<'a> {
    db: &'a Sqlite,
    then: RefCell<Option<Box<dyn FnOnce() + 'a>>>,
}

impl Database for RacingDatabase<'_> {
    async fn batch(
        &self,
        statements: Vec<nerve_ports::Statement>,
    ) -> Result<Vec<Vec<nerve_ports::Row>>, DatabaseError> {
        if statements.iter().any(|statement| statement.sql.starts_with("INSERT"))
            && let Some(then) = self.then.take()
        {
            then();
        }
        self.db.batch(statements).await
    }
}
