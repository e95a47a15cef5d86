//! What ends a proposal, kind by kind.

use nerve_model::{
    A_PERSON_ENDS, Action, ActionKind, AddNote, Answered, AutomationFailed, Booking, BookingCanceled, BookingCreated,
    CallDirection, CallEnded, CallResult, CanceledBy, Claim, ClaimKind, Closing, CreateTask, Event, EventKind,
    EventRef, Executable, Execution, Fact, FormSubmitted, MeetingTranscribed, Millis, PaymentClosed, Placed, Priority,
    Proposal, ProposalStatus, RecordStageChanged, Role, RunState, SETTLEMENTS, SourceName, SupportEscalated,
    SupportSolved, TaskId, is_one_task, settled_by,
};
use nerve_policy::{Freshness, freshness, moot, withdrawals};
use nerve_situation::{OpenTask, Situation};
use nerve_testkit::{
    events::{NOW, ada, amount, entry, event, invoice, invoice_paid, mail_from, payment_failed, record_id},
    proposals::pending_task,
};

const TASK: ActionKind = ActionKind::CreateTask;

/// The event on Ada's record.
fn here(event: &Event) -> Placed<'_> {
    Placed { event, home: Some(ada().id) }
}

fn at(minutes: i64, event: Event) -> Event {
    Event { occurred_at: NOW + Millis::minutes(minutes), ..event }
}

fn call(n: u128, minutes: i64, direction: CallDirection, result: CallResult, number: Option<&str>) -> Event {
    let fact = CallEnded { call: format!("c{n}"), direction, result, from: None, to: None, seconds: None };
    let subject = format!("twilio:call:c{n}");
    let claim = |value: &str| Claim { kind: ClaimKind::Phone, value: value.to_owned(), role: Role::Customer };
    let ended = event(n, Fact::CallEnded(fact), &format!("{subject} ended"), &subject);
    at(minutes, Event { claims: number.map(claim).into_iter().collect(), ..ended })
}

fn missed(n: u128, minutes: i64, number: Option<&str>) -> Event {
    call(n, minutes, CallDirection::Inbound, CallResult::NoAnswer, number)
}

fn closed(n: u128, minutes: i64, how: Closing, id: &str) -> Event {
    let whole = how == Closing::SubscriptionEnded;
    let fact = PaymentClosed {
        invoice: (!whole).then(|| invoice(id)),
        payment: None,
        subscription: whole.then(|| id.to_owned()),
        amount: (!whole).then(amount),
        how,
    };
    let subject = format!("stripe:{}:{id}", if whole { "subscription" } else { "invoice" });
    at(minutes, event(n, Fact::PaymentClosed(fact), &format!("{subject} {how}"), &subject))
}

fn subscribed(n: u128, id: &str, subscription: &str) -> Event {
    let mut event = payment_failed(n, id);
    if let Fact::PaymentFailed(failed) = &mut event.fact {
        failed.subscription = Some(subscription.to_owned());
    }
    event
}

fn escalated(n: u128, minutes: i64, ticket: &str) -> Event {
    let fact = SupportEscalated {
        ticket: ticket.to_owned(),
        subject: None,
        priority: None,
        status: None,
        group: None,
        assignee: None,
        because: "Urgent.".to_owned(),
    };
    let subject = format!("zendesk:ticket:{ticket}");
    at(minutes, event(n, Fact::SupportEscalated(fact), &format!("{subject} escalated {n}"), &subject))
}

fn solved(n: u128, minutes: i64, ticket: &str) -> Event {
    let fact = SupportSolved { ticket: ticket.to_owned(), subject: None, status: None };
    let subject = format!("zendesk:ticket:{ticket}");
    at(minutes, event(n, Fact::SupportSolved(fact), &format!("{subject} solved {n}"), &subject))
}

fn booking(id: &str) -> Booking {
    Booking {
        id: id.to_owned(),
        title: None,
        starts_at: None,
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    }
}

