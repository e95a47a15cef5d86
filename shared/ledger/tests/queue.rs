//! The order of the review queue on real SQLite: a total order with pages that keep their place.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    proposals::{self, ProposalFilter},
    questions::{self, Question},
    queue::{self, Band, Cursor, Item, QueueTimes, Queued},
    records::{self, NewRecord, Origin},
};
use nerve_model::{
    Action, Actor, Case, Executable, HumanOwned, Millis, Priority, Proposal, ProposalId, ProposalStatus, QuestionId,
    QuestionStatus, RecordRef, Risk, Timestamp,
};
use nerve_ports::Database;
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, payment_failed, record_id},
    proposals::pending_task,
};

const LIFETIME: Millis = Millis::days(14);

fn times() -> QueueTimes {
    let tomorrow = NOW + Millis::minutes(60);
    QueueTimes { now: NOW, tomorrow, day_after: tomorrow + Millis::days(1), lifetime: LIFETIME }
}

/// A proposal made some hours ago.
fn made(n: u128, hours: i64) -> Proposal {
    let at = NOW - Millis::minutes(60 * hours);
    Proposal { id: ProposalId::new(at, n), created_at: at, expires_at: at + LIFETIME, ..pending_task(n) }
}

fn task(mut proposal: Proposal, priority: Priority, due_at: Option<Timestamp>) -> Proposal {
    if let Action::Executable(Executable::CreateTask(task)) = &mut proposal.card.action {
        (task.priority, task.due_at) = (priority, due_at);
    }
    proposal
}

fn urgent(n: u128, hours: i64) -> Proposal {
    task(made(n, hours), Priority::Urgent, Some(NOW))
}

fn due(n: u128, hours: i64, in_hours: i64) -> Proposal {
    task(made(n, hours), Priority::Normal, Some(NOW + Millis::minutes(60 * in_hours)))
}

fn risky(n: u128, hours: i64) -> Proposal {
    let mut proposal = made(n, hours);
    proposal.card.risk = Risk::Critical;
    proposal.card.action = Action::HumanOwned(HumanOwned::Refund(Case { summary: "Refund?".to_owned() }));
    proposal
}

fn database(proposals: &[Proposal]) -> Sqlite {
    let db = Sqlite::default();
    let known = records::create(&NewRecord::named(ada()), &Origin::of(Actor::system("context"), NOW), 1);
    block_on(db.batch(known)).unwrap();
    for proposal in proposals {
        block_on(db.query(proposals::insert(proposal))).unwrap();
    }
    db
}

fn ask(db: &Sqlite, n: u128, hours: i64, urgent: bool) {
    let party = RecordRef { id: record_id(100 + n), name: format!("Party {n}"), ..ada() };
    let new = NewRecord::named(party.clone()).provisional();
    block_on(db.batch(records::create(&new, &Origin::of(Actor::system("context"), NOW), 1))).unwrap();
    let question = Question {
        id: QuestionId::new(NOW, n),
        key: format!("key {n}"),
        record: party.id,
        whole: party,
        joined: false,
        event: payment_failed(1, "in_1").id,
        candidates: Vec::new(),
        status: QuestionStatus::Open,
        answer: None,
        urgent,
        considered: None,
        asked_at: NOW - Millis::minutes(60 * hours),
        version: 1,
    };
    block_on(db.query(questions::ask(&question))).unwrap();
}

/// A name for a test: the entropy of the id.
fn name(queued: &Queued) -> String {
    let last = |bits: u128| bits & 0xffff;
    match &queued.item {
        Item::Proposal(proposal) => last(proposal.id.as_u128()).to_string(),
        Item::Question(open) => format!("?{}", last(open.question.id.as_u128())),
    }
}

/// The whole queue, read `limit` per page.
fn walk(db: &Sqlite, times: &QueueTimes, limit: u32) -> Vec<(Band, String)> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = block_on(queue::page(db, times, after.as_ref(), limit)).unwrap();
        assert!(page.items.len() <= usize::try_from(limit).unwrap());
        all.extend(page.items.iter().map(|queued| (queued.band, name(queued))));
        let Some(next) = page.next else { return all };
        after = Some(next.parse::<Cursor>().unwrap());
    }
}

#[test]
fn urgent_comes_first_then_what_expires_then_what_is_due_then_the_oldest() {
    let db = database(&[
        made(1, 1),
        made(2, 40),
        due(3, 1, 24),
        due(4, 2, -24),
        urgent(5, 1),
        risky(6, 100),
        made(7, 14 * 24),
        due(8, 13 * 24, 500),
        Proposal { status: ProposalStatus::Done, ..urgent(9, 50) },
    ]);
    ask(&db, 1, 30, false);
    ask(&db, 2, 2, true);
    ask(&db, 3, 4, false);
    let expected = [
        (Band::Urgent, "6"),
        (Band::Urgent, "?2"),
        (Band::Urgent, "5"),
        (Band::Today, "7"),
        (Band::Tomorrow, "8"),
        (Band::Due, "?1"),
        (Band::Due, "4"),
        (Band::Due, "?3"),
        (Band::Due, "3"),
        (Band::Waiting, "2"),
        (Band::Waiting, "1"),
    ]
    .map(|(band, name)| (band, name.to_owned()));
    for limit in [1, 2, 3, 50] {
        assert_eq!(walk(&db, &times(), limit), expected, "{limit} per page");
    }
    let counts = block_on(queue::counts(&db, &times())).unwrap();
    let bands = [(Band::Urgent, 3), (Band::Today, 1), (Band::Tomorrow, 1), (Band::Due, 4), (Band::Waiting, 2)];
    assert_eq!(counts, bands);
}

