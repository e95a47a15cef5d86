//! What is proposed ends when something else settles it, in any order of arrival, whoever proposed it.

use nerve_engine::ExecutionOutcome;
use nerve_model::{
    ActionKind, Booking, BookingCanceled, BookingCreated, CallDirection, CallEnded, CallResult, CanceledBy, Claim,
    ClaimKind, Closing, Event, Fact, FormSubmitted, Millis, PaymentClosed, Proposal, ProposalStatus, Role, SourceName,
    SupportEscalated, SupportSolved,
};
use nerve_testkit::{
    World,
    events::{NOW, event, invoice, payment_failed},
};

const ADA: &str = "+4930901820";

fn at(minutes: i64, event: Event) -> Event {
    Event { occurred_at: NOW + Millis::minutes(minutes), ..event }
}

/// The claims of whoever has this telephone number; nobody's without one.
fn number(number: Option<&str>) -> Vec<Claim> {
    let claim = |value: &str| Claim { kind: ClaimKind::Phone, value: value.to_owned(), role: Role::Customer };
    number.map(claim).into_iter().collect()
}

fn call(n: u128, direction: CallDirection, result: CallResult, from: Option<&str>) -> Event {
    let seconds = (result == CallResult::Completed).then_some(312);
    let fact = CallEnded { call: format!("c{n}"), direction, result, from: None, to: None, seconds };
    let subject = format!("twilio:call:c{n}");
    let ended = event(n, Fact::CallEnded(fact), &format!("{subject} ended"), &subject);
    let summary = format!("Call {n} from {from:?}");
    Event { claims: number(from), party_name: None, summary, ..ended }
}

fn missed(n: u128, from: Option<&str>) -> Event {
    call(n, CallDirection::Inbound, CallResult::NoAnswer, from)
}

/// A ticket is told by a trigger, with an address, or by a subscription, with an id of the requester or without.
fn ticket(n: u128, fact: Fact, happened: &str, claims: Vec<Claim>) -> Event {
    let told = event(n, fact, &format!("zendesk:ticket:4712 {happened} {n}"), "zendesk:ticket:4712");
    Event { claims, source: SourceName::from_static("zendesk"), party_name: None, ..told }
}

fn escalated(n: u128, claims: Vec<Claim>) -> Event {
    let fact = SupportEscalated {
        ticket: "4712".to_owned(),
        subject: Some("No hot water".to_owned()),
        priority: Some("urgent".to_owned()),
        status: None,
        group: None,
        assignee: None,
        because: "Urgent.".to_owned(),
    };
    ticket(n, Fact::SupportEscalated(fact), "escalated", claims)
}

fn solved(n: u128, claims: Vec<Claim>) -> Event {
    let fact = SupportSolved { ticket: "4712".to_owned(), subject: None, status: Some("solved".to_owned()) };
    at(60, ticket(n, Fact::SupportSolved(fact), "solved", claims))
}

fn email() -> Vec<Claim> {
    vec![Claim { kind: ClaimKind::Email, value: "ada@example.com".to_owned(), role: Role::Customer }]
}

fn user(id: &str) -> Vec<Claim> {
    vec![Claim::external(&SourceName::from_static("zendesk"), "user", id, Role::Customer)]
}

fn closed(n: u128, how: Closing, subject: &str, subscription: Option<&str>) -> Event {
    let (invoice, subscription) = (subscription.is_none().then(|| invoice("in_1")), subscription.map(str::to_owned));
    let fact = PaymentClosed { invoice, payment: None, subscription, amount: None, how };
    at(60, event(n, Fact::PaymentClosed(fact), &format!("{subject} {how}"), subject))
}

fn statuses(world: &World, kind: ActionKind) -> Vec<ProposalStatus> {
    let of_kind = |proposal: &Proposal| proposal.card.action.kind() == kind;
    world.proposals().into_iter().filter(of_kind).map(|proposal| proposal.status).collect()
}