fn canceled(n: u128, minutes: i64, id: &str) -> Event {
    let fact = BookingCanceled { booking: booking(id), canceled_by: CanceledBy::Customer, reason: None };
    let subject = format!("calendly:booking:{id}");
    at(minutes, event(n, Fact::BookingCanceled(fact), &format!("{subject} canceled"), &subject))
}

fn booked(n: u128, minutes: i64, id: &str) -> Event {
    let fact = BookingCreated { booking: booking(id), moved_from: None, answers: Vec::new() };
    let subject = format!("calendly:booking:{id}");
    at(minutes, event(n, Fact::BookingCreated(fact), &format!("{subject} created"), &subject))
}

fn form(n: u128, minutes: i64, form: &str) -> Event {
    let fact = FormSubmitted { form: form.to_owned(), title: None, submission: None, answers: Vec::new() };
    let subject = format!("typeform:response:{n}");
    at(minutes, event(n, Fact::FormSubmitted(fact), &format!("{subject} submitted"), &subject))
}

fn run(n: u128, minutes: i64, state: RunState, workflow: &str) -> Event {
    let (place, run, reason) = (None, None, None);
    let fact = AutomationFailed { workflow: workflow.to_owned(), place, run, attempt: None, state, reason };
    let subject = format!("github:workflow:{workflow}");
    at(minutes, event(n, Fact::AutomationFailed(fact), &format!("{subject} run {n}"), &subject))
}

fn met(n: u128, minutes: i64) -> Event {
    let fact = MeetingTranscribed {
        meeting: "m".to_owned(),
        title: None,
        started_at: None,
        ended_at: None,
        participants: Vec::new(),
        summary: None,
        transcript: None,
        action_items: Vec::new(),
    };
    at(minutes, event(n, Fact::MeetingTranscribed(fact), "zoom meeting m", "zoom:meeting:m"))
}

fn moved(n: u128, minutes: i64, to: &str) -> Event {
    let fact = RecordStageChanged {
        object: "deal".to_owned(),
        id: "7".to_owned(),
        property: None,
        name: None,
        from: None,
        to: Some(to.to_owned()),
        changed_by: None,
    };
    at(minutes, event(n, Fact::RecordStageChanged(fact), &format!("deal 7 {n}"), "hubspot:deal:7"))
}

#[test]
fn every_kind_of_event_has_an_end_or_is_left_to_a_person() {
    for kind in EventKind::ALL {
        let settled = SETTLEMENTS.iter().any(|line| line.answers == *kind);
        let left = A_PERSON_ENDS.iter().filter(|(left, _)| left == kind).count();
        assert_eq!((settled, left), (left == 0, usize::from(!settled)), "{kind}");
    }
}

