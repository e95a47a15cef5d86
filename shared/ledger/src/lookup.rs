use crate::{
    associations::{self, Referred},
    candidates::{self, Found},
    events::{self, Indexed},
    links::{self, Around},
    query::Batch,
    questions::{self, Question},
    records::{self, Owner},
};
use nerve_matching::TermCounts;
use nerve_model::{Claim, EventId};
use nerve_ports::{Database, DatabaseError};

/// The keys of everything that identity resolution reads for a batch of events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lookup<'a> {
    /// The events.
    pub events: Vec<EventId>,
    /// The claims that may have owners.
    pub claims: Vec<&'a Claim>,
    /// The keys of candidates, each with the number of its event.
    pub keys: Vec<(usize, &'a str)>,
    /// The values whose frequencies are needed.
    pub terms: Vec<(String, String)>,
    /// The words that may be handles of records.
    pub tokens: Vec<&'a str>,
    /// The keys of questions that may exist.
    pub questions: Vec<&'a str>,
}

/// The rows that identity resolution rests on, as of one read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LookupResult {
    /// The stored matches of events that were indexed before.
    pub indexed: Vec<Indexed>,
    /// The owners of the claims.
    pub owners: Vec<Owner>,
    /// The candidates, best first.
    pub found: Vec<Found>,
    /// The frequencies of the values.
    pub terms: TermCounts,
    /// The records that the words refer to.
    pub referred: Vec<Referred>,
    /// The links of the claims' owners.
    pub around: Vec<Around>,
    /// The questions with these keys, or about the owners of the claims.
    pub asked: Vec<Question>,
}

/// Runs the lookup in one transaction. The number of rows read does not depend on the size of the database.
pub async fn look_up(db: &impl Database, lookup: &Lookup<'_>) -> Result<LookupResult, DatabaseError> {
    let mut batch = Batch::default();
    let indexed = batch.ask(events::select_indexed(&lookup.events));
    let owners = batch.ask(records::select_owners(&lookup.claims));
    let found = batch.ask(candidates::select(&lookup.keys));
    let terms = batch.ask(candidates::select_terms(&lookup.terms));
    let referred = batch.ask(associations::select_referred(&lookup.tokens));
    let around = batch.ask(links::select_around(&lookup.claims));
    let asked = batch.ask(questions::select_asked(&lookup.questions, &lookup.claims));
    let answers = batch.run(db).await?;
    Ok(LookupResult {
        indexed: answers.to(&indexed)?,
        owners: answers.to(&owners)?,
        found: answers.to(&found)?,
        terms: answers.to(&terms)?,
        referred: answers.to(&referred)?,
        around: answers.to(&around)?,
        asked: answers.to(&asked)?,
    })
}
