//! The associations of an event with further records.

use super::references::{answered, message_id, names};
use nerve_ledger::{
    LookupResult,
    associations::{Association, Referred},
    links::{AROUND, Link},
};
use nerve_model::{Claim, Event, RecordRef, Relation, is_over};

/// The most associations of an event; the most confident ones count.
const MOST: usize = 8;

/// The other record owns a vendor id or serial number in the event.
const BY_CLAIM: f64 = 0.99;
/// The event answers a message about the record.
const BY_ANSWER: f64 = 0.95;
/// The record is linked to the event's record as its customer or owner.
const BY_LINK: f64 = 0.95;
/// The text of the event names the record.
const BY_NAME: f64 = 0.9;
/// The record is the only open deal or project of the event's party.
const BY_BEING_THE_ONLY_ONE: f64 = 0.7;

/// The further records that an event is about, most confident first.
pub(super) fn associated(
    event: &Event,
    anchor: &RecordRef,
    others: &[Claim],
    tokens: &[String],
    look_up: &LookupResult,
) -> Vec<Association> {
    let claimed = others.iter().filter_map(|claim| by_claim(claim, look_up));
    let referred = tokens.iter().filter_map(|token| by_reference(event, token, look_up));
    let mut associated: Vec<Association> = Vec::new();
    let linked = by_link(event, anchor, look_up);
    for association in claimed.chain(referred).chain(linked).filter(|association| association.record.id != anchor.id) {
        match associated.iter_mut().find(|known| known.record.id == association.record.id) {
            Some(known) if known.confidence < association.confidence => *known = association,
            Some(_) => {}
            None => associated.push(association),
        }
    }
    associated.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.record.id.cmp(&b.record.id)));
    associated.truncate(MOST);
    associated
}

fn by_claim(claim: &Claim, look_up: &LookupResult) -> Option<Association> {
    let owner = look_up.owners.iter().find(|owner| owner.kind == claim.kind && owner.value == claim.value)?;
    let how = format!("has {} {}", claim.kind, claim.value);
    (!owner.shared).then(|| Association { record: owner.candidate.record.clone(), confidence: BY_CLAIM, how })
}

fn by_reference(event: &Event, token: &str, look_up: &LookupResult) -> Option<Association> {
    let (record, referred) = only(token, &look_up.referred)?;
    let (confidence, how) = if token == event.subject.as_str() {
        (BY_CLAIM, format!("is kept as {token}"))
    } else if answered(&event.fact).is_some_and(|id| message_id(id) == token) {
        (BY_ANSWER, "the message answers one about it".to_owned())
    } else {
        (BY_NAME, format!("names {} {token}", referred.what))
    };
    Some(Association { record: record.clone(), confidence, how })
}

/// The associations by links of the event's record. For a party: its open work, if the event names it or it is the only
/// one. For any other record: the records that it is for.
fn by_link(event: &Event, anchor: &RecordRef, look_up: &LookupResult) -> Vec<Association> {
    let links: Vec<&Link> =
        look_up.around.iter().filter(|around| around.of == anchor.id).map(|around| &around.link).collect();
    if !anchor.record_type.is_party() {
        return links.into_iter().filter_map(|link| for_whom(anchor, link)).collect();
    }
    let mut work: Vec<&RecordRef> = links.iter().filter(|link| is_open_work(link)).map(|link| &link.other).collect();
    work.sort_by_key(|record| record.id);
    work.dedup_by_key(|record| record.id);
    let named: Vec<Association> = work.iter().filter(|record| names(event, &record.name)).map(by_name).collect();
    match work.as_slice() {
        _ if !named.is_empty() => named,
        // There may be more links than were read, so it may not be the only one.
        [only] if links.len() < usize::try_from(AROUND).unwrap_or(usize::MAX) => {
            let how = format!("the only {} under way with {}", only.record_type, anchor.name);
            vec![Association { record: (*only).clone(), confidence: BY_BEING_THE_ONLY_ONE, how }]
        }
        _ => Vec::new(),
    }
}

fn is_open_work(link: &Link) -> bool {
    link.other.record_type.is_work() && !link.stage.as_deref().is_some_and(is_over)
}

fn by_name(record: &&RecordRef) -> Association {
    Association { record: (*record).clone(), confidence: BY_NAME, how: format!("names the {}", record.record_type) }
}

fn for_whom(anchor: &RecordRef, link: &Link) -> Option<Association> {
    let how = format!("the {} of {}", link.relation, anchor.name);
    (!link.reverse && link.relation != Relation::Related).then(|| Association {
        record: link.other.clone(),
        confidence: BY_LINK,
        how,
    })
}

/// The record that a word refers to; `None` where it refers to several.
pub(super) fn only<'a>(token: &str, referred: &'a [Referred]) -> Option<(&'a RecordRef, &'a Referred)> {
    let mut bearers = referred.iter().filter(|referred| referred.token == token);
    let first = bearers.next()?;
    bearers.all(|other| other.record.id == first.record.id).then_some((&first.record, first))
}