#[test]
fn each_kind_is_settled_by_what_ends_it_and_by_nothing_else() {
    let number = Some("+4930901820");
    let (inbound, outbound, completed) = (CallDirection::Inbound, CallDirection::Outbound, CallResult::Completed);
    let hour = 60;
    let paid = Some("Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00).");
    let voided = Some("Invoice NRV-in_1 was voided on 2026-11-23.");
    let ended = Some("The subscription ended on 2026-11-23.");
    let well = Some("It ran well again on 2026-11-23.");
    let done = Some("Ticket 7 was solved on 2026-11-23.");
    let booked_again = Some("They booked an appointment on 2026-11-23.");
    let reached = Some("They were called and reached on 2026-11-23.");
    let called_again = Some("They called again and were answered on 2026-11-23.");
    let zero = |event: Event| {
        let mut event = event;
        if let Fact::CallEnded(call) = &mut event.fact {
            call.seconds = Some(0);
        }
        event
    };
    let table: Vec<(&str, Event, Event, Option<&str>)> = vec![
        ("paid", payment_failed(1, "in_1"), invoice_paid(2, "in_1"), paid),
        ("paid before it is said to fail", at(hour, payment_failed(1, "in_1")), invoice_paid(2, "in_1"), paid),
        ("another invoice paid", payment_failed(1, "in_1"), invoice_paid(2, "in_2"), None),
        ("in test mode", payment_failed(1, "in_1"), Event { test: true, ..invoice_paid(2, "in_1") }, None),
        ("voided", payment_failed(1, "in_1"), closed(2, hour, Closing::Voided, "in_1"), voided),
        ("voided, told first", at(hour, payment_failed(1, "in_1")), closed(2, 0, Closing::Voided, "in_1"), voided),
        ("another voided", payment_failed(1, "in_1"), closed(2, hour, Closing::Voided, "in_2"), None),
        ("mailed", payment_failed(1, "in_1"), at(hour, mail_from(2, "ada@example.com")), None),
        ("subscription", subscribed(1, "in_1", "s"), closed(2, hour, Closing::SubscriptionEnded, "s"), ended),
        ("another's", subscribed(1, "in_1", "s"), closed(2, hour, Closing::SubscriptionEnded, "t"), None),
        ("no subscription", payment_failed(1, "in_1"), closed(2, hour, Closing::SubscriptionEnded, "s"), None),
        (
            "a subscription that ended before",
            at(hour, subscribed(1, "in_1", "s")),
            closed(2, 0, Closing::SubscriptionEnded, "s"),
            None,
        ),
        ("ran well", run(1, 0, RunState::Failed, "w"), run(2, hour, RunState::Recovered, "w"), well),
        ("ran well before", run(1, hour, RunState::Failed, "w"), run(2, 0, RunState::Recovered, "w"), None),
        ("another ran", run(1, 0, RunState::Failed, "w"), run(2, hour, RunState::Recovered, "v"), None),
        ("solved", escalated(1, 0, "7"), solved(2, hour, "7"), done),
        ("at once", escalated(1, 0, "7"), solved(2, 0, "7"), done),
        ("solved before", escalated(1, hour, "7"), solved(2, 0, "7"), None),
        ("another solved", escalated(1, 0, "7"), solved(2, hour, "8"), None),
        ("booked again", canceled(1, 0, "a"), booked(2, hour, "b"), booked_again),
        ("booked before", canceled(1, hour, "a"), booked(2, 0, "a"), None),
        ("we reached them", missed(1, 0, number), call(2, hour, outbound, completed, number), reached),
        ("they called again", missed(1, 0, number), call(2, hour, inbound, completed, number), called_again),
        ("they had called", missed(1, hour, number), call(2, 0, inbound, completed, number), None),
        ("not reached", missed(1, 0, number), call(2, hour, outbound, CallResult::NoAnswer, number), None),
        ("hung up at once", missed(1, 0, number), zero(call(2, hour, outbound, completed, number)), None),
        ("another number", missed(1, 0, number), call(2, hour, outbound, completed, Some("+4930901821")), None),
        ("withheld", missed(1, 0, None), call(2, hour, inbound, completed, None), None),
        ("form, then a call", form(1, 0, "f"), call(2, hour, outbound, completed, number), reached),
        ("form, then no answer", form(1, 0, "f"), call(2, hour, outbound, CallResult::Busy, number), None),
        ("form, then booked", form(1, 0, "f"), booked(2, hour, "b"), booked_again),
        ("form, then met", form(1, 0, "f"), met(2, hour), Some("There was a meeting with them on 2026-11-23.")),
        ("form, then won", form(1, 0, "f"), moved(2, hour, "won"), Some("The deal moved to won on 2026-11-23.")),
        ("form, then on its way", form(1, 0, "f"), moved(2, hour, "offer"), None),
        ("form again", form(1, 0, "f"), form(2, hour, "f"), None),
    ];
    for (case, answered, later, expected) in table {
        assert_eq!(settled_by(here(&later), &Answered::from(here(&answered)), TASK).as_deref(), expected, "{case}");
        // A card keeps enough of its event to tell the same, as far as nothing newer reports the same failure.
        let card = proposal(&answered, TASK).card;
        assert_eq!(settled_by(here(&later), &Answered::from(&card), TASK).as_deref(), expected, "{case}: by its card");
        // In any order of arrival.
        for (history, pending) in [(&answered, &later), (&later, &answered)] {
            let situation = Situation {
                history: vec![entry(1, history.clone())],
                pending: vec![entry(2, pending.clone())],
                ..Situation::of(ada())
            };
            let entries = || situation.pending.iter().chain(&situation.history);
            let asked_about = entries().find(|entry| entry.event.id == answered.id).unwrap();
            assert_eq!(moot(&situation, asked_about, TASK).as_deref(), expected, "{case}");
            let ended: Vec<_> =
                withdrawals(&situation, &[proposal(&answered, TASK)]).into_iter().map(|moot| moot.reason).collect();
            assert_eq!(ended.first().map(String::as_str), expected, "{case}");
        }
        assert_eq!(settled_by(here(&answered), &Answered::from(here(&answered)), TASK), None, "{case}: by itself");
    }
}

