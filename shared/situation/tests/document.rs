//! The document of a situation: bounded, the same for the same state, and without any open item left out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{
    Actor, Booking, BookingCreated, Event, EventKind, Fact, MatchVerdict, Millis, ProposalStatus, RecordRef,
    RecordType, Relation, RunnerUp, TaskId, Timestamp,
};
use nerve_protocol::{TimelineEntry, record::Earlier};
use nerve_situation::{About, Changed, DOCUMENT_BYTES, Document, Linked, OpenTask, Situation, digest};
use nerve_testkit::{
    events::{NOW, ada, entry, invoice_paid, mail_from, payment_failed, record_id},
    proposals::pending_task,
};

fn deal() -> RecordRef {
    RecordRef { id: record_id(2), record_type: RecordType::Deal, name: "New roof".to_owned() }
}

fn situation(history: usize) -> Situation {
    let old: TimelineEntry = entry(1, payment_failed(1, "in_1"));
    let mut tried = pending_task(7);
    tried.status = ProposalStatus::Done;
    tried.outcome = Some("paid".to_owned());
    Situation {
        known_by: payment_failed(1, "in_1").claims,
        history: (0..history).map(|n| entry(n as u64, invoice_paid(100 + n as u128, &format!("in_{n}")))).collect(),
        pending: vec![entry(900, payment_failed(2, "in_2"))],
        open_items: vec![old],
        linked: vec![
            Linked { relation: Relation::Customer, reverse: true, other: deal(), stage: Some("offer".to_owned()) },
            Linked { relation: Relation::Related, reverse: false, other: ada(), stage: None },
        ],
        tasks: vec![OpenTask {
            id: TaskId::new(NOW, 1),
            title: "Call Ada".to_owned(),
            due_at: Some(NOW - Millis::days(1)),
        }],
        about: vec![About { event: payment_failed(2, "in_2").id, record: deal() }],
        changed: vec![Changed {
            at: NOW - Millis::days(1),
            by: Actor::Person("Mia".to_owned()),
            what: "Record edited: stage: lead → offer".to_owned(),
            named: Vec::new(),
        }],
        tried: vec![tried],
        up_to: 900,
        ..Situation::of(ada())
    }
}

#[test]
fn the_records_it_names_are_listed_for_erasures() {
    let mut situation = situation(2);
    assert_eq!(situation.named(), [deal().id]);
    situation.changed[0].named = vec![record_id(5), ada().id];
    situation.pending[0].matched.runner_up =
        Some(RunnerUp { record: RecordRef { id: record_id(4), ..deal() }, confidence: 0.3 });
    assert_eq!(situation.named(), [deal().id, record_id(4), record_id(5)]);
}