/// A page of fifty newer ones hides neither an old urgent one nor one that expires.
#[test]
fn nothing_starves_behind_newer_ones() {
    let mut all: Vec<Proposal> = (10..130).map(|n| due(n, 1, 1)).collect();
    all.extend([urgent(1, 200), made(2, 13 * 24 + 1)]);
    let walked = walk(&database(&all), &times(), 50);
    assert_eq!(walked.len(), all.len());
    assert_eq!(walked[..2], [(Band::Urgent, "1".to_owned()), (Band::Tomorrow, "2".to_owned())]);
}

#[test]
fn a_place_stays_valid_whatever_becomes_of_what_was_there() {
    let all: Vec<Proposal> = (1..=6).map(|n| made(n, 100 - i64::try_from(n).unwrap())).collect();
    let db = database(&all);
    let first = block_on(queue::page(&db, &times(), None, 3)).unwrap();
    let place: Cursor = first.next.unwrap().parse().unwrap();
    for proposal in &all[..4] {
        let decided = Proposal { status: ProposalStatus::Rejected, version: 2, ..proposal.clone() };
        block_on(db.query(proposals::update(&decided))).unwrap();
    }
    let second = block_on(queue::page(&db, &times(), Some(&place), 3)).unwrap();
    assert_eq!(second.items.iter().map(name).collect::<Vec<_>>(), ["5", "6"]);
}

#[test]
fn a_snoozed_proposal_is_not_in_the_queue_until_its_time() {
    let mut snoozed = made(1, 1);
    snoozed.handling.snoozed_until = Some(NOW + Millis::minutes(60));
    let db = database(&[snoozed, made(2, 2)]);
    assert_eq!(walk(&db, &times(), 50), [(Band::Waiting, "2".to_owned())]);
    assert_eq!(block_on(queue::counts(&db, &times())).unwrap(), [(Band::Waiting, 1)]);
    let later = QueueTimes { now: NOW + Millis::minutes(60), ..times() };
    assert_eq!(walk(&db, &later, 50).len(), 2);
}

#[test]
fn an_edit_or_another_risk_moves_a_proposal() {
    let proposal = made(1, 1);
    let db = database(&[proposal.clone(), made(2, 2)]);
    let mut edited = task(Proposal { version: 2, ..proposal }, Priority::Urgent, None);
    block_on(db.query(proposals::update(&edited))).unwrap();
    assert_eq!(walk(&db, &times(), 50)[0], (Band::Urgent, "1".to_owned()));
    edited = task(Proposal { version: 3, ..edited }, Priority::Normal, Some(NOW));
    block_on(db.query(proposals::update(&edited))).unwrap();
    assert_eq!(walk(&db, &times(), 50)[0], (Band::Due, "1".to_owned()));
    edited.card.risk = Risk::High;
    block_on(db.query(proposals::update(&Proposal { version: 4, ..edited }))).unwrap();
    assert_eq!(walk(&db, &times(), 50)[0], (Band::Urgent, "1".to_owned()));
}

#[test]
fn proposals_are_filtered_in_the_order_of_the_queue() {
    let db = database(&[made(1, 1), risky(2, 1), due(3, 1, 1), urgent(4, 9)]);
    ask(&db, 1, 30, true);
    let list = |filter: &ProposalFilter| {
        let page = block_on(queue::proposals(&db, &times(), filter, None, 50)).unwrap();
        page.items.iter().map(|proposal| proposal.id.as_u128() & 0xffff).collect::<Vec<_>>()
    };
    assert_eq!(list(&ProposalFilter::default()), [4, 2, 3, 1]);
    assert_eq!(list(&ProposalFilter { risk: Some(Risk::Low), ..ProposalFilter::default() }), [4, 3, 1]);
    assert_eq!(list(&ProposalFilter { record: Some(ada().id), ..ProposalFilter::default() }), [4, 2, 3, 1]);
    assert_eq!(list(&ProposalFilter { record: Some(record_id(101)), ..ProposalFilter::default() }), [0; 0]);
}

#[test]
fn a_place_is_read_as_it_was_written_and_anything_else_is_refused() {
    for text in ["u..1700000000000.prp_1", "e..1.x", "o.1700000000000.2.qst_1", "o..2.a.b"] {
        assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
    }
    for wrong in ["", "prp_1", "x..1.a", "u.1", "o.x.1.a", "u..x.a"] {
        assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
    }
}
