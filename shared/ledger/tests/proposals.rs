//! Proposals on real SQLite with the real migrations: the database allows the transitions of the model and no others.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    PageRequest,
    chain::{self, ChainId},
    events, proposals,
    proposals::ProposalFilter,
    records::{self, NewRecord, Origin},
    snapshot,
};
use nerve_model::{
    ActionKind, Actor, Card, Decision, EventKind, Millis, Proposal, ProposalStatus, RecordRef, Risk, Subject,
};
use nerve_ports::{Database, DatabaseError, Statement};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, confident, invoice_paid, record_id},
    proposals::pending_task,
};

/// A provisional record.
fn known(record: RecordRef) -> Vec<Statement> {
    records::create(&NewRecord::named(record).provisional(), &Origin::of(Actor::system("context"), NOW), 1)
}

fn database() -> Sqlite {
    let db = Sqlite::default();
    block_on(db.batch(known(ada()))).unwrap();
    db
}

fn stored(proposal: &Proposal) -> Sqlite {
    let db = database();
    block_on(db.query(proposals::insert(proposal))).unwrap();
    db
}

fn next(proposal: &Proposal, status: ProposalStatus) -> Proposal {
    Proposal { status, version: proposal.version + 1, ..proposal.clone() }
}

fn is_conflict<T>(result: &Result<T, DatabaseError>) -> bool {
    matches!(result, Err(DatabaseError::Conflict(_)))
}

#[test]
fn the_database_knows_the_same_transitions_as_the_vocabulary() {
    for from in ProposalStatus::ALL {
        for to in ProposalStatus::ALL {
            let proposal = Proposal { status: *from, ..pending_task(1) };
            let db = stored(&proposal);
            let result = block_on(db.query(proposals::update(&next(&proposal, *to))));
            let allowed = from == to || from.successors().contains(to);
            assert_eq!(result.is_ok(), allowed, "{from} -> {to}");
            assert!(allowed || is_conflict(&result), "{from} -> {to}: {result:?}");
        }
    }
}

#[test]
fn a_card_is_the_one_that_was_shown_however_many_digits_its_match_has() {
    for confidence in [0.973_073_313_283_403_1, 0.123_456_789_012_345_68, 1.0 - f64::EPSILON, 2.0 / 3.0] {
        let mut proposal = pending_task(1);
        proposal.card.matched.confidence = confidence;
        proposal.card.matched.prior = Some(-confidence * 30.0);
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let read = block_on(proposals::get(&stored(&proposal), proposal.id)).unwrap().unwrap();
        assert_eq!(proposals::digest(read.id, &read.card), proposal.digest, "{confidence}");
    }
}

#[test]
fn a_card_is_the_one_that_was_shown_whether_or_not_somebody_else_was_scored() {
    for against in [None, Some("somebody of the same household".to_owned())] {
        let mut proposal = pending_task(1);
        proposal.card.matched.against = against.clone();
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let read = block_on(proposals::get(&stored(&proposal), proposal.id)).unwrap().unwrap();
        assert_eq!(read.card.matched.against, against);
        assert_eq!(proposals::digest(read.id, &read.card), proposal.digest, "{against:?}");
    }
}

#[test]
fn a_card_from_before_matches_named_whom_they_were_scored_against_is_the_one_that_was_shown() {
    let proposal = pending_task(1);
    let mut written = serde_json::to_value(&proposal.card).unwrap();
    written["match"].as_object_mut().unwrap().remove("against");
    let read: Card = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), written, "nothing is written of nobody");
    assert_eq!(proposals::digest(proposal.id, &read), proposals::digest(proposal.id, &proposal.card));
}

#[test]
fn a_change_rests_on_the_version_it_read() {
    let proposal = pending_task(1);
    let db = stored(&proposal);
    block_on(db.query(proposals::update(&next(&proposal, ProposalStatus::Approved)))).unwrap();
    let late = block_on(db.query(proposals::update(&next(&proposal, ProposalStatus::Rejected))));
    assert!(is_conflict(&late));
    let skipping = Proposal { version: 4, ..next(&proposal, ProposalStatus::Approved) };
    assert!(is_conflict(&block_on(db.query(proposals::update(&skipping)))));
}