#[test]
fn what_only_concerns_the_party_leaves_notes_as_true_as_they_were() {
    let (asked, later) = (form(1, 0, "f"), booked(2, 60, "b"));
    for (action, ends) in [
        (ActionKind::CreateTask, true),
        (ActionKind::DraftMessage, true),
        (ActionKind::NotifyInternal, true),
        (ActionKind::AddNote, false),
        (ActionKind::ClassifyEvent, false),
    ] {
        assert_eq!(settled_by(here(&later), &Answered::from(here(&asked)), action).is_some(), ends, "{action}");
    }
    let paid = settled_by(
        here(&invoice_paid(2, "in_1")),
        &Answered::from(here(&payment_failed(1, "in_1"))),
        ActionKind::AddNote,
    );
    assert!(paid.is_some(), "what is about the invoice ends with it");
}

/// A pending proposal that answers this event.
fn proposal(event: &Event, action: ActionKind) -> Proposal {
    let mut proposal = pending_task(1);
    proposal.card.event = EventRef {
        id: event.id,
        kind: event.kind(),
        occurred_at: event.occurred_at,
        test: event.test,
        ..proposal.card.event
    };
    proposal.card.subject = event.subject.clone();
    proposal.card.matter = Answered::from(here(event)).into_matter();
    if action == ActionKind::AddNote {
        proposal.card.action = Action::Executable(Executable::AddNote(AddNote { text: "n".to_owned() }));
    }
    proposal
}

#[test]
fn what_one_party_did_ends_nothing_of_another_whose_record_was_merged() {
    let (form_sent, booking, call) = (form(1, 0, "f"), booked(2, 60, "b"), missed(3, 0, Some("+4930901820")));
    let elsewhere = |event| Placed { event, home: Some(record_id(2)) };
    let ended = |event, by| settled_by(by, &Answered::from(here(event)), TASK).is_some();
    assert!(ended(&form_sent, here(&booking)) && !ended(&form_sent, elsewhere(&booking)));
    let again = form(4, 60, "f");
    assert!(!is_one_task(&Answered::from(here(&form_sent)), &Answered::from(elsewhere(&again))));
    // What names the matter itself is one matter wherever it came.
    let reached = call_back(5, 60);
    assert!(ended(&call, elsewhere(&reached)));
    assert!(ended(&payment_failed(6, "in_1"), elsewhere(&invoice_paid(7, "in_1"))));
}

fn call_back(n: u128, minutes: i64) -> Event {
    call(n, minutes, CallDirection::Outbound, CallResult::Completed, Some("+4930901820"))
}

