//! The shipped playbook and the kinds of events that are not about money.

use crate::situations::{advise, outline, situation};
use nerve_model::{
    AutomationFailed, Booking, BookingCanceled, CallDirection, CallEnded, CallResult, CanceledBy, Event, Fact,
    FormSubmitted, Millis, RunState, SupportEscalated,
};
use nerve_testkit::events::{NOW, event, mail_from};

fn happened(n: u128, fact: Fact, subject: &str) -> Event {
    Event { summary: format!("Event {n}"), ..event(n, fact, &format!("{subject} {n}"), subject) }
}

fn call(direction: CallDirection, result: CallResult) -> Event {
    let fact = CallEnded { call: "c".to_owned(), direction, result, from: None, to: None, seconds: None };
    happened(1, Fact::CallEnded(fact), "twilio:call:c")
}

fn run(n: u128, state: RunState, minutes: i64) -> Event {
    let reason = Some("Disk full.".to_owned());
    let workflow = "Export".to_owned();
    let fact = AutomationFailed { workflow, place: None, run: None, attempt: None, state, reason };
    let event = happened(n, Fact::AutomationFailed(fact), "github:workflow:export");
    Event { occurred_at: NOW + Millis::minutes(minutes), ..event }
}

fn canceled() -> Event {
    let booking = Booking {
        id: "b".to_owned(),
        title: None,
        starts_at: None,
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    };
    let fact = BookingCanceled { booking, canceled_by: CanceledBy::Customer, reason: None };
    happened(1, Fact::BookingCanceled(fact), "calendly:booking:b")
}

fn escalated() -> Event {
    let fact = SupportEscalated {
        ticket: "5".to_owned(),
        subject: None,
        priority: None,
        status: None,
        group: None,
        assignee: None,
        because: "Urgent.".to_owned(),
    };
    happened(1, Fact::SupportEscalated(fact), "zendesk:ticket:5")
}

#[test]
fn each_kind_has_its_next_step_or_none() {
    let form = FormSubmitted { form: "f".to_owned(), title: None, submission: None, answers: Vec::new() };
    let form = happened(1, Fact::FormSubmitted(form), "typeform:response:1");
    let mail = mail_from(1, "ada@example.com");
    let reply = Event { fact: mail.fact.clone().into_vendor_reply(), ..mail.clone() };
    let table: [(Event, &[&str]); 9] = [
        (form, &["1 form-submitted crm.create_task"]),
        (mail, &[]),
        (reply, &["1 vendor-replied crm.create_task"]),
        (canceled(), &["1 booking-canceled message.draft"]),
        (escalated(), &["1 support-escalated crm.create_task", "1 support-escalated notify.internal"]),
        (call(CallDirection::Inbound, CallResult::NoAnswer), &["1 call-missed crm.create_task"]),
        (call(CallDirection::Inbound, CallResult::Completed), &[]),
        (call(CallDirection::Outbound, CallResult::NoAnswer), &[]),
        (run(1, RunState::Failed, 0), &["1 automation-failed crm.create_task"]),
    ];
    for (event, expected) in table {
        let kind = event.kind();
        assert_eq!(outline(&advise(&situation(vec![], vec![event]))), expected, "{kind}");
    }
}

#[test]
fn an_automation_that_runs_again_leaves_nothing_to_do() {
    let failed = run(1, RunState::Failed, 0);
    let after = |newer: Event| outline(&advise(&situation(vec![failed.clone()], vec![newer])));
    assert_eq!(after(run(2, RunState::Recovered, 5)), [""; 0]);
    assert_eq!(after(run(2, RunState::Failed, 5)), ["2 automation-failed crm.create_task"]);

    // Reported in the wrong order: a run before the failure settles nothing.
    for (minutes, steps) in [(5, 0), (-5, 1)] {
        let late = situation(vec![run(2, RunState::Recovered, minutes)], vec![failed.clone()]);
        assert_eq!(advise(&late).recommendations.len(), steps, "{minutes}");
    }
}

/// A sender's summary may begin with the customer and end with the reason; the playbook names both too.
#[test]
fn a_name_and_a_reason_are_said_once() {
    let texts = |summary: &str, event: Event| {
        let event = Event { summary: summary.to_owned(), ..event };
        let advice = advise(&situation(vec![], vec![event]));
        let headline = |n: usize| advice.recommendations.get(n).map(|one| one.action.headline().to_owned());
        (advice.recommendations[0].reason.clone(), headline(0).unwrap(), headline(1))
    };
    let said = |reason: &str, task: &str, notice: &str| (reason.to_owned(), task.to_owned(), Some(notice.to_owned()));
    for (summary, expected) in [
        (
            "Ada Lovelace: \"Pump leaks\" escalated: Urgent",
            said(
                "\"Pump leaks\" escalated: Urgent.",
                "Step in for Ada Lovelace: \"Pump leaks\" escalated: Urgent",
                "Ada Lovelace: \"Pump leaks\" escalated: Urgent",
            ),
        ),
        (
            "Ada Lovelace: Ada Lovelace: ticket 5",
            said(
                "Ticket 5. Why it counts as escalated: Urgent.",
                "Step in for Ada Lovelace: Ticket 5",
                "Ada Lovelace: Ticket 5",
            ),
        ),
        (
            "Ada Lovelace cannot log in",
            said(
                "Ada Lovelace cannot log in. Why it counts as escalated: Urgent.",
                "Step in for Ada Lovelace: Ada Lovelace cannot log in",
                "Ada Lovelace cannot log in",
            ),
        ),
        (
            "Ticket 5 escalated",
            said(
                "Ticket 5 escalated. Why it counts as escalated: Urgent.",
                "Step in for Ada Lovelace: Ticket 5 escalated",
                "Ada Lovelace: Ticket 5 escalated",
            ),
        ),
    ] {
        assert_eq!(texts(summary, escalated()), expected, "{summary}");
    }
    let (reason, ..) = texts("Export failed: Disk full", run(1, RunState::Failed, 0));
    assert_eq!(reason, "Export failed: Disk full.");
    let (reason, ..) = texts("Export failed", run(1, RunState::Failed, 0));
    assert_eq!(reason, "Export failed. Reason given: Disk full.");
}