#[test]
fn the_subject_of_a_proposal_never_changes_and_none_is_deleted() {
    let db = stored(&pending_task(1));
    for change in ["record = 'x'", "event = 'x'", "event_kind = 'x'", "action_kind = 'x'", "created_at = 1", "id = 'x'"]
    {
        let sql = format!("UPDATE proposals SET version = 2, {change}");
        assert!(is_conflict(&block_on(db.query(Statement::new(sql, [])))), "{change}");
    }
    assert!(is_conflict(&block_on(db.query(Statement::new("DELETE FROM proposals", [])))));
}

#[test]
fn a_proposal_reads_back_as_it_was_written() {
    let mut proposal = pending_task(1);
    proposal.handling.snoozed_until = Some(NOW);
    proposal.handling.assigned_to = Some("Zoë".to_owned());
    proposal.decision =
        Some(Decision { by: Actor::Person("Ada".to_owned()), at: NOW, reason: Some("because".to_owned()) });
    proposal.execution.attempts = 3;
    proposal.execution.next_attempt_at = Some(NOW);
    proposal.execution.last_error = Some("'; DROP TABLE proposals; --".to_owned());
    proposal.execution.result = Some("tsk_1".to_owned());
    proposal.outcome = Some("paid".to_owned());
    let db = stored(&proposal);
    assert_eq!(block_on(proposals::get(&db, proposal.id)).unwrap(), Some(proposal.clone()));
    let changed = Proposal { outcome: None, ..next(&proposal, ProposalStatus::Approved) };
    block_on(db.query(proposals::update(&changed))).unwrap();
    assert_eq!(block_on(proposals::get(&db, proposal.id)).unwrap(), Some(changed.clone()));
    let read = block_on(proposals::with_head(&db, proposal.id)).unwrap();
    let head = block_on(chain::head(&db, &ChainId::Record(ada().id))).unwrap();
    assert_eq!(read, Some((changed, head)));
    assert_eq!(block_on(proposals::with_head(&db, pending_task(2).id)).unwrap(), None);
}

#[test]
fn a_list_finds_a_proposal_by_the_risk_it_has_now() {
    let proposal = pending_task(1);
    let db = stored(&proposal);
    let mut riskier = next(&proposal, ProposalStatus::Pending);
    riskier.card.risk = Risk::High;
    block_on(db.query(proposals::update(&riskier))).unwrap();
    for (risk, expected) in [(Risk::Low, 0), (Risk::High, 1)] {
        let filter = ProposalFilter { risk: Some(risk), ..ProposalFilter::default() };
        assert_eq!(block_on(proposals::list(&db, &filter, &PageRequest::default())).unwrap().items.len(), expected);
    }
}

/// An approval contains the digest of the card, and the executor recomputes it, perhaps in a later version. A change of
/// a card's bytes would make every approved proposal fail.
#[test]
fn the_bytes_under_the_digest_of_a_card_are_fixed() {
    let proposal = pending_task(1);
    let digest = proposals::digest(proposal.id, &proposal.card);
    assert_eq!(digest.0, "865b65a4ae74c757bc844286f2b8fa832bd99135ddb7117ae63934ee36947454");
    assert_ne!(proposals::digest(pending_task(2).id, &proposal.card), digest);
}