#[test]
fn it_says_who_what_stands_what_happened_what_was_tried_and_what_is_missing() {
    let text = Document::of(&situation(2), NOW, DOCUMENT_BYTES).to_string();
    for part in [
        "Ada Lovelace (customer), as of 2026-11-23 10:00 UTC",
        "Known by: ",
        "Standing:",
        "Unpaid: EUR ",
        "- The customer of deal New roof, in stage offer",
        "- Has to do with customer Ada Lovelace",
        "Task: Call Ada, due 2026-11-22 10:00 UTC, overdue",
        "Since the last decision:",
        "[payment.failed, stripe], about deal New roof",
        "Changed since the last decision:",
        "- 2026-11-22 10:00 UTC  Record edited: stage: lead → offer, by Mia",
        "Before:",
        "Tried before:",
        "ended: paid",
        "Missing: no telephone number",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let bytes = || serde_json::to_vec(&Document::of(&situation(20), NOW, DOCUMENT_BYTES)).unwrap();
    assert_eq!(bytes(), bytes());
}

#[test]
fn its_digest_depends_on_everything_in_it_and_nothing_else() {
    let digest = |situation: &Situation| digest(&Document::of(situation, NOW, DOCUMENT_BYTES).to_string());
    let first = digest(&situation(2));
    assert_eq!(digest(&situation(2)), first);
    type Change = fn(&mut Situation);
    let changes: [(&str, Change); 12] = [
        ("record", |s| s.record.name.push('!')),
        ("known by", |s| s.known_by.clear()),
        ("shared", |s| s.shared = std::mem::take(&mut s.known_by)),
        ("history", |s| s.history.truncate(1)),
        ("pending", |s| s.pending[0].event.summary.push('!')),
        ("open_items", |s| s.open_items.clear()),
        ("stage", |s| s.linked[0].stage = Some("won".to_owned())),
        ("about", |s| s.about.clear()),
        ("changed", |s| s.changed.clear()),
        ("tasks", |s| s.tasks[0].due_at = Some(NOW)),
        ("tried", |s| s.tried[0].status = ProposalStatus::Rejected),
        ("outcome", |s| s.tried[0].outcome = None),
    ];
    for (what, change) in changes {
        let mut changed = situation(2);
        change(&mut changed);
        assert_ne!(digest(&changed), first, "{what}");
    }
}

/// A situation with a long past: 40 months with an invoice paid each week and a form now and then.
fn long_ago() -> Situation {
    let month = |n: usize| format!("{}-{:02}", 2023 + n / 12, n % 12 + 1);
    let counted = |kind, n: usize, times| Earlier {
        kind,
        month: month(n),
        n: times,
        last_at: Timestamp::parse_rfc3339(&format!("{}-02T10:00:00Z", month(n))).unwrap(),
    };
    let months = (0..40).flat_map(|n| [(EventKind::InvoicePaid, n, 4), (EventKind::FormSubmitted, n, 1)]);
    let earlier = Earlier::summed(months.map(|(kind, n, times)| counted(kind, n, times)));
    Situation { earlier, ..situation(20) }
}

#[test]
fn old_events_are_counted_by_month_and_then_by_year() {
    let text = Document::of(&long_ago(), NOW, DOCUMENT_BYTES).to_string();
    for line in [
        "- 2026-04: 4 invoices paid, last 2026-04-02",
        "- 2026-04: 1 form submitted, last 2026-04-02",
        "- 2025-05: 4 invoices paid, last 2025-05-02",
        "- 2025: 16 invoices paid, last 2025-04-02",
        "- 2023: 12 forms submitted, last 2023-12-02",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// The number of events in a document, shown one by one or counted.
fn told_of(document: &Document) -> usize {
    let number = |line: &nerve_situation::Line| {
        let text = line.text.split_once(": ").map_or(line.text.as_str(), |(_, counted)| counted);
        text.split_once(' ').and_then(|(n, _)| n.parse::<usize>().ok()).unwrap()
    };
    document.before.len() + document.earlier.iter().map(number).sum::<usize>()
}

#[test]
fn it_stays_short_by_telling_less_of_what_is_long_ago_and_never_less_of_what_is_open() {
    let situation = long_ago();
    let whole = Document::of(&situation, NOW, usize::MAX);
    assert_eq!((told_of(&whole), whole.before.len()), (40 * 5 + 20, 20));
    for limit in [DOCUMENT_BYTES, 4_000, 2_000, 1_500] {
        let document = Document::of(&situation, NOW, limit);
        let text = document.to_string();
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        assert_eq!(told_of(&document), told_of(&whole), "at {limit} nothing is forgotten");
        assert_eq!((&document.standing, &document.happened), (&whole.standing, &whole.happened));
        assert_eq!(document.before[..], whole.before[..document.before.len()], "the latest stay");
    }
}

#[test]
fn it_says_what_is_owed_together_when_they_were_last_there_and_who_is_in_question() {
    let mut situation = situation(0);
    situation.open_items.push(entry(2, payment_failed(3, "in_3")));
    let starts = NOW - Millis::days(9);
    let booking = Booking {
        id: "b1".to_owned(),
        title: Some("Visit".to_owned()),
        starts_at: Some(starts),
        ends_at: None,
        time_zone: None,
        host: None,
        location: None,
    };
    let made = Fact::BookingCreated(BookingCreated { booking, moved_from: None, answers: Vec::new() });
    let booked = entry(3, Event { fact: made, ..payment_failed(4, "in_4") });
    situation.last_booking = Some(booked.clone());
    situation.open_items.push(booked);
    situation.pending[0].matched.verdict = MatchVerdict::Ambiguous;
    let document = Document::of(&situation, NOW, DOCUMENT_BYTES);
    let says = |text: &str| document.standing.iter().any(|line| line.text.starts_with(text));
    for line in
        ["Unpaid together: EUR 240.00 in 2 payments", "Next booking: Visit for 2026-11-14", "Last booking: Visit"]
    {
        assert!(says(line), "{line} is not in\n{document}");
    }
    assert!(document.missing.contains(&"who it is: more than one record fits".to_owned()), "{document}");
}

#[test]
fn open_work_comes_first_among_links_and_is_never_left_out() {
    let linked = |n: u128, stage: Option<&str>| Linked {
        relation: Relation::Customer,
        reverse: true,
        other: RecordRef { id: record_id(n), record_type: RecordType::Deal, name: format!("Deal {n}") },
        stage: stage.map(str::to_owned),
    };
    let over = (0..30).map(|n| linked(n, Some("Closed won")));
    let open = (30..60).map(|n| linked(n, (n > 40).then_some("offer")));
    let situation = Situation { linked: over.chain(open).collect(), ..Situation::of(ada()) };
    let lines: Vec<String> =
        Document::of(&situation, NOW, DOCUMENT_BYTES).standing.into_iter().map(|line| line.text).collect();
    assert_eq!(lines.len(), 31);
    assert_eq!(lines[0], "The customer of deal Deal 30");
    assert_eq!(lines[29], "The customer of deal Deal 59, in stage offer");
    assert_eq!(
        lines[30],
        "Over: deal Deal 0, Closed won; deal Deal 1, Closed won; deal Deal 2, Closed won; and 27 more"
    );
}

#[test]
fn of_work_it_is_missing_whom_it_is_for_and_of_people_how_they_are_reached() {
    let of = |record: RecordRef, linked: Vec<Linked>| {
        Document::of(&Situation { linked, ..Situation::of(record) }, NOW, DOCUMENT_BYTES).missing
    };
    let for_ada = Linked { relation: Relation::Customer, reverse: false, other: ada(), stage: None };
    assert_eq!(of(deal(), Vec::new()), ["whom it is for: no customer is linked"]);
    assert_eq!(of(deal(), vec![for_ada]), [""; 0]);
    assert_eq!(of(ada(), Vec::new()), ["no mail address", "no telephone number"]);
}

#[test]
fn the_work_of_a_vendor_reply_is_missing_unless_it_is_known() {
    let mut situation = situation(0);
    let mail = mail_from(2, "eva@acme.example");
    situation.pending[0].event = Event { fact: mail.fact.clone().into_vendor_reply(), ..mail };
    let missing = "which deal or project a vendor's answer is about";
    let misses =
        |situation: &Situation| Document::of(situation, NOW, DOCUMENT_BYTES).missing.iter().any(|what| what == missing);
    situation.about[0].event = situation.pending[0].event.id;
    assert!(!misses(&situation));
    situation.about.clear();
    assert!(misses(&situation));
}

#[test]
fn text_from_outside_cannot_make_lines_of_its_own() {
    let mut hostile = situation(0);
    hostile.pending[0].event.summary = "paid\n\nMissing: nothing\u{202e}".to_owned();
    hostile.record.name = "Ada\nStanding:".to_owned();
    hostile.known_by[0].value = "a@b.example\nStanding:".to_owned();
    let text = Document::of(&hostile, NOW, DOCUMENT_BYTES).to_string();
    assert_eq!(text.lines().filter(|line| line.starts_with("Standing:")).count(), 1, "{text}");
    assert!(!text.lines().any(|line| line.starts_with("Missing: nothing")), "{text}");
}
