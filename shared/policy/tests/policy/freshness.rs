//! Freshness of actions.

use nerve_model::{
    Action, AddNote, Answered, CreateTask, Event, Executable, Millis, Placed, Priority, Proposal, ProposalStatus,
    Subject, Timestamp,
};
use nerve_policy::{Freshness, freshness};
use nerve_testkit::{
    events::{NOW, payment_failed},
    proposals::pending_task,
};

fn task(title: &str, due_at: Option<Timestamp>) -> Action {
    let (title, detail) = (title.to_owned(), String::new());
    Action::Executable(Executable::CreateTask(CreateTask {
        title,
        detail,
        priority: Priority::Normal,
        due_at,
        assignee: None,
    }))
}

/// The proposal to call Ada about `in_1`, with this status.
fn other(status: ProposalStatus) -> Proposal {
    Proposal { status, ..pending_task(1) }
}

/// A failed payment with this subject and time.
fn about(subject: &Subject, at: Timestamp) -> Answered<'_> {
    let event = Event { subject: subject.clone(), occurred_at: at, ..payment_failed(9, "in_9") };
    Answered::from(Placed { event: Box::leak(Box::new(event)), home: None })
}

#[test]
fn the_same_action_about_the_same_thing_is_proposed_once() {
    let subject = other(ProposalStatus::Pending).card.subject;
    let at = other(ProposalStatus::Pending).card.event.occurred_at;
    let another = Subject::new("stripe:invoice:in_2");
    let note = Action::Executable(Executable::AddNote(AddNote { text: "Call Ada".to_owned() }));
    for (action, subject, repeats) in [
        (task("Call Ada", None), &subject, true),
        (task("Call Ada", Some(NOW)), &subject, true),
        (task("Call Ada back", None), &subject, false),
        (note, &subject, false),
        (task("Call Ada", None), &another, false),
    ] {
        let found = freshness(&action, &about(subject, at), None, [&other(ProposalStatus::Pending)], &[]);
        assert_eq!(found != Freshness::Fresh, repeats, "{action:?} {subject}: {found:?}");
    }
}

#[test]
fn open_proposals_always_count_decided_ones_for_a_day() {
    use ProposalStatus::*;
    for (status, same_day, later) in [
        (Pending, true, true),
        (Approved, true, true),
        (Executing, true, true),
        (Failed, true, true),
        (Unknown, true, true),
        (Done, true, false),
        (Rejected, true, false),
        (Undone, true, false),
        (Withdrawn, false, false),
        (Expired, false, false),
    ] {
        let other = other(status);
        let first = other.card.event.occurred_at;
        for (at, counts) in [
            (first, same_day),
            (first + Millis::days(1), same_day),
            (first + Millis::days(1) + Millis(1), later),
            (first - Millis::days(30), same_day),
        ] {
            let found = freshness(&task("Call Ada", None), &about(&other.card.subject, at), None, [&other], &[]);
            let expected = if counts { Freshness::Repeated(other.id, status) } else { Freshness::Fresh };
            assert_eq!(found, expected, "{status} {at}");
        }
    }
}

#[test]
fn a_moot_action_is_moot_whether_or_not_it_repeats_another() {
    let other = other(ProposalStatus::Pending);
    let moot = "Invoice NRV-1 was paid.".to_owned();
    let about = about(&other.card.subject, NOW);
    let found = freshness(&task("Call Ada", None), &about, Some(moot.clone()), [&other], &[]);
    assert_eq!(found, Freshness::Moot(moot));
}
