//! The order of the queue: proposals grouped by event.

use super::super::{params, view::View};
use nerve_model::{Proposal, ProposalId, Risk};
use std::cmp::Reverse;

/// The proposals for one event, the riskiest first.
pub(super) struct Group<'a> {
    pub(super) items: Vec<&'a Proposal>,
    /// One of them is urgent or of high risk.
    pub(super) first: bool,
}

/// Newest event first; among pending proposals, the urgent and the risky before all others.
pub(super) fn grouped(items: &[Proposal], view: View) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for proposal in items {
        let event = proposal.card.event.id;
        let of_event = |group: &&mut Group<'_>| group.items.first().is_some_and(|first| first.card.event.id == event);
        match groups.iter_mut().find(of_event) {
            Some(group) => group.items.push(proposal),
            None => groups.push(Group { items: vec![proposal], first: false }),
        }
    }
    for group in &mut groups {
        group.items.sort_by_key(|proposal| (Reverse(proposal.card.risk), proposal.id));
        group.first = view == View::PENDING && group.items.iter().any(|proposal| comes_first(proposal));
    }
    groups.sort_by_key(|group| !group.first);
    groups
}

fn comes_first(proposal: &Proposal) -> bool {
    proposal.card.risk >= Risk::High || params::is_urgent(&proposal.card.action)
}

/// The first proposal of the list.
pub(super) fn first<'a>(groups: &[Group<'a>]) -> Option<&'a Proposal> {
    groups.first().and_then(|group| group.items.first()).copied()
}

/// The proposals in the order of the list.
pub(super) fn order(groups: &[Group<'_>]) -> Vec<ProposalId> {
    groups.iter().flat_map(|group| group.items.iter().map(|proposal| proposal.id)).collect()
}

/// The proposal to open once `id` is decided: the next in the list, else the one before; the first, when the list does
/// not hold `id`.
pub(super) fn after(order: &[ProposalId], id: ProposalId) -> Option<ProposalId> {
    let Some(at) = order.iter().position(|other| *other == id) else { return order.first().copied() };
    order.get(at + 1).or_else(|| order.get(at.checked_sub(1)?)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_decision_the_next_one_is_shown() {
        let [a, b, c] = [1_u128, 2, 3].map(ProposalId::from_u128);
        let order = [a, b, c];
        assert_eq!([after(&order, a), after(&order, b), after(&order, c)], [Some(b), Some(c), Some(b)]);
        assert_eq!([after(&[a], a), after(&order, ProposalId::from_u128(9)), after(&[], a)], [None, Some(a), None]);
    }
}
