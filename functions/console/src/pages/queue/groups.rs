//! What stands together in the list: bands, and in a band the proposals for one event.

use nerve_ledger::queue::{Band, OpenQuestion};
use nerve_model::{Proposal, ProposalId, Timestamp};
use std::cmp::Reverse;

/// An item of the list.
pub(super) enum Listed {
    /// A proposal, with the due time by which it is ordered.
    Proposal(Box<Proposal>, Option<Timestamp>),
    /// An open identity question.
    Question(Box<OpenQuestion>),
}

/// Items with one heading; only the queue has bands.
pub(super) struct Section<'a> {
    pub(super) band: Option<Band>,
    pub(super) groups: Vec<Group<'a>>,
}

/// Items about one event.
pub(super) enum Group<'a> {
    /// The proposals for one event, the riskiest first.
    Event(Vec<(&'a Proposal, Option<Timestamp>)>),
    /// A question.
    Question(&'a OpenQuestion),
}

impl Group<'_> {
    fn is_about(&self, proposal: &Proposal) -> bool {
        match self {
            Self::Event(items) => items.first().is_some_and(|(first, _)| first.card.event.id == proposal.card.event.id),
            Self::Question(_) => false,
        }
    }
}

/// The list in its order, with what stands together brought together.
pub(super) fn sections(items: &[(Option<Band>, Listed)]) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for run in items.chunk_by(|(one, _), (next, _)| one == next) {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (_, listed) in run {
            match listed {
                Listed::Question(open) => groups.push(Group::Question(open)),
                Listed::Proposal(proposal, due) => match groups.iter_mut().find(|group| group.is_about(proposal)) {
                    Some(Group::Event(items)) => items.push((proposal, *due)),
                    _ => groups.push(Group::Event(vec![(proposal, *due)])),
                },
            }
        }
        for group in &mut groups {
            if let Group::Event(items) = group {
                items.sort_by_key(|(proposal, _)| (Reverse(proposal.card.risk), proposal.id));
            }
        }
        sections.push(Section { band: run.first().and_then(|(band, _)| *band), groups });
    }
    sections
}

/// The proposals in the order of the list.
pub(super) fn proposals<'a>(sections: &[Section<'a>]) -> impl Iterator<Item = &'a Proposal> {
    sections
        .iter()
        .flat_map(|section| &section.groups)
        .flat_map(|group| match group {
            Group::Event(items) => items.as_slice(),
            Group::Question(_) => &[],
        })
        .map(|(proposal, _)| *proposal)
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