#[test]
fn nobody_is_asked_to_pay_what_is_no_longer_owed() {
    let invoice = "stripe:invoice:in_1";
    for how in [Closing::Voided, Closing::Uncollectible, Closing::Refunded, Closing::Canceled, Closing::Paid] {
        let world = World::new();
        world.happens(&payment_failed(1, "in_1"));
        world.happens(&payment_failed(2, "in_2"));
        assert_eq!(world.happens(&closed(3, how, invoice, None)).withdrawn, 2, "{how}");
        assert_eq!(world.happens(&closed(3, how, invoice, None)).events, 0, "{how}: it is told twice");
        let left: Vec<_> =
            world.proposals().into_iter().filter(|proposal| proposal.status == ProposalStatus::Pending).collect();
        assert!(left.len() == 2 && left.iter().all(|proposal| proposal.card.subject.as_str().ends_with("in_2")));
        assert_eq!(world.situation(world.record()).open_items.len(), 1, "{how}: the other invoice is open");
        world.verified();

        // Told first, it leaves nothing to propose.
        let world = World::new();
        world.happens(&closed(3, how, invoice, None));
        assert_eq!(world.happens(&payment_failed(1, "in_1")).proposed, 0, "{how}");
    }
}

#[test]
fn the_end_of_a_subscription_ends_what_is_asked_for_its_invoices() {
    let of = |n, id: &str, subscription: &str| {
        let mut event = payment_failed(n, id);
        if let Fact::PaymentFailed(failed) = &mut event.fact {
            failed.subscription = Some(subscription.to_owned());
        }
        event
    };
    let world = World::new();
    world.happens(&of(1, "in_1", "sub_1"));
    world.happens(&of(2, "in_2", "sub_1"));
    world.happens(&of(3, "in_3", "sub_2"));
    let ended = world.happens(&closed(4, Closing::SubscriptionEnded, "stripe:subscription:sub_1", Some("sub_1")));
    assert_eq!(ended.withdrawn, 4);
    assert_eq!(world.situation(world.record()).open_items.len(), 1, "what the other subscription owes");
    // Whoever approved the reminder in the same moment is stopped before the effect.
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    world.arrives(&closed(5, Closing::SubscriptionEnded, "stripe:subscription:sub_2", Some("sub_2")));
    let outcome = world.execute(task.id).unwrap();
    assert_eq!(outcome, ExecutionOutcome::Withdrawn("The subscription ended on 2026-11-23.".to_owned()));
    world.verified();
}

#[test]
fn one_caller_is_called_back_once_and_not_after_a_conversation() {
    for direction in [CallDirection::Inbound, CallDirection::Outbound] {
        let world = World::new();
        assert_eq!(world.happens(&missed(1, Some(ADA))).proposed, 1);
        let again = world.happens(&at(1, missed(2, Some(ADA))));
        assert_eq!((again.proposed, again.dropped), (0, 1), "there is one task for one caller");
        assert_eq!(world.proposal(ActionKind::CreateTask).card.timeline.len(), 1, "which shows the second call");
        assert_eq!(world.happens(&at(2, call(3, direction, CallResult::Busy, Some(ADA)))).withdrawn, 0);
        assert_eq!(world.happens(&at(15, call(4, direction, CallResult::Completed, Some(ADA)))).withdrawn, 1);
        let after = world.happens(&at(30, missed(5, Some(ADA))));
        assert_eq!(after.proposed, 1, "who calls again after the conversation is called back again");
        world.verified();
    }
}

#[test]
fn callers_who_withhold_their_number_are_nobody_in_particular() {
    let world = World::new();
    let records = [missed(1, None), missed(2, None)].map(|call| world.arrives(&call));
    for record in records {
        world.consider(record);
    }
    let conversation = world.arrives(&at(15, call(3, CallDirection::Inbound, CallResult::Completed, None)));
    assert_eq!(world.consider(conversation).withdrawn, 0);
    assert_eq!(statuses(&world, ActionKind::CreateTask), [ProposalStatus::Pending; 2]);
}

