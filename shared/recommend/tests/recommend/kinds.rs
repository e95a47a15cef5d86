//! The shipped playbook and the kinds of events that are not about money.

use crate::situations::{advise, outline, situation};
use nerve_model::{
    Action, AutomationFailed, Booking, BookingCanceled, CallDirection, CallEnded, CallResult, CanceledBy, Event,
    Executable, Fact, FormSubmitted, Millis, RunState, SupportEscalated,
};
use nerve_situation::Situation;
use nerve_testkit::events::{NOW, event, mail_from, payment_failed};

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

fn canceled_by(canceled_by: CanceledBy, title: Option<&str>, starts_in: Option<i64>) -> Event {
    let booking = Booking {
        id: "b".to_owned(),
        title: title.map(str::to_owned),
        starts_at: starts_in.map(|minutes| NOW + Millis::minutes(minutes)),
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    };
    let fact = BookingCanceled { booking, canceled_by, reason: Some("Internal remark.".to_owned()) };
    happened(1, Fact::BookingCanceled(fact), "calendly:booking:b")
}

fn canceled() -> Event {
    canceled_by(CanceledBy::Customer, None, None)
}

/// The subject and text of the only draft.
fn message(situation: &Situation) -> (String, String) {
    let advice = advise(situation);
    let drafts = advice.recommendations.iter().filter_map(|recommended| match &recommended.action {
        Action::Executable(Executable::DraftMessage(draft)) => Some((draft.subject.clone(), draft.body.clone())),
        _ => None,
    });
    let drafts: Vec<_> = drafts.collect();
    assert_eq!(drafts.len(), 1, "{advice:?}");
    drafts[0].clone()
}

#[test]
fn who_canceled_decides_what_is_said_of_which_appointment() {
    let day = 24 * 60;
    let whole = "\"Visit\" on 2026-11-24 10:00 UTC";
    for (by, subject, said) in [
        (CanceledBy::Customer, "Shall we find another time?", "you canceled your appointment{}. That is no trouble"),
        (CanceledBy::Us, "We are sorry: we cannot keep your appointment", "we cannot keep your appointment{}.\n"),
        (CanceledBy::Unknown, "Your appointment does not take place", "your appointment{} was canceled.\n"),
    ] {
        for (title, starts_in, what) in [
            (Some("Visit"), Some(day), format!(" {whole}")),
            (Some("Visit"), None, " \"Visit\"".to_owned()),
            (None, Some(day), " on 2026-11-24 10:00 UTC".to_owned()),
            (None, None, String::new()),
            // A date that has passed is not spoken of as one to come.
            (Some("Visit"), Some(0), " \"Visit\"".to_owned()),
            (Some("Visit"), Some(-day), " \"Visit\"".to_owned()),
        ] {
            let event = canceled_by(by, title, starts_in);
            let (found, body) = message(&situation(vec![], vec![event]));
            assert_eq!(found, subject, "{by}");
            assert!(body.contains(&said.replace("{}", &what)), "{by} {title:?} {starts_in:?}: {body}");
            assert!(!body.contains("Internal remark"), "{body}");
        }
    }
}

#[test]
fn a_message_greets_by_a_real_name_or_by_none() {
    let unnamed = "Unnamed customer (stripe:customer:cus_fail_56)";
    let table: [(&str, Option<&str>, Option<&str>, &str); 9] = [
        ("Ada Lovelace", None, None, "Hello Ada Lovelace,"),
        ("a.lindqvist@example.com", None, None, "Hello,"),
        ("-", Some("-"), None, "Hello,"),
        (unnamed, None, None, "Hello,"),
        (unnamed, Some("n/a"), Some("unknown"), "Hello,"),
        (unnamed, Some("Ada Lovelace"), None, "Hello Ada Lovelace,"),
        // Told by another event, before or since.
        (unnamed, None, Some("Ada Lovelace"), "Hello Ada Lovelace,"),
        ("ada@example.com", Some("ada@example.com"), Some("Ada Lovelace"), "Hello Ada Lovelace,"),
        ("Ada Lovelace", Some("A. L."), Some("Ada"), "Hello Ada Lovelace,"),
    ];
    for (record, own, other, expected) in table {
        let named = |event: Event, name: Option<&str>| Event { party_name: name.map(str::to_owned), ..event };
        let history = vec![named(mail_from(2, "ada@example.com"), other)];
        for event in [canceled(), payment_failed(1, "in_1")] {
            let mut situation = situation(history.clone(), vec![named(event, own)]);
            record.clone_into(&mut situation.record.name);
            let (subject, body) = message(&situation);
            assert_eq!(body.lines().next(), Some(expected), "{record} {own:?} {other:?}");
            assert!(!body.contains("Unnamed") && !subject.contains("Unnamed"), "{subject} {body}");
        }
    }
}

#[test]
fn an_attempt_that_has_passed_is_not_promised() {
    for (minutes, promised) in [(1, true), (0, false), (-3 * 24 * 60, false)] {
        let mut event = payment_failed(1, "in_1");
        if let Fact::PaymentFailed(failed) = &mut event.fact {
            failed.next_attempt_at = Some(NOW + Millis::minutes(minutes));
        }
        let situation = situation(vec![], vec![event]);
        assert_eq!(message(&situation).1.contains("We will try again on"), promised, "{minutes}");
        let reason = &advise(&situation).recommendations[0].reason;
        assert_eq!(reason.contains("next automatic attempt"), promised, "{reason}");
    }
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