#[test]
fn lists_are_filtered_and_paged_without_gaps_or_repeats() {
    let db = database();
    for n in 1..=7 {
        let status = if n % 2 == 0 { ProposalStatus::Pending } else { ProposalStatus::Done };
        let mut proposal = Proposal { status, ..pending_task(n) };
        proposal.handling.snoozed_until = (n == 2).then(|| NOW + Millis::days(1));
        block_on(db.query(proposals::insert(&proposal))).unwrap();
    }
    let all = ProposalFilter::default;
    let cases = [
        (all(), 7),
        (ProposalFilter { status: Some(ProposalStatus::Pending), ..all() }, 3),
        (ProposalFilter { risk: Some(Risk::High), ..all() }, 0),
        (ProposalFilter { risk: Some(Risk::Low), ..all() }, 7),
        (ProposalFilter { kind: Some(proposals::KindFilter::Action(ActionKind::CreateTask)), ..all() }, 7),
        (ProposalFilter { kind: Some(proposals::KindFilter::Action(ActionKind::AddNote)), ..all() }, 0),
        (ProposalFilter { kind: Some(proposals::KindFilter::Event(EventKind::PaymentFailed)), ..all() }, 7),
        (ProposalFilter { kind: Some(proposals::KindFilter::Event(EventKind::InvoicePaid)), ..all() }, 0),
        (ProposalFilter { record: Some(ada().id), ..all() }, 7),
        (ProposalFilter { record: Some(record_id(2)), ..all() }, 0),
        (ProposalFilter { snoozed: proposals::Snoozed::Hidden(NOW), ..all() }, 6),
        (ProposalFilter { snoozed: proposals::Snoozed::Only(NOW), ..all() }, 1),
        (ProposalFilter { snoozed: proposals::Snoozed::Only(NOW + Millis::days(1)), ..all() }, 0),
        (
            ProposalFilter {
                status: Some(ProposalStatus::Pending),
                record: Some(ada().id),
                snoozed: proposals::Snoozed::Hidden(NOW),
                ..all()
            },
            2,
        ),
    ];
    for (filter, expected) in cases {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = block_on(proposals::list(&db, &filter, &PageRequest::new(2, cursor).unwrap())).unwrap();
            seen.extend(page.items.iter().map(|proposal| proposal.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), expected, "{filter:?}");
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, each once");
    }
    let counts = block_on(proposals::counts(&db)).unwrap();
    assert_eq!(counts, [(ProposalStatus::Done, 4), (ProposalStatus::Pending, 3)]);
    assert_eq!(block_on(proposals::snoozed(&db, NOW)).unwrap(), 1);
    assert_eq!(block_on(proposals::snoozed(&db, NOW + Millis::days(1))).unwrap(), 0);
}

#[test]
fn of_many_open_proposals_a_decision_sees_those_about_the_same_thing() {
    let db = database();
    let about = |n: u128, subject: &str| {
        let mut proposal = pending_task(n);
        proposal.card.subject = Subject::new(subject);
        block_on(db.query(proposals::insert(&proposal))).unwrap();
        proposal.id
    };
    let others: Vec<_> = (1..=120).map(|n| about(n, "stripe:invoice:other")).collect();
    let same = [about(121, "stripe:invoice:in_1"), about(122, "stripe:invoice:in_1")];
    let paid = invoice_paid(1, "in_1");
    block_on(db.query(events::insert(&paid, &confident(), ada().id, "inbox", 0))).unwrap();
    let open = block_on(snapshot(&db, ada().id, &[paid.id])).unwrap().open;
    let expected: Vec<_> = others[..98].iter().chain(&same).copied().collect();
    assert_eq!(open.iter().map(|proposal| proposal.id).collect::<Vec<_>>(), expected, "oldest first");
}

#[test]
fn the_sweeper_sees_what_is_due_and_what_is_over() {
    let db = database();
    let minute = NOW - Millis::minutes(1);
    let due = |n, status, next_attempt_at, updated_at| {
        let mut proposal = Proposal { status, updated_at, ..pending_task(n) };
        proposal.execution.next_attempt_at = next_attempt_at;
        block_on(db.query(proposals::insert(&proposal))).unwrap();
        proposal.id
    };
    let fresh = due(1, ProposalStatus::Approved, None, NOW);
    let ripe = due(2, ProposalStatus::Approved, Some(NOW), NOW);
    due(3, ProposalStatus::Approved, Some(NOW + Millis(1)), NOW);
    let abandoned = due(4, ProposalStatus::Executing, None, minute);
    due(5, ProposalStatus::Executing, None, NOW);
    due(6, ProposalStatus::Pending, None, minute);
    assert_eq!(block_on(proposals::due(&db, NOW, minute)).unwrap(), [fresh, ripe, abandoned]);
    let over = NOW + Millis::days(14);
    assert_eq!(block_on(proposals::expired(&db, Millis::days(14), over - Millis(1))).unwrap(), []);
    assert_eq!(block_on(proposals::expired(&db, Millis::days(14), over)).unwrap().len(), 1);
}
