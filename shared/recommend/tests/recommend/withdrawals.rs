//! Withdrawals of open proposals by newer events, and repeated advice.

use crate::situations::{advise, failed, outline, proposed, situation};
use nerve_model::{
    Action, AddNote, Card, Digest, Event, EventKind, EventRef, Executable, Millis, ProposalId, ProposalStatus, Risk,
    SituationRef,
};
use nerve_recommend::{Advice, Playbook};
use nerve_situation::{OpenProposal, Situation};
use nerve_testkit::events::{NOW, ada, confident, invoice_paid, payment_failed};
use std::collections::BTreeSet;

fn with_proposals(history: Vec<Event>, pending: Vec<Event>, proposals: Vec<OpenProposal>) -> Situation {
    Situation { proposals, ..situation(history, pending) }
}

fn withdrawn(advice: &Advice) -> Vec<ProposalId> {
    advice.withdrawals.iter().map(|withdrawal| withdrawal.proposal).collect()
}

fn attempt(n: u128, attempt: u32) -> Event {
    failed(n, "in_1", |f| f.attempt = Some(attempt))
}

#[test]
fn a_payment_or_a_later_attempt_withdraws_what_answered_the_failure() {
    let paid = "Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00).";
    let replaced = "Attempt 2 failed since.";
    let table = [
        ("paid", invoice_paid(5, "in_1"), Some(paid)),
        ("later attempt", attempt(5, 2), Some(replaced)),
        ("paid, reported later", Event { occurred_at: NOW + Millis::days(9), ..invoice_paid(5, "in_1") }, Some(paid)),
        ("earlier attempt", attempt(5, 0), None),
        ("another invoice paid", invoice_paid(5, "in_2"), None),
        ("another invoice failed", payment_failed(5, "in_2"), None),
    ];
    for (case, event, reason) in table {
        let proposals = proposed(&attempt(1, 1), ProposalStatus::Pending);
        let ids: Vec<_> = proposals.iter().map(|proposal| proposal.id).collect();
        let advice = advise(&with_proposals(vec![attempt(1, 1)], vec![event.clone()], proposals));
        assert_eq!(withdrawn(&advice), if reason.is_some() { ids } else { Vec::new() }, "{case}");
        for withdrawal in advice.withdrawals {
            assert_eq!((withdrawal.event, Some(withdrawal.reason.as_str())), (event.id, reason), "{case}");
        }
    }
}

#[test]
fn only_what_has_not_begun_is_withdrawn() {
    for status in ProposalStatus::ALL {
        let open = matches!(status, ProposalStatus::Pending | ProposalStatus::Approved);
        for event in [invoice_paid(5, "in_1"), attempt(5, 2)] {
            let proposals = proposed(&attempt(1, 1), *status);
            let advice = advise(&with_proposals(vec![attempt(1, 1)], vec![event], proposals));
            assert_eq!(advice.withdrawals.len(), if open { 2 } else { 0 }, "{status}");
        }
    }
}

#[test]
fn a_proposal_is_withdrawn_once_however_many_events_make_it_moot() {
    let proposals = proposed(&attempt(1, 1), ProposalStatus::Pending);
    let ids: Vec<_> = proposals.iter().map(|proposal| proposal.id).collect();
    let pending = vec![attempt(2, 2), attempt(3, 3), invoice_paid(4, "in_1")];
    let advice = advise(&with_proposals(vec![attempt(1, 1)], pending, proposals));
    assert_eq!(withdrawn(&advice), ids);
    assert!(advice.withdrawals.iter().all(|withdrawal| withdrawal.reason.contains("was paid")), "the end of it counts");
    assert_eq!(outline(&advice), ["4 invoice-paid crm.add_note"]);
}

#[test]
fn the_failure_is_remembered_by_its_proposal_when_history_has_forgotten_it() {
    let proposals = proposed(&attempt(1, 1), ProposalStatus::Approved);
    let advice = advise(&with_proposals(vec![], vec![invoice_paid(2, "in_1")], proposals));
    assert_eq!((outline(&advice).len(), advice.withdrawals.len()), (1, 2));
}

#[test]
fn a_situation_considered_twice_gets_the_same_advice() {
    let pending = vec![attempt(1, 1), payment_failed(2, "in_2"), invoice_paid(3, "in_1")];
    let before = situation(Vec::new(), pending.clone());
    let advice = advise(&before);
    assert_eq!(advice, advise(&before));
    // The agent was interrupted after it wrote the proposals: the same ids are recommended again, and none is
    // withdrawn.
    let proposals: Vec<_> = [payment_failed(2, "in_2")]
        .iter()
        .flat_map(|event| proposed(event, ProposalStatus::Pending))
        .chain(advice.recommendations.iter().filter(|r| r.event == pending[2].id).map(|note| OpenProposal {
            id: note.id,
            status: ProposalStatus::Pending,
            action: note.action.clone(),
            event: note.event,
            event_kind: EventKind::InvoicePaid,
            subject: pending[2].subject.clone(),
        }))
        .collect();
    assert_eq!(proposals.len(), 3);
    assert_eq!(advise(&Situation { proposals, ..before }), advice);
}

#[test]
fn another_event_rule_or_place_gives_another_id() {
    let given_up = failed(1, "in_1", |f| f.final_attempt = true);
    let events = [attempt(1, 1), payment_failed(2, "in_2"), given_up];
    let ids = events.iter().flat_map(|event| proposed(event, ProposalStatus::Pending)).map(|proposal| proposal.id);
    assert_eq!(ids.collect::<BTreeSet<_>>().len(), 2 + 2 + 3);
}

#[test]
fn a_payment_makes_the_answer_to_its_failure_pointless_until_the_last_moment() {
    let playbook = Playbook::load().unwrap();
    let (failure, paid) = (payment_failed(1, "in_1"), invoice_paid(2, "in_1"));
    let reason = Some("Invoice NRV-in_1 was paid on 2026-11-23 (EUR 120.00).".to_owned());
    let table = [
        ("paid", &paid, &failure, reason),
        ("another invoice", &invoice_paid(3, "in_2"), &failure, None),
        ("failed again", &attempt(3, 2), &failure, None),
        ("the event itself", &paid, &paid, None),
        ("paid, reported twice", &invoice_paid(3, "in_1"), &paid, None),
    ];
    for (case, event, answered, expected) in table {
        assert_eq!(playbook.makes_moot(event, &card(answered)), expected, "{case}");
    }
    // The event that a card answers never makes it moot.
    let mut own = card(&failure);
    own.event.id = paid.id;
    assert_eq!(playbook.makes_moot(&paid, &own), None);
}

fn card(event: &Event) -> Card {
    Card {
        action: Action::Executable(Executable::AddNote(AddNote { text: "n".to_owned() })),
        effect: String::new(),
        risk: Risk::Low,
        reversible: true,
        reason: String::new(),
        proposed_by: String::new(),
        questions: Vec::new(),
        answers: Vec::new(),
        event: EventRef {
            id: event.id,
            kind: event.kind(),
            source: event.source.clone(),
            summary: String::new(),
            test: false,
            occurred_at: event.occurred_at,
            link: None,
        },
        subject: event.subject.clone(),
        record: ada(),
        part: None,
        matched: confident(),
        timeline: Vec::new(),
        gates: Vec::new(),
        situation: SituationRef { digest: Digest(String::new()), up_to: 0, entry: None },
    }
}
