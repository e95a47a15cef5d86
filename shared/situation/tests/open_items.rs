//! Open items: the latest fact decides, in whatever order facts arrive, at a constant cost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{
    AutomationFailed, Booking, BookingCanceled, BookingCreated, CanceledBy, Event, Fact, Millis, RecordStageChanged,
    RunState, SemanticKey, Subject, SupportEscalated, Timestamp,
};
use nerve_ports::{ObjectStorage, Statement};
use nerve_protocol::record::NewEntry;
use nerve_situation::timeline;
use nerve_testkit::{
    ObjectSqlite,
    events::{NOW, confident, invoice_paid, payment_failed},
};

fn at(days: i64) -> Timestamp {
    NOW + Millis::days(days)
}

/// An event about a subject on a day.
fn happened(n: u128, subject: &str, what: &str, day: i64, fact: Fact) -> Event {
    let subject = Subject::new(subject);
    let semantic_key = SemanticKey::about(&subject, format_args!("{what} {n}"));
    Event { fact, subject, semantic_key, occurred_at: at(day), summary: what.to_owned(), ..payment_failed(n, "in_0") }
}

fn failed(n: u128, invoice: &str, day: i64) -> Event {
    happened(n, &format!("stripe:invoice:{invoice}"), "failed", day, payment_failed(n, invoice).fact)
}

fn paid(n: u128, invoice: &str, day: i64) -> Event {
    happened(n, &format!("stripe:invoice:{invoice}"), "paid", day, invoice_paid(n, invoice).fact)
}

fn booking(id: &str, starts: i64) -> Booking {
    Booking {
        id: id.to_owned(),
        title: Some("Visit".to_owned()),
        starts_at: Some(at(starts)),
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    }
}

fn booked(n: u128, id: &str, day: i64, starts: i64, moved_from: Option<&str>) -> Event {
    let made =
        BookingCreated { booking: booking(id, starts), moved_from: moved_from.map(str::to_owned), answers: Vec::new() };
    happened(n, &format!("calcom:booking:{id}"), "booked", day, Fact::BookingCreated(made))
}

fn canceled(n: u128, id: &str, day: i64) -> Event {
    let off = BookingCanceled { booking: booking(id, 9), canceled_by: CanceledBy::Customer, reason: None };
    happened(n, &format!("calcom:booking:{id}"), "canceled", day, Fact::BookingCanceled(off))
}

fn run(n: u128, day: i64, state: RunState) -> Event {
    let run = AutomationFailed {
        workflow: "Nightly export".to_owned(),
        place: None,
        run: None,
        attempt: None,
        state,
        reason: None,
    };
    happened(n, "github:workflow:7", state.as_str(), day, Fact::AutomationFailed(run))
}

fn moved(n: u128, day: i64, to: Option<&str>) -> Event {
    let moved = RecordStageChanged {
        object: "deal".to_owned(),
        id: "7".to_owned(),
        property: None,
        name: None,
        from: None,
        to: to.map(str::to_owned),
        changed_by: None,
    };
    happened(n, "hubspot:deal:1/7", "moved", day, Fact::RecordStageChanged(moved))
}

/// The stage that a contact has beside its stage.
fn status(n: u128, day: i64, to: Option<&str>) -> Event {
    let event = moved(n, day, to);
    let Fact::RecordStageChanged(mut moved) = event.fact else { panic!() };
    moved.property = Some("hs_lead_status".to_owned());
    happened(n, "hubspot:deal:1/7", "status", day, Fact::RecordStageChanged(moved))
}

#[test]
fn each_stage_of_a_subject_goes_on_by_itself() {
    let on = |days: &[i64]| days.iter().map(|day| format!("hubspot:deal:1/7 {}", at(*day).date())).collect::<Vec<_>>();
    for (events, open) in [
        (vec![moved(1, -3, Some("lead")), status(2, -2, Some("open"))], on(&[-3, -2])),
        (vec![moved(1, -3, Some("lead")), status(2, -2, Some("open")), status(3, -1, None)], on(&[-3])),
        (vec![moved(1, -3, Some("lead")), status(2, -2, Some("open")), moved(3, -1, None)], on(&[-2])),
        (vec![status(1, -3, Some("new")), status(2, -2, Some("open")), moved(3, -1, Some("won"))], on(&[-2, -1])),
    ] {
        for order in orders(&events) {
            let mut found = open_after(&order);
            found.sort();
            assert_eq!(found, open, "{order:?}");
        }
    }
}

fn escalated(n: u128, day: i64) -> Event {
    let case = SupportEscalated {
        ticket: "77".to_owned(),
        subject: None,
        priority: None,
        status: None,
        group: None,
        assignee: None,
        because: "urgent".to_owned(),
    };
    happened(n, "zendesk:ticket:77", "escalated", day, Fact::SupportEscalated(case))
}

fn open_after(events: &[&Event]) -> Vec<String> {
    let storage = ObjectSqlite::default();
    timeline::open(&storage).unwrap();
    for event in events {
        for _ in 0..2 {
            timeline::append(&storage, &NewEntry { event: (*event).clone(), matched: confident() }, NOW).unwrap();
        }
    }
    let open_items = timeline::pending(&storage, 0, NOW).unwrap().open_items;
    open_items.iter().map(|entry| format!("{} {}", entry.event.subject, entry.event.occurred_at.date())).collect()
}

