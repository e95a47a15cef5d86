use crate::{
    associations::{self, Referred},
    candidates::{self, Found},
    events::{self, Indexed},
    links::{self, Around},
    questions::{self, Question},
    records::{self, Owner},
    rows::read_all,
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
    let statements = vec![
        events::select_indexed(&lookup.events),
        records::find_owners(&lookup.claims),
        candidates::select(&lookup.keys),
        candidates::select_terms(&lookup.terms),
        associations::select_referred(&lookup.tokens),
        links::select_around(&lookup.claims),
        questions::select_asked(&lookup.questions, &lookup.claims),
    ];
    let mut answers = db.batch(statements).await?.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    Ok(LookupResult {
        indexed: read_all(&next(), events::read_indexed)?,
        owners: records::read_owners(&next())?,
        found: candidates::read(&next())?,
        terms: candidates::read_terms(&next())?,
        referred: associations::read_referred(&next())?,
        around: links::read_around(&next())?,
        asked: questions::read_asked(&next())?,
    })
}
