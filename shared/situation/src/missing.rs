//! The information that a next step would need and that was not found.

use crate::Situation;
use nerve_model::{ClaimKind, EventKind, Fact, MatchVerdict, PaymentFailed, Relation};
use nerve_protocol::TimelineEntry;

/// The missing pieces, in a few words each.
pub(crate) fn of(situation: &Situation) -> Vec<String> {
    let record_type = situation.record.record_type;
    let is_party = record_type.is_party();
    let asks = [
        (is_party && !knows(situation, ClaimKind::Email), "no mail address"),
        (is_party && !knows(situation, ClaimKind::Phone), "no telephone number"),
        (record_type.is_work() && !has(situation, Relation::Customer), "whom it is for: no customer is linked"),
        (any_failed(situation, |failed| failed.invoice.is_none()), "which invoice a failed payment was for"),
        (any_failed(situation, |failed| failed.amount.minor == 0), "how much a failed payment was about"),
        (any_stray_reply(situation), "which deal or project a vendor's answer is about"),
        (any_match(situation, MatchVerdict::Ambiguous), "who it is: more than one record fits"),
        (any_match(situation, MatchVerdict::New), "who it is: nobody has confirmed it"),
    ];
    asks.into_iter().filter(|(missing, _)| *missing).map(|(_, what)| what.to_owned()).collect()
}

fn knows(situation: &Situation, kind: ClaimKind) -> bool {
    // A shared telephone number still reaches the household; a message to a shared address could be read by somebody
    // else.
    let shared = situation.shared.iter().filter(|_| kind == ClaimKind::Phone);
    situation.known_by.iter().chain(shared).any(|claim| claim.kind == kind)
}

fn has(situation: &Situation, relation: Relation) -> bool {
    situation.linked.iter().any(|linked| linked.relation == relation && !linked.reverse)
}

fn any_failed(situation: &Situation, lacks: impl Fn(&PaymentFailed) -> bool) -> bool {
    let failed = |entry: &TimelineEntry| matches!(&entry.event.fact, Fact::PaymentFailed(failed) if lacks(failed));
    situation.open_items.iter().any(failed)
}

/// A vendor's reply without an association with a deal or project.
fn any_stray_reply(situation: &Situation) -> bool {
    let replies = situation.pending.iter().filter(|entry| entry.event.kind() == EventKind::VendorReplied);
    let tied = |event| situation.about(event).any(|record| record.record_type.is_work());
    replies.into_iter().any(|entry| !tied(entry.event.id))
}

/// A pending event has a match with this verdict. The matches of earlier events were considered before.
fn any_match(situation: &Situation, verdict: MatchVerdict) -> bool {
    situation.pending.iter().any(|entry| entry.matched.verdict == verdict)
}
