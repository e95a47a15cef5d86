//! Every gate with each of its verdicts, reached through the engine, as cards and the ledger show them.

use crate::{
    broken::tamper,
    consider,
    insists::{Insists, consider_with},
};
use nerve_connectors::Team;
use nerve_engine::{Considered, ExecutionOutcome, ReviewError};
use nerve_ledger::{
    PageRequest,
    chain::{self, ChainId, EntryFilter, StoredEntry},
};
use nerve_model::{
    Action, ActionKind, AddNote, AutomationFailed, Case, Event, EventKind, Executable, Fact, Gate, GateResult,
    GateVerdict, HumanOwned, Millis, ProposalId, ProposalStatus, RecommenderId, RunState, Timestamp, Trust, Undo,
};
use nerve_ports::Unreachable;
use nerve_recommend::{Advice, RecommendError, Recommendation, Recommender};
use nerve_situation::Situation;
use nerve_testkit::{
    World, block_on,
    events::{NOW, event, invoice_paid, mail_from, payment_failed},
};
use serde_json::json;

/// A final failed payment, for which the playbook recommends a task, a draft and a notification.
fn given_up(n: u128, invoice: &str) -> Event {
    let mut event = payment_failed(n, invoice);
    if let Fact::PaymentFailed(failed) = &mut event.fact {
        failed.final_attempt = true;
    }
    event
}

fn grant(world: &World, recommender: RecommenderId, action: ActionKind) {
    block_on(world.review("Ada").grant(recommender, EventKind::PaymentFailed, action)).unwrap();
}

fn insist(world: &World, action: Action) {
    world.arrives(&payment_failed(1, "in_1"));
    consider_with(world, &Insists(action));
}

/// Another event about the invoice `in_1`, which settles nothing.
fn mail_about_the_invoice(n: u128) -> Event {
    Event { subject: payment_failed(n, "in_1").subject, ..mail_from(n, "ada@example.com") }
}

fn note(text: &str) -> Action {
    Action::Executable(Executable::AddNote(AddNote { text: text.to_owned() }))
}

/// The entries of the only record's chain, newest first.
fn entries(world: &World) -> Vec<StoredEntry> {
    let filter = EntryFilter { chain: Some(ChainId::Record(world.record())), proposal: None };
    block_on(chain::list(&world.db, &filter, &PageRequest::new(100, None).unwrap())).unwrap().items
}

/// The gate results of the newest recommendation of this kind in the ledger, proposed or dropped.
fn verdicts(world: &World, kind: ActionKind) -> Vec<GateResult> {
    let history = entries(world);
    let bodies = history.into_iter().filter(|entry| ["proposed", "dropped"].contains(&entry.kind.as_str()));
    let mut of_kind = bodies
        .filter_map(|entry| entry.body)
        .filter(|body| body.recommended_action.as_ref().is_some_and(|action| action.kind() == kind));
    of_kind.next().unwrap().gates
}

