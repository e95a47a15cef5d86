//! Texts to customers follow what is learned, until a person writes them.

use nerve_model::{
    Action, ActionKind, Event, Executable, Fact, Gate, GateVerdict, Millis, Proposal, ProposalStatus, RecordFields,
    SourceName, SupportEscalated, SupportSolved, Timestamp,
};
use nerve_recommend::Playbook;
use nerve_testkit::{
    World, block_on,
    events::{NOW, berlin, event, payment_failed},
};
use serde_json::json;

fn unnamed(n: u128, invoice: &str) -> Event {
    Event { party_name: None, claims: payment_failed(n, invoice).claims[..1].to_vec(), ..payment_failed(n, invoice) }
}

fn draft(world: &World) -> Proposal {
    let drafts = world.proposals().into_iter().filter(|p| p.card.action.kind() == ActionKind::DraftMessage);
    drafts.min_by_key(|proposal| proposal.card.event.id).unwrap()
}

fn body(world: &World) -> String {
    match draft(world).card.action {
        Action::Executable(Executable::DraftMessage(draft)) => draft.body,
        other => panic!("{other:?}"),
    }
}

fn greeted(world: &World) -> String {
    body(world).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_name_learned_later_fills_in_what_nobody_has_edited() {
    let world = World::new();
    world.happens(&unnamed(1, "in_1"));
    let before = draft(&world);
    assert_eq!(greeted(&world), "Hello,");
    world.happens(&payment_failed(2, "in_2"));
    assert_eq!(greeted(&world), "Hello Ada Lovelace,");
    let after = draft(&world);
    assert!(after.digest != before.digest, "who saw the old text must look again");
    assert_eq!((after.status, after.card.edited), (ProposalStatus::Pending, false));
    world.verified();
}

#[test]
fn a_name_that_a_person_gives_fills_in_too() {
    let world = World::new();
    world.happens(&unnamed(1, "in_1"));
    let stored = block_on(nerve_ledger::records::get(&world.db, world.record())).unwrap().unwrap();
    let fields = RecordFields { name: "Grace Hopper".to_owned(), ..stored.fields() };
    block_on(world.editor("Ada").edit(stored.id, stored.version, &fields)).unwrap();
    world.later(Millis::minutes(1));
    world.sweep();
    world.consider_announced();
    assert_eq!(greeted(&world), "Hello Grace Hopper,");
}

#[test]
fn what_a_person_wrote_stays() {
    let world = World::new();
    world.happens(&unnamed(1, "in_1"));
    let params = json!({"to": "ada@example.com", "subject": "s", "body": "Dear customer,"});
    let edited = block_on(world.review("Ada").edit(draft(&world).id, params)).unwrap();
    assert!(edited.card.edited);
    world.happens(&payment_failed(2, "in_2"));
    assert_eq!(greeted(&world), "Dear customer,");
}

#[test]
fn a_date_that_passed_meanwhile_is_no_longer_promised() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    assert!(body(&world).contains("We will try again on 2026-11-26."));
    world.later(Millis::days(4));
    world.happens(&payment_failed(2, "in_2"));
    assert!(!body(&world).contains("We will try again"), "{}", body(&world));
    assert!(!draft(&world).card.reason.contains("next automatic attempt"));
}

#[test]
fn texts_follow_the_clock_of_the_business() {
    let evening = |n, invoice| {
        let mut failed = payment_failed(n, invoice);
        if let Fact::PaymentFailed(failed) = &mut failed.fact {
            failed.next_attempt_at = Timestamp::parse_rfc3339("2026-11-26T23:30:00Z");
        }
        failed
    };
    let due = |world: &World| {
        let tasks = world.proposals().into_iter().filter_map(|p| match p.card.action {
            Action::Executable(Executable::CreateTask(task)) => Some((p.card.event.id, task.due_at)),
            _ => None,
        });
        tasks.min().unwrap().1
    };
    let mut world = World::new();
    world.happens(&evening(1, "in_1"));
    assert!(body(&world).contains("We will try again on 2026-11-26."), "{}", body(&world));
    let first = due(&world);
    // The setting changes: what waits is rewritten with the next event, and falls due when it did.
    world.playbook = Playbook::load(berlin()).unwrap();
    world.happens(&evening(2, "in_2"));
    assert!(body(&world).contains("We will try again on 2026-11-27."), "{}", body(&world));
    assert!(draft(&world).card.reason.contains("on 2026-11-27."), "{}", draft(&world).card.reason);
    assert_eq!(due(&world), first);
    world.verified();
}

fn ticket(n: u128, fact: Fact, what: &str, minutes: i64) -> Event {
    let told = event(n, fact, &format!("zendesk:ticket:7 {what}"), "zendesk:ticket:7");
    let source = SourceName::from_static("zendesk");
    let summary = format!("Ticket 7 {what}: No hot water");
    Event { source, summary, occurred_at: NOW + Millis::minutes(minutes), ..told }
}

#[test]
fn who_complained_is_not_reminded_before_somebody_looked() {
    let escalated = SupportEscalated {
        ticket: "7".to_owned(),
        subject: None,
        priority: None,
        status: None,
        group: None,
        assignee: None,
        because: "Urgent.".to_owned(),
    };
    let escalated = ticket(2, Fact::SupportEscalated(escalated), "escalated", 5);
    let solved = SupportSolved { ticket: "7".to_owned(), subject: None, status: None };
    let solved = ticket(3, Fact::SupportSolved(solved), "solved", 60);
    let fresh = |world: &World| {
        let card = draft(world).card;
        let gate = card.gates.into_iter().find(|result| result.gate == Gate::Fresh).unwrap();
        (gate.verdict, gate.reason)
    };
    let complained = "They complained on 2026-11-23 (Ticket 7 escalated: No hot water): look before sending.";
    let held = (GateVerdict::Hold, complained.to_owned());
    // Before the reminder, and since.
    for first in [&payment_failed(1, "in_1"), &escalated] {
        let world = World::new();
        world.happens(first);
        let second = if first.id == escalated.id { &payment_failed(1, "in_1") } else { &escalated };
        world.happens(second);
        assert_eq!(fresh(&world), held);
        let task = world.proposals().into_iter().find(|p| p.card.action.kind() == ActionKind::CreateTask).unwrap();
        assert!(task.card.gates.iter().all(|gate| !gate.reason.contains("complained")), "a task reaches no customer");
        world.happens(&solved);
        assert_eq!(fresh(&world).0, GateVerdict::Pass, "it is solved");
        world.verified();
    }
}
