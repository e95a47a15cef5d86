use crate::{ATTEMPTS, hand_on::event};
use nerve_intake::inbox::Due;
use nerve_ledger::{events, records};
use nerve_matching::{Known, Resolution, deciding_claims, resolve, understood};
use nerve_model::{Claim, ClaimKind, Event, EventId, EventKind, RecordId, RecordRef, RecordType, Timestamp, one_line};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;

/// Finds the records of events, in order, or creates provisional ones, and writes the events' index rows: all in one
/// batch. What is due but is no event is passed over.
///
/// Two events of one new customer that arrive at once both try to create it; the claims are unique, so one of them is
/// refused and finds the other's record when it looks again.
pub(crate) async fn identify(
    db: &impl Database,
    entropy: &impl Entropy,
    due: &[&Due],
    now: Timestamp,
) -> Result<Vec<(RecordId, NewEntry)>, DatabaseError> {
    let arrived: Vec<Arrived<'_>> = due.iter().filter_map(|due| Arrived::new(due)).collect();
    if arrived.is_empty() {
        return Ok(Vec::new());
    }
    let mut refused = DatabaseError::Conflict("not tried".to_owned());
    for _ in 0..ATTEMPTS {
        match try_identify(db, entropy, &arrived, now).await {
            Err(conflict @ DatabaseError::Conflict(_)) => refused = conflict,
            settled => return settled,
        }
    }
    Err(refused)
}

struct Arrived<'a> {
    event: &'a Event,
    inbox: &'a str,
    duplicates: u32,
    claims: Vec<Claim>,
}

impl<'a> Arrived<'a> {
    fn new(due: &'a Due) -> Option<Self> {
        let event = event(due)?;
        let claims = deciding_claims(event);
        Some(Self { event, inbox: &due.inbox, duplicates: due.duplicates, claims })
    }
}

async fn try_identify(
    db: &impl Database,
    entropy: &impl Entropy,
    arrived: &[Arrived<'_>],
    now: Timestamp,
) -> Result<Vec<(RecordId, NewEntry)>, DatabaseError> {
    let ids: Vec<EventId> = arrived.iter().map(|arrived| arrived.event.id).collect();
    let mut claims: Vec<&Claim> = arrived.iter().flat_map(|arrived| &arrived.claims).collect();
    claims.sort();
    claims.dedup();
    let (indexed, owners) = events::identify(db, &ids, &claims).await?;
    let mut index = Index { known: owners.into_iter().map(known).collect(), statements: Vec::new() };
    let found = |id| indexed.iter().find(|indexed| indexed.event == id);
    let identified = arrived.iter().map(|arrived| match found(arrived.event.id) {
        Some(indexed) => (indexed.record, again(arrived.event, indexed)),
        None => index.add(arrived, entropy, now),
    });
    let identified = identified.collect();
    if !index.statements.is_empty() {
        db.batch(index.statements).await?;
    }
    Ok(identified)
}

/// The entry of an event that was indexed before: what it turned out to be then, it stays.
fn again(event: &Event, indexed: &events::Indexed) -> NewEntry {
    let mut event = event.clone();
    if indexed.kind == EventKind::VendorReplied {
        event.fact = event.fact.into_vendor_reply();
    }
    NewEntry { event, matched: indexed.matched.clone() }
}

fn known(owner: records::Owner) -> Known {
    Known { kind: owner.kind, value: owner.value, record: owner.record }
}

/// What is to be written, and whose the claims are once it is.
struct Index {
    known: Vec<Known>,
    statements: Vec<Statement>,
}

impl Index {
    fn add(&mut self, arrived: &Arrived<'_>, entropy: &impl Entropy, now: Timestamp) -> (RecordId, NewEntry) {
        let Resolution { record, matched, learned } = resolve(&arrived.claims, &self.known);
        let record = record.unwrap_or_else(|| {
            let record = provisional(arrived.event, &learned, entropy, now);
            self.statements.push(records::insert(&record, true, now));
            record
        });
        for claim in learned {
            self.statements.push(records::learn(record.id, &claim, arrived.event.id, now));
            self.known.push(Known { kind: claim.kind, value: claim.value, record: record.clone() });
        }
        let Arrived { event, inbox, duplicates, .. } = *arrived;
        let event = Event { fact: understood(&event.fact, &record, &matched), ..event.clone() };
        self.statements.push(events::insert(&event, &matched, record.id, inbox, duplicates));
        (record.id, NewEntry { event, matched })
    }
}

/// A customer nobody has entered yet, named by the best the event offers.
fn provisional(event: &Event, claims: &[Claim], entropy: &impl Entropy, now: Timestamp) -> RecordRef {
    let email = claims.iter().find(|claim| claim.kind == ClaimKind::Email).map(|claim| claim.value.clone());
    let unnamed = || {
        format!("Unnamed customer ({})", claims.first().map_or(event.subject.as_str(), |claim| claim.value.as_str()))
    };
    let name = event.party_name.clone().or(email).unwrap_or_else(unnamed);
    RecordRef {
        id: RecordId::new(now, entropy.random()),
        record_type: RecordType::Customer,
        name: one_line(&name, 120),
    }
}