#[test]
fn a_task_that_was_ticked_off_does_not_swallow_the_next_call() {
    let world = World::new();
    world.happens(&missed(1, Some(ADA)));
    let task = world.approve(&world.proposal(ActionKind::CreateTask));
    world.execute(task.id).unwrap();
    let meanwhile = world.happens(&at(60, missed(2, Some(ADA))));
    assert_eq!((meanwhile.proposed, meanwhile.dropped), (0, 1), "its task is still open");
    world.db.tamper("UPDATE tasks SET done_at = 1, done_by = 'Ada'");
    assert_eq!(world.happens(&at(90, missed(3, Some(ADA)))).proposed, 1);
}

#[test]
fn a_solved_ticket_ends_the_call_to_step_in_whoever_tells_of_it() {
    let told = [
        (email(), email()),
        (email(), Vec::new()),
        (email(), user("77")),
        (user("77"), user("77")),
        (user("77"), Vec::new()),
        (Vec::new(), Vec::new()),
    ];
    for (first, then) in told {
        let world = World::new();
        world.happens(&escalated(1, first.clone()));
        assert_eq!(world.happens(&escalated(2, first.clone())).proposed, 0, "one ticket, one task");
        assert_eq!(world.happens(&solved(3, then.clone())).withdrawn, 2, "{first:?} {then:?}");
        assert_eq!(world.situation(world.record()).open_items.len(), 0, "{first:?} {then:?}");
        let reopened = world.happens(&at(120, escalated(4, first.clone())));
        assert_eq!(reopened.proposed, 2, "{first:?}: it escalates again");
    }
}

#[test]
fn who_has_booked_again_is_offered_no_other_time() {
    let booking = |id: &str| Booking {
        id: id.to_owned(),
        title: None,
        starts_at: None,
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    };
    let off = BookingCanceled { booking: booking("a"), canceled_by: CanceledBy::Customer, reason: None };
    let off = event(1, Fact::BookingCanceled(off), "calendly booking a canceled", "calendly:booking:a");
    let made = BookingCreated { booking: booking("b"), moved_from: None, answers: Vec::new() };
    let made = event(2, Fact::BookingCreated(made), "calendly booking b created", "calendly:booking:b");
    let made = at(5, made);
    for order in [[&off, &made], [&made, &off]] {
        let world = World::new();
        for event in order {
            world.happens(event);
        }
        assert!(!statuses(&world, ActionKind::DraftMessage).contains(&ProposalStatus::Pending));
    }
}

#[test]
fn the_same_form_three_times_is_one_matter() {
    let form = |n: u128, form: &str| {
        let fact = FormSubmitted { form: form.to_owned(), title: None, submission: None, answers: Vec::new() };
        event(n, Fact::FormSubmitted(fact), &format!("typeform response {n}"), &format!("typeform:response:{n}"))
    };
    let world = World::new();
    let proposed: Vec<_> = (1..=3).map(|n| world.happens(&form(n, "contact")).proposed).collect();
    assert_eq!((proposed, world.happens(&form(4, "repair")).proposed), (vec![1, 0, 0], 1));
}

#[test]
fn members_of_a_merged_record_see_one_another_s_ends() {
    // The end came first, to another record.
    let world = World::new();
    let other = Claim::external(&SourceName::from_static("stripe"), "customer", "cus_b", Role::Customer);
    let voided = Event { claims: vec![other], ..closed(1, Closing::Voided, "stripe:invoice:in_1", None) };
    let (two, one) = (world.arrives(&voided), world.arrives(&payment_failed(2, "in_1")));
    assert_ne!(one, two);
    for record in [one, two] {
        world.consider(record);
    }
    assert_eq!(statuses(&world, ActionKind::CreateTask), [ProposalStatus::Pending]);
    nerve_testkit::block_on(world.merger("Ada").merge(two, one)).unwrap();
    world.consider_announced();
    assert_eq!(statuses(&world, ActionKind::CreateTask), [ProposalStatus::Withdrawn]);
    world.verified();
}