/// Every order of these events.
fn orders(events: &[Event]) -> Vec<Vec<&Event>> {
    if events.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for n in 0..events.len() {
        let rest: Vec<Event> = events.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, e)| e.clone()).collect();
        for order in orders(&rest) {
            let ids: Vec<_> = order.iter().map(|event| event.id).collect();
            let find = |id| events.iter().find(|event| event.id == id).unwrap();
            all.push(std::iter::once(&events[n]).chain(ids.into_iter().map(find)).collect());
        }
    }
    all
}

#[test]
fn the_latest_fact_decides_in_any_order_of_arrival() {
    let in_1 = |day: i64| vec![format!("stripe:invoice:in_1 {}", at(day).date())];
    for (events, open) in [
        (vec![failed(1, "in_1", -3)], in_1(-3)),
        (vec![failed(1, "in_1", -3), failed(2, "in_1", -1)], in_1(-1)),
        (vec![failed(1, "in_1", -3), failed(2, "in_1", -2), paid(3, "in_1", -1)], vec![]),
        (vec![paid(1, "in_1", -3), failed(2, "in_1", -1)], in_1(-1)),
        (vec![failed(1, "in_1", -3), paid(2, "in_2", -1)], in_1(-3)),
        (vec![booked(1, "b1", -3, 2, None), canceled(2, "b1", -1)], vec![]),
        (vec![booked(1, "b1", -3, -1, None)], vec![]),
        (
            vec![booked(1, "b1", -3, 2, None), booked(2, "b2", -2, 5, Some("b1")), escalated(3, -40)],
            vec![format!("calcom:booking:b2 {}", at(-2).date())],
        ),
        (vec![run(1, -3, RunState::Failed), run(2, -2, RunState::Recovered)], vec![]),
        (
            vec![run(1, -3, RunState::Recovered), run(2, -2, RunState::Failed)],
            vec![format!("github:workflow:7 {}", at(-2).date())],
        ),
        (vec![moved(1, -3, Some("won")), moved(2, -2, None)], vec![]),
        (vec![moved(1, -3, None), moved(2, -2, Some("won"))], vec![format!("hubspot:deal:1/7 {}", at(-2).date())]),
        (vec![escalated(1, -2)], vec![format!("zendesk:ticket:77 {}", at(-2).date())]),
    ] {
        for order in orders(&events) {
            let shown: Vec<&str> = order.iter().map(|event| event.summary.as_str()).collect();
            assert_eq!(open_after(&order), open, "{shown:?}");
        }
    }
}

#[test]
fn of_two_at_the_same_time_the_same_one_stands_whichever_came_first() {
    let storage = |events: &[&Event]| {
        let storage = ObjectSqlite::default();
        timeline::open(&storage).unwrap();
        for event in events {
            timeline::append(&storage, &NewEntry { event: (*event).clone(), matched: confident() }, NOW).unwrap();
        }
        timeline::pending(&storage, 0, NOW).unwrap().open_items.first().map(|entry| entry.event.id)
    };
    let [first, second] = [failed(1, "in_1", -1), failed(2, "in_1", -1)];
    assert_eq!(storage(&[&first, &second]), Some(second.id));
    assert_eq!(storage(&[&second, &first]), Some(second.id));
    let [made, off] = [booked(1, "b1", -1, 2, None), canceled(2, "b1", -1)];
    assert_eq!([storage(&[&made, &off]), storage(&[&off, &made])], [None, None], "the end wins");
}

#[test]
fn a_long_history_costs_no_more_and_hides_nothing_open() {
    let storage = ObjectSqlite::default();
    timeline::open(&storage).unwrap();
    let append = |event: Event| {
        timeline::append(&storage, &NewEntry { event, matched: confident() }, NOW).unwrap();
    };
    append(failed(1, "in_old", -300));
    for n in 0..1_000 {
        let invoice = format!("in_{n}");
        append(failed(10 + n * 2, &invoice, -200));
        append(paid(11 + n * 2, &invoice, -199));
    }
    let look = timeline::pending(&storage, 20, NOW).unwrap();
    assert_eq!(look.open_items.len(), 1);
    assert_eq!(look.open_items[0].event.subject.as_str(), "stripe:invoice:in_old");
    let rows = storage.execute(Statement::new("SELECT COUNT(*) AS n FROM open_items", [])).unwrap();
    assert_eq!(rows[0].integer("n").unwrap(), 1, "what was settled leaves nothing behind");
    for query in [
        "SELECT semantic_key, until FROM open_items WHERE open = 1 AND until > 5 ORDER BY until LIMIT 40",
        "SELECT seq FROM timeline WHERE semantic_key > 'a ' AND semantic_key < 'a!' LIMIT 200",
    ] {
        let plan = storage.execute(Statement::new(format!("EXPLAIN QUERY PLAN {query}"), [])).unwrap();
        let steps: Vec<_> = plan.iter().map(|row| row.text("detail").unwrap()).collect();
        assert!(steps.iter().all(|step| step.starts_with("SEARCH")), "{steps:?}");
    }
}

#[test]
fn at_most_forty_are_shown_and_what_comes_next_comes_first() {
    let events: Vec<Event> = (0..60).map(|n| booked(n, &format!("b{n:02}"), -1, 60 - n as i64, None)).collect();
    let open = open_after(&events.iter().collect::<Vec<_>>());
    assert_eq!(open.len(), 40);
    assert!(open[0].starts_with("calcom:booking:b59"), "{}", open[0]);
}
