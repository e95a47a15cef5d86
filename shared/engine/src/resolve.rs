//! Identity resolution: finds the records of events.

mod associations;
mod index;
mod known;
mod party;
mod references;
mod resolution;
mod write;

use crate::retry::retry_on_conflict;
use index::Index;
use nerve_intake::inbox::Due;
use nerve_ledger::{Lookup, events::Indexed, look_up};
use nerve_matching::Model;
use nerve_model::{Event, EventKind, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;
use party::Party;
pub(crate) use write::asked;

/// Resolves the records of events, in order, creates provisional records where there are none, and writes the events'
/// index rows: all in one batch, which is refused when `assertion` does not hold. Due rows without an event are
/// skipped.
///
/// Of two concurrent batches with events of one new customer, one is refused, since claims are unique; on its retry it
/// finds the record of the other. The keys of questions are unique too, and a profile names the version it rests on.
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

/// An event with the parts of it that resolution reads.
pub(crate) struct Arrived<'a> {
    event: &'a Event,
    inbox: &'a str,
    duplicates: u32,
    party: Party,
    /// The words that may be handles of records.
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
    index.commit(db, assertion).await?;
    Ok(identified)
}

/// One lookup for all events of the batch.
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

/// The entry of an event that was indexed before, with its stored kind and match.
fn again(event: &Event, indexed: &Indexed) -> NewEntry {
    let mut event = event.clone();
    if indexed.kind == EventKind::VendorReplied {
        event.fact = event.fact.into_vendor_reply();
    }
    NewEntry { event, matched: indexed.matched.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_intake::inbox::Task;
    use nerve_ledger::{LookupResult, records::Owner};
    use nerve_model::{Claim, ClaimKind, Role};
    use nerve_testkit::{
        SeededEntropy, Sqlite, block_on,
        events::{NOW, payment_failed},
    };

    fn due(n: u128, name: Option<&str>, claims: &[(ClaimKind, &str)]) -> Due {
        let claim =
            |(kind, value): &(ClaimKind, &str)| Claim { kind: *kind, value: (*value).to_owned(), role: Role::Customer };
        let event = Event {
            claims: claims.iter().map(claim).collect(),
            party_name: name.map(str::to_owned),
            ..payment_failed(n, &format!("in_{n}"))
        };
        let (id, task) = (event.id, Task::Dispatch(Box::new(event)));
        Due { seq: 1, is_retry: false, event: id, inbox: "test:1".to_owned(), duplicates: 0, task }
    }

    /// The owners of claims and the stored questions, in a fixed order.
    fn told(LookupResult { mut owners, mut asked, .. }: LookupResult) -> (Vec<Owner>, String) {
        owners.sort_by(|a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value)));
        asked.sort_by_key(|question| question.id);
        (owners, serde_json::to_string(&asked).unwrap())
    }

    #[test]
    fn later_events_of_a_batch_see_the_state_that_the_database_stores() {
        let (external, email, phone) = (ClaimKind::External, ClaimKind::Email, ClaimKind::Phone);
        let (ada, grace) = (Some("Ada Lovelace"), Some("Grace Hopper"));
        let due = [
            due(1, ada, &[(external, "stripe:customer:1"), (email, "ada@example.com"), (phone, "+4930123456")]),
            due(2, grace, &[(email, "grace@navy.example"), (phone, "+4930123456")]),
            due(3, None, &[(phone, "+4930123456"), (email, "who@example.com")]),
            due(4, ada, &[(external, "stripe:customer:1"), (email, "lovelace@example.com")]),
        ];
        let (db, entropy) = (Sqlite::default(), SeededEntropy::new(1));
        db.tamper("INSERT INTO terms (field, value, n) VALUES ('', '', 20000)");
        let arrived: Vec<Arrived<'_>> = due.iter().filter_map(Arrived::new).collect();
        let before = block_on(look_up(&db, &lookup(&arrived))).unwrap();
        let mut index = Index::new(before, &entropy, NOW);
        for (asker, arrived) in arrived.iter().enumerate() {
            index.add(asker, arrived);
        }
        assert_eq!(index.known.found.asked.len(), 1);
        let known = told(index.known.found.clone());
        assert_eq!(known.0.iter().filter(|owner| owner.shared).count(), 1);
        block_on(index.commit(&db, &Statement::new("SELECT 1", []))).unwrap();
        assert_eq!(known, told(block_on(look_up(&db, &lookup(&arrived))).unwrap()));
    }
}
