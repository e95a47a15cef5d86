//! Erasure of the data about a person.
//!
//! An erasure is a row with its current step. Each step may be repeated, and any caller continues where the last one
//! stopped: first the request, then the sweeper. The order of the steps keeps data findable: suppression begins first;
//! then the inboxes erase the events and the database their rows; then the timelines, the mentions in others' rows, and
//! imported rows follow; and one batch deletes every row of the person, including the claims by which it was found.

mod files;

use crate::review::REASON_CHARS;
use nerve_ledger::imports::ChunkId;
use nerve_ledger::privacy::{self, Erasure, MENTIONS, Mention, Scan, Step, Subject, Words};
use nerve_model::{Actor, ErasureId, EventId, RecordId, Timestamp, typed_line};
use nerve_ports::{Database, DatabaseError, Entropy, ErasureTargets, Unreachable};

/// The most events that one step erases.
const EVENTS: u32 = 20;

/// The reason why an erasure did not begin or continue.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EraseError {
    /// No record or erasure has this id.
    #[error("there is no such record")]
    NotFound,
    /// The request is invalid; the message names the problem.
    #[error("{0}")]
    Invalid(String),
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// An object was unreachable.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// The eraser, which begins erasures and runs their steps.
#[derive(Debug)]
pub struct Eraser<'a, D, K, E> {
    /// The shared database.
    pub db: &'a D,
    /// The objects with data about people.
    pub targets: &'a K,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
}

