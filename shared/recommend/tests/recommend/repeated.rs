//! Repeated advice.

use crate::situations::{advise, failed, proposed, situation};
use nerve_model::{Event, EventKind, ProposalStatus};
use nerve_situation::{OpenProposal, Situation};
use nerve_testkit::events::{invoice_paid, payment_failed};
use std::collections::BTreeSet;

fn attempt(n: u128, attempt: u32) -> Event {
    failed(n, "in_1", |f| f.attempt = Some(attempt))
}

#[test]
fn the_failure_is_remembered_by_its_proposal_when_history_has_forgotten_it() {
    let proposals = proposed(&attempt(1, 1), ProposalStatus::Approved);
    let advice = advise(&Situation { proposals, ..situation(vec![], vec![invoice_paid(2, "in_1")]) });
    assert_eq!(advice.recommendations.len(), 1);
}

#[test]
fn a_situation_considered_twice_gets_the_same_advice() {
    let pending = vec![attempt(1, 1), payment_failed(2, "in_2"), invoice_paid(3, "in_1")];
    let before = situation(Vec::new(), pending.clone());
    let advice = advise(&before);
    assert_eq!(advice, advise(&before));
    // The agent was interrupted after it wrote the proposals: the same ids are recommended again.
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
