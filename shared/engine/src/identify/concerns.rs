//! What else an event is about, besides the record that it comes to.

use super::references::{answered, message_id};
use nerve_ledger::{
    Ground,
    concerns::{Concern, Referred},
};
use nerve_model::{Claim, Event, RecordId, RecordRef};

/// An event is about no more than these besides; the surest count.
const MOST: usize = 8;

/// The other party's own id or serial number.
const BY_CLAIM: f64 = 0.99;
/// It answers a message about it.
const BY_ANSWER: f64 = 0.95;
/// Its text names it.
const BY_NAME: f64 = 0.9;

/// The further records that an event is about, the surest first.
pub(super) fn concerned(
    event: &Event,
    anchor: RecordId,
    others: &[Claim],
    tokens: &[String],
    ground: &Ground,
) -> Vec<Concern> {
    let claimed = others.iter().filter_map(|claim| by_claim(claim, ground));
    let referred = tokens.iter().filter_map(|token| by_reference(event, token, ground));
    let mut concerned: Vec<Concern> = Vec::new();
    for concern in claimed.chain(referred).filter(|concern| concern.record.id != anchor) {
        match concerned.iter_mut().find(|known| known.record.id == concern.record.id) {
            Some(known) if known.confidence < concern.confidence => *known = concern,
            Some(_) => {}
            None => concerned.push(concern),
        }
    }
    concerned.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.record.id.cmp(&b.record.id)));
    concerned.truncate(MOST);
    concerned
}

fn by_claim(claim: &Claim, ground: &Ground) -> Option<Concern> {
    let owner = ground.owners.iter().find(|owner| owner.kind == claim.kind && owner.value == claim.value)?;
    let how = format!("has {} {}", claim.kind, claim.value);
    (!owner.shared).then(|| Concern { record: owner.standing.record.clone(), confidence: BY_CLAIM, how })
}

fn by_reference(event: &Event, token: &str, ground: &Ground) -> Option<Concern> {
    let (record, referred) = only(token, &ground.referred)?;
    let (confidence, how) = if token == event.subject.as_str() {
        (BY_CLAIM, format!("is kept as {token}"))
    } else if answered(&event.fact).is_some_and(|id| message_id(id) == token) {
        (BY_ANSWER, "the message answers one about it".to_owned())
    } else {
        (BY_NAME, format!("names {} {token}", referred.what))
    };
    Some(Concern { record: record.clone(), confidence, how })
}

/// The one record that goes by a word; none where several do.
pub(super) fn only<'a>(token: &str, referred: &'a [Referred]) -> Option<(&'a RecordRef, &'a Referred)> {
    let mut bearers = referred.iter().filter(|referred| referred.token == token);
    let first = bearers.next()?;
    bearers.all(|other| other.record.id == first.record.id).then_some((&first.record, first))
}