impl<D: Database, K: ErasureTargets, E: Entropy> Eraser<'_, D, K, E> {
    /// Begins the erasure of a record with all its parts. A repeated request returns the existing erasure.
    ///
    /// # Errors
    ///
    /// The record does not exist, or the reason is missing or mentions the person.
    pub async fn begin(&self, record: RecordId, by: &Actor, reason: &str) -> Result<Erasure, EraseError> {
        let subject = privacy::subject(self.db, record).await?.ok_or(EraseError::NotFound)?;
        if let Some(erasure) = subject.erasure {
            return Ok(erasure);
        }
        let reason = typed_line("the reason", reason, REASON_CHARS);
        let reason = reason.map_err(|error| EraseError::Invalid(error.to_string()))?.unwrap_or_default();
        check(&reason, &subject)?;
        let id = ErasureId::new(self.now, self.entropy.random());
        privacy::begin(self.db, id, &subject, by, &reason, self.now).await?;
        self.erasure(id).await
    }

    /// Runs up to `steps` steps of an erasure and returns its state.
    ///
    /// # Errors
    ///
    /// A read, write or call failed; the erasure stores the error, and a later call continues.
    pub async fn go_on(&self, id: ErasureId, steps: u32) -> Result<Erasure, EraseError> {
        for _ in 0..steps {
            let erasure = self.erasure(id).await?;
            if erasure.done_at.is_some() {
                break;
            }
            if let Err(error) = self.step(&erasure).await {
                self.db.query(privacy::stuck(id, &error.to_string())).await?;
                return Err(error);
            }
        }
        self.erasure(id).await
    }

    /// Lifts the suppression after an erasure.
    ///
    /// # Errors
    ///
    /// The erasure is not complete.
    pub async fn release(&self, id: ErasureId, by: &Actor) -> Result<Erasure, EraseError> {
        let erasure = self.erasure(id).await?;
        if erasure.done_at.is_none() {
            return Err(EraseError::Invalid("The erasure is not done yet.".to_owned()));
        }
        if erasure.released_at.is_none() {
            privacy::release(self.db, &erasure, by, self.entropy.random(), self.now).await?;
        }
        self.erasure(id).await
    }

    async fn erasure(&self, id: ErasureId) -> Result<Erasure, EraseError> {
        privacy::get(self.db, id).await?.ok_or(EraseError::NotFound)
    }

    async fn step(&self, erasure: &Erasure) -> Result<(), EraseError> {
        let subject = privacy::subject(self.db, erasure.record).await?.ok_or(EraseError::NotFound)?;
        let (step, cursor) = match erasure.step.as_str() {
            Step::FIRST => self.deliveries(&subject).await?,
            Step::TIMELINES => self.timelines(&subject).await?,
            Step::MENTIONS => self.mentions(&subject, &erasure.cursor).await?,
            Step::FILES => match self.files(&subject, chunk(&erasure.cursor)).await? {
                Some(ChunkId { import, n }) => (Step::FILES, format!("{import} {n}")),
                None => (Step::ROWS, String::new()),
            },
            _ => {
                privacy::finish(self.db, erasure.id, &subject, || self.entropy.random(), self.now).await?;
                return Ok(());
            }
        };
        self.db.query(privacy::reached(erasure.id, step, &cursor)).await?;
        Ok(())
    }

    /// The inboxes erase first: as long as a row exists, its event can be found.
    async fn deliveries(&self, subject: &Subject) -> Result<(&'static str, String), EraseError> {
        let words = Words::of(subject);
        let places = privacy::places(self.db, subject.root, EVENTS).await?;
        for place in &places {
            self.targets.erase_delivery(&place.inbox, &place.dedup_key, words.replaced()).await?;
        }
        if places.is_empty() {
            return Ok((Step::TIMELINES, String::new()));
        }
        let events: Vec<EventId> = places.iter().map(|place| place.event).collect();
        self.db.batch(privacy::forget_events(&events)).await?;
        Ok((Step::FIRST, String::new()))
    }

    async fn timelines(&self, subject: &Subject) -> Result<(&'static str, String), EraseError> {
        for record in &subject.members {
            self.targets.erase_timeline(*record).await?;
        }
        Ok((Step::MENTIONS, String::new()))
    }

    /// The cursor is the table and the key after which the next page begins.
    async fn mentions(&self, subject: &Subject, cursor: &str) -> Result<(&'static str, String), EraseError> {
        let (table, after) = cursor.split_once(' ').unwrap_or((cursor, ""));
        let Some(mention) = MENTIONS.iter().find(|mention| mention.table == table).or(MENTIONS.first()) else {
            return Ok((Step::FILES, String::new()));
        };
        let words = Words::of(subject);
        let after = Some(after).filter(|after| !after.is_empty());
        let scan = privacy::scan(self.db, mention, after, &words, subject, self.now).await?;
        self.take_out(&scan, &words).await?;
        Ok(match scan.next {
            Some(next) => (Step::MENTIONS, format!("{} {next}", mention.table)),
            None => table_after(mention).map_or((Step::FILES, String::new()), |next| (Step::MENTIONS, next.to_owned())),
        })
    }

    /// The objects scrub first: as long as a row mentions the person, a scan finds it.
    async fn take_out(&self, scan: &Scan, words: &Words) -> Result<(), EraseError> {
        for spoken in &scan.events {
            self.targets.scrub_delivery(&spoken.inbox, &spoken.dedup_key, words.replaced()).await?;
        }
        let mut records: Vec<RecordId> = scan.events.iter().map(|spoken| spoken.record).collect();
        records.sort_unstable();
        records.dedup();
        for record in records {
            self.targets.scrub_timeline(record, words.replaced()).await?;
        }
        if !scan.statements.is_empty() {
            self.db.batch(scan.statements.clone()).await?;
        }
        Ok(())
    }
}

fn chunk(cursor: &str) -> Option<ChunkId> {
    let (import, n) = cursor.split_once(' ')?;
    Some(ChunkId { import: import.parse().ok()?, n: n.parse().ok()? })
}

fn table_after(mention: &Mention) -> Option<&'static str> {
    let mut tables = MENTIONS.iter().skip_while(|other| other.table != mention.table);
    tables.nth(1).map(|next| next.table)
}

/// The reason stays, so it must not mention the person.
fn check(reason: &str, subject: &Subject) -> Result<(), EraseError> {
    if reason.is_empty() {
        return Err(EraseError::Invalid("Say why.".to_owned()));
    }
    if Words::of(subject).are_in(reason) {
        let problem = "The reason stays when everything else is gone: it must not name the person.";
        return Err(EraseError::Invalid(problem.to_owned()));
    }
    Ok(())
}