/// A gate, its verdict, part of its reason, the kind of the recommendation, and the function that causes it.
type Row = (Gate, GateVerdict, &'static str, ActionKind, fn(&World));

#[test]
fn every_gate_gives_each_of_its_verdicts_on_the_real_path() {
    use GateVerdict::{Block, Hold, Pass};
    let table: &[Row] = &[
        (Gate::Trusted, Pass, "signature", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Trusted, Hold, "forged", ActionKind::NotifyInternal, |world| {
            world.happens(&Event { trust: Trust::Token, ..given_up(1, "in_1") });
        }),
        (Gate::Matched, Pass, "Matched with", ActionKind::NotifyInternal, |world| {
            world.happens(&invoice_paid(1, "in_0"));
            world.happens(&given_up(2, "in_1"));
        }),
        (Gate::Matched, Hold, "nobody has confirmed", ActionKind::NotifyInternal, |world| {
            world.happens(&given_up(1, "in_1"));
        }),
        (Gate::Allowed, Pass, "is set up", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Allowed, Hold, "Only a person", ActionKind::Refund, |world| {
            let case = Case { summary: "They want their money back.".to_owned() };
            insist(world, Action::HumanOwned(HumanOwned::Refund(case)));
        }),
        (Gate::Allowed, Hold, "whether crm.create_task is set up: away", ActionKind::CreateTask, |world| {
            world.operations.set(Err(Unreachable("away".to_owned())));
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Allowed, Block, "parameters do not fit", ActionKind::AddNote, |world| insist(world, note(" "))),
        (Gate::Allowed, Block, "No connector is set up for crm.add_note", ActionKind::AddNote, |world| {
            world.operations.set(Ok(Vec::new()));
            insist(world, note("n"));
        }),
        (Gate::Allowed, Block, "NOTIFY_URL must be an https address", ActionKind::NotifyInternal, |world| {
            let broken = Team::configure(Some("ftp://example.com"), None, None);
            world.operations.set(Ok(nerve_connectors::operations(&broken)));
            world.happens(&given_up(1, "in_1"));
        }),
        (Gate::Risk, Pass, "stays inside Nerve", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Risk, Hold, "Medium risk", ActionKind::NotifyInternal, |world| {
            world.happens(&given_up(1, "in_1"));
        }),
        (Gate::Approval, Pass, "granted by Ada", ActionKind::CreateTask, |world| {
            grant(world, RecommenderId::PLAYBOOK, ActionKind::CreateTask);
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Approval, Hold, "No rule allows", ActionKind::CreateTask, |world| {
            grant(world, "some/model@1".parse().unwrap(), ActionKind::CreateTask);
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Fresh, Pass, "Not dealt with", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Fresh, Block, "was paid on", ActionKind::CreateTask, |world| {
            world.happens(&invoice_paid(1, "in_1"));
            world.happens(&payment_failed(2, "in_1"));
        }),
        (Gate::Fresh, Block, "proposed before and is pending", ActionKind::AddNote, |world| {
            insist(world, note("n"));
            world.arrives(&mail_about_the_invoice(2));
            consider_with(world, &Insists(note("n")));
        }),
        (Gate::Reversible, Pass, "can take it back.", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Reversible, Pass, "take it back for 20 seconds", ActionKind::CreateTask, |world| {
            world.operations.change(|operation| operation.undo = Undo::Within(Millis::seconds(20)));
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Reversible, Hold, "cannot be taken back", ActionKind::NotifyInternal, |world| {
            world.happens(&given_up(1, "in_1"));
        }),
        (Gate::Logged, Pass, "before the effect", ActionKind::CreateTask, |world| {
            world.happens(&payment_failed(1, "in_1"));
        }),
        (Gate::Logged, Block, "ledger is broken: entry", ActionKind::CreateTask, |world| {
            world.arrives(&payment_failed(1, "in_1"));
            tamper(world, "UPDATE ledger_bodies SET body = body || ' '");
            consider(world);
        }),
    ];
    for (gate, verdict, reason, kind, arrange) in table {
        let world = World::new();
        arrange(&world);
        let gates = verdicts(&world, *kind);
        assert_eq!(gates.iter().map(|result| result.gate).collect::<Vec<_>>(), Gate::ALL, "{gate} {reason}");
        let found = gates.iter().find(|result| result.gate == *gate).unwrap();
        assert_eq!((found.verdict, found.reason.contains(reason)), (*verdict, true), "{reason}: {found:?}");
        let proposed = world.proposals().into_iter().find(|proposal| proposal.card.action.kind() == *kind);
        match proposed {
            Some(proposal) if *verdict != Block => assert_eq!(proposal.card.gates, gates, "the card shows the same"),
            // The repeated note was proposed for the event before.
            Some(proposal) => assert_eq!(world.kinds(proposal.id).first().unwrap(), "proposed"),
            None => assert_eq!(*verdict, Block, "{gate} {reason}: nothing was proposed"),
        }
    }
}

#[test]
fn of_a_settled_failure_every_recommendation_is_dropped_with_eight_verdicts() {
    let world = World::new();
    world.happens(&invoice_paid(1, "in_1"));
    let considered = world.happens(&payment_failed(2, "in_1"));
    assert_eq!((considered.proposed, considered.dropped), (0, 2));
    let dropped: Vec<_> = entries(&world).into_iter().filter(|entry| entry.kind == "dropped").collect();
    assert_eq!(dropped.len(), 2);
    for entry in dropped {
        let body = entry.body.unwrap();
        assert_eq!((body.gates.len(), body.approval_status), (8, None), "it became no proposal");
        assert_eq!(body.note.as_deref(), Some("Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00)."));
    }
    world.ledger_verified();
}

/// Recommends everything twice.
struct Twice(Insists);

impl Recommender for Twice {
    fn id(&self) -> RecommenderId {
        self.0.id()
    }

    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError> {
        let mut advice = self.0.recommend(situation, now).await?;
        let again = advice.recommendations.clone().into_iter();
        let again = again.map(|recommended| Recommendation { id: ProposalId::from_u128(1), ..recommended });
        advice.recommendations.extend(again);
        Ok(advice)
    }
}

#[test]
fn what_is_recommended_twice_at_once_is_proposed_once() {
    let world = World::new();
    let record = world.arrives(&payment_failed(1, "in_1"));
    let considered = block_on(world.agent(&world.db, &Twice(Insists(note("n")))).consider(record)).unwrap();
    assert_eq!((considered.proposed, considered.dropped), (1, 1));
}

/// A run of an automation ended so, this long after [`NOW`].
fn run(n: u128, state: RunState, after: Millis) -> Event {
    let fact = AutomationFailed {
        workflow: "Export".to_owned(),
        place: None,
        run: None,
        attempt: None,
        state,
        reason: Some("failure".to_owned()),
    };
    let subject = "github:workflow:export";
    let ended = event(n, Fact::AutomationFailed(fact), &format!("{subject} run {n}"), subject);
    Event { occurred_at: NOW + after, ..ended }
}

#[test]
fn a_failure_after_it_ran_well_is_another_matter() {
    let world = World::new();
    let hours = |n: i64| Millis::minutes(60 * n);
    world.happens(&run(1, RunState::Failed, hours(0)));
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    world.execute(task.id).unwrap();
    let again = world.happens(&run(2, RunState::Failed, hours(1)));
    assert_eq!((again.proposed, again.dropped), (0, 1), "it still fails, and there is a task already");
    world.happens(&run(3, RunState::Recovered, hours(2)));
    let again = world.happens(&run(4, RunState::Failed, hours(3)));
    assert_eq!((again.proposed, again.dropped), (1, 0));
}

#[test]
fn that_it_ran_well_before_it_failed_settles_nothing() {
    let (early, late) = (Millis(0), Millis::minutes(60));
    let world = World::new();
    world.happens(&run(1, RunState::Failed, late));
    assert_eq!(world.happens(&run(2, RunState::Recovered, early)).withdrawn, 0, "it is reported late");
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    world.arrives(&run(3, RunState::Recovered, early));
    assert!(matches!(world.execute(task.id).unwrap(), ExecutionOutcome::Done(_)));
}

#[test]
fn while_no_operation_is_known_a_card_still_says_that_its_action_can_be_undone() {
    let world = World::new();
    world.operations.set(Err(Unreachable("away".to_owned())));
    world.happens(&given_up(1, "in_1"));
    let reversible = |kind| world.proposal(kind).card.reversible;
    assert_eq!((reversible(ActionKind::CreateTask), reversible(ActionKind::NotifyInternal)), (true, false));
}

#[test]
fn a_recommender_without_a_grant_of_its_own_asks_a_person() {
    let world = World::new();
    grant(&world, RecommenderId::PLAYBOOK, ActionKind::CreateTask);
    let Considered { automatic, .. } = world.happens(&payment_failed(1, "in_1"));
    assert_eq!(automatic, 1);
    block_on(world.review("Ada").revoke(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::CreateTask))
        .unwrap();
    grant(&world, "some/model@1".parse().unwrap(), ActionKind::CreateTask);
    let Considered { automatic, proposed, .. } = world.happens(&payment_failed(2, "in_2"));
    assert_eq!((automatic, proposed), (0, 2), "a model's grant covers no playbook");
}

#[test]
fn an_edit_is_assessed_in_the_whole_situation() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let (task, draft) = (world.proposal(ActionKind::CreateTask), world.proposal(ActionKind::DraftMessage));
    let fresh = |proposal: &nerve_model::Proposal| proposal.card.gates[5].clone();
    let edit = |proposal: &nerve_model::Proposal, params| block_on(world.review("Ada").edit(proposal.id, params));

    let stranger = edit(&draft, json!({"to": "eve@elsewhere.example", "subject": "s", "body": "b"})).unwrap();
    let known = edit(&draft, json!({"to": "ada@example.com", "subject": "s", "body": "b"})).unwrap();
    assert!(stranger.card.risk > known.card.risk, "whom one writes to is compared with whom the record knows");

    // The payment is on the timeline, but the agent has not considered it.
    world.arrives(&invoice_paid(2, "in_1"));
    let edited = edit(&task, json!({"title": "Call her", "priority": "urgent"})).unwrap();
    assert_eq!(fresh(&edited).verdict, GateVerdict::Block);
    assert!(fresh(&edited).reason.contains("was paid"), "{:?}", fresh(&edited));
    let refused = block_on(world.review("Ada").approve(edited.id, &edited.digest));
    assert!(matches!(&refused, Err(ReviewError::Invalid(why)) if why.contains("was paid")), "{refused:?}");
}

#[test]
fn an_edit_that_makes_two_proposals_the_same_is_blocked() {
    let world = World::new();
    insist(&world, note("Call her."));
    let first = world.proposal(ActionKind::AddNote);
    world.arrives(&mail_about_the_invoice(2));
    consider_with(&world, &Insists(note("Write to her.")));
    world.arrives(&payment_failed(3, "in_9"));
    consider_with(&world, &Insists(note("Call her.")));
    let edit = |text| block_on(world.review("Ada").edit(first.id, json!({"text": text}))).unwrap();
    for (text, verdict, reason) in [
        ("Write to her.", GateVerdict::Block, "proposed before and is pending"),
        // It does not repeat itself, nor what is proposed about another invoice.
        ("Call her.", GateVerdict::Pass, "Not dealt with"),
    ] {
        let fresh = edit(text).card.gates[5].clone();
        assert_eq!((fresh.verdict, fresh.reason.contains(reason)), (verdict, true), "{fresh:?}");
    }
}

#[test]
fn an_effect_is_undone_only_while_its_operation_allows_it() {
    let world = World::new();
    world.operations.change(|operation| operation.undo = Undo::Within(Millis::minutes(5)));
    world.happens(&payment_failed(1, "in_1"));
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    world.execute(task.id).unwrap();
    world.later(Millis(5 * 60_000 + 1));
    block_on(world.review("Ada").outcome(task.id, "She paid.")).unwrap();
    let late = block_on(world.review("Ada").undo(task.id));
    assert!(matches!(&late, Err(ReviewError::Invalid(why)) if why.contains("is over")), "{late:?}");
    world.now.set(world.now.get() - Millis(1));
    assert_eq!(block_on(world.review("Ada").undo(task.id)).unwrap().status, ProposalStatus::Undone);
}
