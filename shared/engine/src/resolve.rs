//! Finds the records that events are about.

mod associations;
mod index;
mod party;
mod references;
mod resolution;

use crate::retry::retry_on_conflict;
use index::Index;
use nerve_intake::inbox::Due;
use nerve_ledger::{Lookup, events::Indexed, look_up};
use nerve_matching::Model;
use nerve_model::{Event, EventKind, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;
use party::Party;

/// Finds the records of events, in order, or creates provisional ones, and writes the events' index rows: all in one
/// batch, which is refused when `assertion` does not hold. What is due but is no event is passed over.
///
/// Two events of one new customer that arrive at once both try to create it; the claims are unique, so one of them is
/// refused and finds the other's record when it looks again. So are the questions, and what becomes known of a record
/// rests on what was known of it.
pub(crate) async fn identify(
    db: &impl Database,
    entropy: &impl Entropy,
    due: &[&Due],
    assertion: Statement,
    now: Timestamp,
) -> Result<Vec<(RecordId, NewEntry)>, DatabaseError> {
    let arrived: Vec<Arrived<'_>> = due.iter().filter_map(|due| Arrived::new(due)).collect();
    if arrived.is_empty() {
        return Ok(Vec::new());
    }
    retry_on_conflict(async || try_identify(db, entropy, &arrived, &assertion, now).await).await
}

/// An event with what it says.
pub(crate) struct Arrived<'a> {
    event: &'a Event,
    inbox: &'a str,
    duplicates: u32,
    party: Party,
    /// Words that may refer to something known.
    tokens: Vec<String>,
}

impl<'a> Arrived<'a> {
    fn new(due: &'a Due) -> Option<Self> {
        let event = due.event_to_dispatch()?;
        let party = Party::of(event, Model::shipped());
        Some(Self { event, inbox: &due.inbox, duplicates: due.duplicates, party, tokens: references::tokens(event) })
    }
}

async fn try_identify(
    db: &impl Database,
    entropy: &impl Entropy,
    arrived: &[Arrived<'_>],
    assertion: &Statement,
    now: Timestamp,
) -> Result<Vec<(RecordId, NewEntry)>, DatabaseError> {
    let look_up = look_up(db, &lookup(arrived)).await?;
    let indexed =
        |arrived: &Arrived<'_>| look_up.indexed.iter().find(|indexed| indexed.event == arrived.event.id).cloned();
    let before: Vec<Option<Indexed>> = arrived.iter().map(indexed).collect();
    let mut index = Index::new(look_up, entropy, now);
    let mut identified = Vec::with_capacity(arrived.len());
    for (asker, (arrived, indexed)) in arrived.iter().zip(before).enumerate() {
        identified.push(match indexed {
            Some(indexed) => (indexed.record, again(arrived.event, &indexed)),
            None => index.add(asker, arrived),
        });
    }
    index.write(db, assertion).await?;
    Ok(identified)
}

/// What has to be known, asked for once.
fn lookup<'a>(arrived: &'a [Arrived<'_>]) -> Lookup<'a> {
    let mut lookup = Lookup { events: arrived.iter().map(|arrived| arrived.event.id).collect(), ..Lookup::default() };
    for (asker, Arrived { party, tokens, .. }) in arrived.iter().enumerate() {
        lookup.claims.extend(party.claims.iter().chain(&party.others));
        lookup.keys.extend(party.keys.iter().map(|key| (asker, key.as_str())));
        lookup.terms.extend(Model::shipped().terms(&party.profile));
        lookup.tokens.extend(tokens.iter().map(String::as_str));
        lookup.questions.push(&party.question);
    }
    lookup.claims.sort();
    lookup.claims.dedup_by(|a, b| a.kind == b.kind && a.value == b.value);
    for list in [&mut lookup.tokens, &mut lookup.questions] {
        list.sort_unstable();
        list.dedup();
    }
    lookup.terms.sort();
    lookup.terms.dedup();
    lookup
}

/// The entry of an event that was indexed before: what it turned out to be then, it stays.
fn again(event: &Event, indexed: &Indexed) -> NewEntry {
    let mut event = event.clone();
    if indexed.kind == EventKind::VendorReplied {
        event.fact = event.fact.into_vendor_reply();
    }
    NewEntry { event, matched: indexed.matched.clone() }
}