#[test]
fn only_what_has_not_begun_is_withdrawn_and_a_payment_is_the_better_reason() {
    let attempt = |n, attempt| {
        let mut event = payment_failed(n, "in_1");
        if let Fact::PaymentFailed(failed) = &mut event.fact {
            failed.attempt = Some(attempt);
        }
        event
    };
    let situation = |later: Vec<Event>| Situation {
        history: vec![entry(1, attempt(1, 1))],
        pending: (2..).zip(later).map(|(seq, event)| entry(seq, event)).collect(),
        ..Situation::of(ada())
    };
    for status in ProposalStatus::ALL {
        let open = matches!(status, ProposalStatus::Pending | ProposalStatus::Approved);
        for (later, reason) in [
            (vec![invoice_paid(5, "in_1")], "was paid"),
            (vec![attempt(5, 2)], "Attempt 2 failed since."),
            (vec![attempt(5, 2), attempt(6, 3), invoice_paid(7, "in_1")], "was paid"),
        ] {
            let proposal = Proposal { status: *status, ..proposal(&attempt(1, 1), TASK) };
            let ended = withdrawals(&situation(later), &[proposal]);
            assert_eq!(ended.len(), usize::from(open), "{status}");
            assert!(ended.iter().all(|moot| moot.reason.contains(reason)), "{status}: {ended:?}");
        }
    }
    let earlier = withdrawals(&situation(vec![attempt(5, 0)]), &[proposal(&attempt(1, 1), TASK)]);
    assert_eq!(earlier, [], "an earlier attempt, told late");
}

fn action(title: &str) -> Action {
    let (title, detail) = (title.to_owned(), String::new());
    let task = CreateTask { title, detail, priority: Priority::Normal, due_at: None, assignee: None };
    Action::Executable(Executable::CreateTask(task))
}

#[test]
fn what_two_events_ask_for_is_proposed_once_while_it_is_to_be_done() {
    let number = Some("+4930901820");
    let reply =
        |n| Event { fact: mail_from(n, "v@example.com").fact.into_vendor_reply(), ..mail_from(1, "v@example.com") };
    let of = |source, event: Event| Event { source: SourceName::new(source), ..event };
    let table: Vec<(&str, Event, Event, bool)> = vec![
        ("one caller", missed(1, 0, number), missed(2, 60, number), true),
        ("two callers", missed(1, 0, number), missed(2, 60, Some("+4930901821")), false),
        ("withheld callers", missed(1, 0, None), missed(2, 60, None), false),
        ("one form", form(1, 0, "f"), form(2, 60, "f"), true),
        ("two forms", form(1, 0, "f"), form(2, 60, "g"), false),
        ("a form of that id elsewhere", form(1, 0, "f"), of("calcom", form(2, 60, "f")), false),
        ("one ticket", escalated(1, 0, "7"), escalated(2, 60, "7"), true),
        ("two tickets", escalated(1, 0, "7"), escalated(2, 60, "8"), false),
        ("one thread", reply(1), reply(2), true),
        ("two appointments", canceled(1, 0, "a"), canceled(2, 60, "b"), false),
        ("two invoices", payment_failed(1, "in_1"), payment_failed(2, "in_2"), false),
    ];
    for (case, first, second, once) in table {
        let other = proposal(&first, TASK);
        let found = |other: &Proposal, tasks: &[OpenTask]| {
            freshness(&action("Something else"), &Answered::from(here(&second)), None, [other], tasks)
                != Freshness::Fresh
        };
        assert_eq!(found(&other, &[]), once, "{case}");
        for status in [ProposalStatus::Rejected, ProposalStatus::Withdrawn, ProposalStatus::Expired] {
            assert!(!found(&Proposal { status, ..other.clone() }, &[]), "{case}: {status}");
        }
        // Done, it counts as long as the task that it made is open.
        let id = TaskId::new(NOW, 1);
        let execution = Execution { result: Some(id.to_string()), ..Execution::default() };
        let done = Proposal { status: ProposalStatus::Done, execution, ..other };
        let open = OpenTask { id, title: "t".to_owned(), due_at: None };
        assert_eq!((found(&done, &[open]), found(&done, &[])), (once, false), "{case}: done");
    }
    let note = proposal(&missed(1, 0, number), ActionKind::AddNote);
    let found = freshness(&action("Call"), &Answered::from(here(&missed(2, 60, number))), None, [&note], &[]);
    assert_eq!(found, Freshness::Fresh, "a note is no call");
}
