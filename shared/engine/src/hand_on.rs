use crate::ATTEMPTS;
use nerve_intake::inbox::{self, Due, Task};
use nerve_ledger::{events, records};
use nerve_matching::{Known, Resolution, deciding_claims, resolve};
use nerve_model::{Claim, ClaimKind, Event, Match, RecordId, RecordRef, RecordType, Timestamp, one_line};
use nerve_ports::{Database, DatabaseError, Entropy, ObjectStorage, Records, Statement, Unreachable};
use nerve_protocol::record::Appended;

/// What an inbox alarm got done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandedOn {
    /// Deliveries dealt with.
    pub done: u32,
    /// Why others were not; they are due again later.
    pub failures: Vec<String>,
}

/// Works through what is due in an inbox: finds out whom each event concerns, hands it to that record, and only then
/// marks it. A delivery that fails is postponed and holds up no other.
pub async fn hand_on(
    storage: &impl ObjectStorage,
    db: &impl Database,
    records: &impl Records,
    entropy: &impl Entropy,
    now: Timestamp,
) -> Result<HandedOn, DatabaseError> {
    let mut handed = HandedOn::default();
    for due in inbox::due(storage, now)? {
        match deal_with(storage, db, records, entropy, &due, now).await {
            Ok(()) => handed.done += 1,
            Err(error) => {
                inbox::postpone(storage, &due.dedup_key, &error.to_string(), now)?;
                handed.failures.push(format!("{}: {error}", due.event));
            }
        }
    }
    Ok(handed)
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Record(#[from] Unreachable),
}

async fn deal_with(
    storage: &impl ObjectStorage,
    db: &impl Database,
    records: &impl Records,
    entropy: &impl Entropy,
    due: &Due,
    now: Timestamp,
) -> Result<(), Failure> {
    match &due.task {
        Task::HandOn(event) => {
            let record = forward(db, records, entropy, &due.inbox, event, now).await?;
            Ok(inbox::handed_on(storage, &due.dedup_key, record, now)?)
        }
        Task::ReportDuplicates { duplicates } => {
            db.query(events::set_duplicates(due.event, *duplicates)).await?;
            Ok(inbox::duplicates_reported(storage, &due.dedup_key, *duplicates)?)
        }
    }
}

async fn forward(
    db: &impl Database,
    records: &impl Records,
    entropy: &impl Entropy,
    inbox: &str,
    event: &Event,
    now: Timestamp,
) -> Result<RecordId, Failure> {
    let (record, matched) = identify(db, entropy, inbox, event, now).await?;
    match records.append(record, event, &matched).await? {
        // The fact is on the timeline by another report: there is nothing to decide about this one.
        Appended::Known { event: first } if first != event.id => {
            db.query(events::mark_decided(&[event.id], now)).await?;
        }
        Appended::Known { .. } | Appended::New { .. } => {}
    }
    Ok(record)
}

/// Finds the record of an event, or creates a provisional one, and writes the event's index row: all in one batch.
/// Two events of one new customer that arrive at once both try to create it; the claims are unique, so one of them is
/// refused and finds the other's record when it looks again.
async fn identify(
    db: &impl Database,
    entropy: &impl Entropy,
    inbox: &str,
    event: &Event,
    now: Timestamp,
) -> Result<(RecordId, Match), DatabaseError> {
    let mut refused = DatabaseError::Conflict("not tried".to_owned());
    for _ in 0..ATTEMPTS {
        match try_identify(db, entropy, inbox, event, now).await {
            Err(conflict @ DatabaseError::Conflict(_)) => refused = conflict,
            settled => return settled,
        }
    }
    Err(refused)
}

async fn try_identify(
    db: &impl Database,
    entropy: &impl Entropy,
    inbox: &str,
    event: &Event,
    now: Timestamp,
) -> Result<(RecordId, Match), DatabaseError> {
    let claims = deciding_claims(event);
    let (stored, owners) = events::identify(db, event.id, &claims).await?;
    if let Some(stored) = stored {
        return Ok((stored.record, stored.matched));
    }
    let known: Vec<Known> = owners.into_iter().map(known).collect();
    let resolution = resolve(&claims, &known);
    let (record, statements) = index(entropy, inbox, event, &resolution, now);
    db.batch(statements).await?;
    Ok((record, resolution.matched))
}

fn known(owner: records::Owner) -> Known {
    Known { kind: owner.kind, value: owner.value, record: owner.record }
}

fn index(
    entropy: &impl Entropy,
    inbox: &str,
    event: &Event,
    resolution: &Resolution,
    now: Timestamp,
) -> (RecordId, Vec<Statement>) {
    let mut statements = Vec::new();
    let record = resolution.record.clone().unwrap_or_else(|| {
        let record = provisional(event, &resolution.learned, entropy, now);
        statements.push(records::insert(&record, true, now));
        record
    });
    statements.extend(resolution.learned.iter().map(|claim| records::learn(record.id, claim, event.id, now)));
    statements.push(events::insert(event, &resolution.matched, record.id, inbox));
    (record.id, statements)
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
