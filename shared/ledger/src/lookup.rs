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

/// What is asked before it is decided whom events concern.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lookup<'a> {
    /// The events.
    pub events: Vec<EventId>,
    /// The claims that could decide.
    pub claims: Vec<&'a Claim>,
    /// The keys of candidates, each with the number of the event that asks.
    pub keys: Vec<(usize, &'a str)>,
    /// Values whose frequency counts.
    pub terms: Vec<(String, String)>,
    /// Words that may refer to something known.
    pub tokens: Vec<&'a str>,
    /// The keys of questions that may have been asked before.
    pub questions: Vec<&'a str>,
}

/// Everything that a decision about whom events concern rests on, as of one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LookupResult {
    /// Those of the events that were indexed before.
    pub indexed: Vec<Indexed>,
    /// Those of the claims that belong to somebody.
    pub owners: Vec<Owner>,
    /// The candidates, the nearest first.
    pub found: Vec<Found>,
    /// How often values occur.
    pub terms: TermCounts,
    /// What the words refer to.
    pub referred: Vec<Referred>,
    /// What the owners of the claims have to do with.
    pub around: Vec<Around>,
    /// The questions that were asked with these keys, or about the owners of these claims.
    pub asked: Vec<Question>,
}

/// Looks up what is asked, in one transaction. How many rows are read does not depend on how many there are.
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
