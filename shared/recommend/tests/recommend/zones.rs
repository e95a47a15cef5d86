//! Dates and due times of proposals by the business's clock.

use crate::situations::{failed, situation};
use nerve_model::{
    Action, Booking, BookingCanceled, CanceledBy, CreateTask, Event, Executable, Fact, Millis, TimeZone, Timestamp,
};
use nerve_recommend::{Playbook, Recommender};
use nerve_testkit::{
    block_on,
    events::{NOW, berlin, event, invoice_paid, payment_failed},
};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn always(name: &str, minutes: i64) -> TimeZone {
    TimeZone::sampled(name, NOW, NOW, |_| Millis::minutes(minutes))
}

/// What is proposed at a time: the texts of all actions with their reasons, and the due times of the tasks.
fn proposed(zone: TimeZone, history: Vec<Event>, event: Event, now: Timestamp) -> (String, Vec<Timestamp>) {
    let playbook = Playbook::load(zone).unwrap();
    let advice = block_on(playbook.recommend(&situation(history, vec![event]), now)).unwrap();
    let (mut texts, mut dues) = (String::new(), Vec::new());
    for recommended in advice.recommendations {
        texts.push_str(&recommended.reason);
        match recommended.action {
            Action::Executable(Executable::CreateTask(CreateTask { detail, due_at, .. })) => {
                texts.push_str(&detail);
                dues.extend(due_at);
            }
            Action::Executable(Executable::DraftMessage(draft)) => texts.push_str(&draft.body),
            Action::Executable(Executable::AddNote(note)) => texts.push_str(&note.text),
            _ => {}
        }
    }
    (texts, dues)
}

#[test]
fn a_date_is_that_of_the_business() {
    for (zone, instant, date) in [
        (TimeZone::default(), "2026-11-26T23:30:00Z", "2026-11-26"),
        (berlin(), "2026-11-26T22:59:59Z", "2026-11-26"),
        (berlin(), "2026-11-26T23:00:00Z", "2026-11-27"),
        (berlin(), "2027-03-27T22:30:00Z", "2027-03-27"),
        (berlin(), "2027-03-28T22:30:00Z", "2027-03-29"),
        (always("America/New_York", -300), "2026-11-26T03:00:00Z", "2026-11-25"),
        (always("Asia/Kolkata", 330), "2026-11-26T18:30:00Z", "2026-11-27"),
        (always("Pacific/Kiritimati", 840), "2026-12-31T10:00:00Z", "2027-01-01"),
        // Told without a time.
        (always("America/New_York", -300), "2026-11-26T00:00:00Z", "2026-11-26"),
        (berlin(), "2026-11-26T00:00:00Z", "2026-11-26"),
    ] {
        let next = failed(1, "in_1", |failed| failed.next_attempt_at = Some(at(instant)));
        let (texts, _) = proposed(zone.clone(), Vec::new(), next, NOW);
        assert_eq!(texts.matches(&format!("on {date}.")).count(), 4, "{} {instant}: {texts}", zone.name());
        assert!(!texts.contains("UTC") && !texts.contains(zone.name()), "a date alone names no clock: {texts}");

        let mut paid = invoice_paid(2, "in_1");
        if let Fact::InvoicePaid(paid) = &mut paid.fact {
            paid.paid_at = Some(at(instant));
        }
        let (texts, _) = proposed(zone.clone(), vec![payment_failed(1, "in_1")], paid, NOW);
        assert!(texts.contains(&format!("on {date}")), "{} {instant}: {texts}", zone.name());
    }
}

#[test]
fn a_time_of_day_names_its_clock() {
    for (zone, instant, said) in [
        (TimeZone::default(), "2026-11-26T23:30:00Z", "2026-11-26 23:30 UTC"),
        (berlin(), "2026-11-26T23:30:00Z", "2026-11-27 00:30 Europe/Berlin"),
        (berlin(), "2027-03-28T00:59:00Z", "2027-03-28 01:59 Europe/Berlin"),
        (berlin(), "2027-03-28T01:00:00Z", "2027-03-28 03:00 Europe/Berlin"),
        (always("Asia/Kolkata", 330), "2026-11-26T00:00:00Z", "2026-11-26 05:30 Asia/Kolkata"),
    ] {
        let booking = Booking {
            id: "b".to_owned(),
            title: None,
            starts_at: Some(at(instant)),
            ends_at: None,
            time_zone: Some("Europe/Lisbon".to_owned()),
            host: None,
            location: None,
        };
        let canceled = BookingCanceled { booking, canceled_by: CanceledBy::Us, reason: None };
        let canceled = event(1, Fact::BookingCanceled(canceled), "calendly:booking:b canceled", "calendly:booking:b");
        let (texts, _) = proposed(zone, Vec::new(), canceled, NOW);
        assert!(texts.contains(&format!("your appointment on {said}.")), "{texts}");
    }
}

#[test]
fn a_task_is_due_at_the_same_time_of_day() {
    for (zone, now, due) in [
        (TimeZone::default(), "2027-03-27T10:00:00Z", "2027-03-29T10:00:00Z"),
        (berlin(), "2027-03-27T10:00:00Z", "2027-03-29T09:00:00Z"),
        (berlin(), "2026-10-24T22:30:00.250Z", "2026-10-26T23:30:00.250Z"),
        (berlin(), "2026-11-23T10:00:00Z", "2026-11-25T10:00:00Z"),
    ] {
        let (_, dues) = proposed(zone, Vec::new(), payment_failed(1, "in_1"), at(now));
        assert_eq!(dues, [at(due)], "{now}");
    }
}
