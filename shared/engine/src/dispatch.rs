use crate::{merged_elsewhere, resolve::identify};
use nerve_intake::inbox::{self, Due, Outcome, Task};
use nerve_ledger::{
    events,
    privacy::{self, Suppressed},
};
use nerve_model::{EventId, EventKind, Millis, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, ObjectStorage, Records, Situations, Unreachable};
use nerve_protocol::record::{Appended, NewEntry};

/// The number of failures in a row after which the inbox backs off: the cause is then likely a common one.
const FAILURES_IN_A_ROW: usize = 3;

/// The result of an inbox alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// The number of deliveries that were dispatched.
    pub done: usize,
    /// The errors of the others; they are due again later.
    pub failures: Vec<String>,
}

/// The dispatcher of an inbox's due deliveries.
#[derive(Debug)]
pub struct Dispatcher<'a, D, R, S, E> {
    /// The shared database.
    pub db: &'a D,
    /// The record objects with the timelines.
    pub records: &'a R,
    /// The queue for records with pending events.
    pub situations: &'a S,
    /// The source of new ids.
    pub entropy: &'a E,
    /// The retention of raw bodies.
    pub retention: Millis,
    /// The time.
    pub now: Timestamp,
}

impl<D: Database, R: Records, S: Situations, E: Entropy> Dispatcher<'_, D, R, S, E> {
    /// Dispatches the due deliveries: resolves each event's record, appends it to that record's timeline, announces the
    /// record, and only then marks the event.
    ///
    /// It processes the deliveries together and, if that fails, one by one: a delivery that fails does not hold up the
    /// others.
    pub async fn dispatch(&self, storage: &impl ObjectStorage) -> Result<Dispatched, DatabaseError> {
        let all = inbox::due(storage, self.now)?;
        let due = all.len();
        let outcomes = self.process(all).await;
        inbox::record_outcomes(storage, &outcomes, self.retention, self.now)?;
        if outcomes.len() < due {
            inbox::back_off(storage, self.now)?;
        }
        let failures = outcomes.iter().filter_map(|(due, outcome)| match outcome {
            Outcome::Done | Outcome::Suppressed => None,
            Outcome::Failed(error) => Some(format!("{}: {error}", due.event)),
        });
        let failures: Vec<String> = failures.collect();
        Ok(Dispatched { done: outcomes.len() - failures.len(), failures })
    }

    async fn process(&self, due: Vec<Due>) -> Vec<(Due, Outcome)> {
        match self.combined(&due).await {
            Ok(outcomes) => due.into_iter().zip(outcomes).collect(),
            Err(error) if due.len() == 1 => {
                due.into_iter().map(|due| (due, Outcome::Failed(error.to_string()))).collect()
            }
            Err(_) => self.one_by_one(due).await,
        }
    }

    async fn one_by_one(&self, due: Vec<Due>) -> Vec<(Due, Outcome)> {
        let (mut outcomes, mut failures) = (Vec::with_capacity(due.len()), 0);
        for due in due {
            let outcome = match self.combined(std::slice::from_ref(&due)).await {
                Ok(outcomes) => outcomes.into_iter().next().unwrap_or(Outcome::Done),
                Err(error) => Outcome::Failed(error.to_string()),
            };
            failures = if matches!(outcome, Outcome::Failed(_)) { failures + 1 } else { 0 };
            outcomes.push((due, outcome));
            if failures == FAILURES_IN_A_ROW {
                break;
            }
        }
        outcomes
    }

    /// One outcome for each delivery; an error when none could be processed.
    async fn combined(&self, due: &[Due]) -> Result<Vec<Outcome>, DatabaseError> {
        let held = self.suppress(due).await?;
        let comes_in = |due: &&Due| matches!(due.task, Task::Dispatch(_)) && !held.items.contains(&due.event);
        let events: Vec<&Due> = due.iter().filter(comes_in).collect();
        let identified = identify(self.db, self.entropy, &events, held.assertion(), self.now).await?;
        self.follow_merges(&events).await?;
        self.report_copies(due).await?;
        let mut failures = Vec::new();
        for (record, entries) in by_record(identified) {
            let ids: Vec<EventId> = entries.iter().map(|entry| entry.event.id).collect();
            if let Err(error) = self.forward(record, entries).await {
                failures.extend(ids.into_iter().map(|id| (id, error.to_string())));
            }
        }
        let outcome = |due: &Due| match held.items.contains(&due.event) {
            true => Outcome::Suppressed,
            false => outcome(due, &failures),
        };
        Ok(due.iter().map(outcome).collect())
    }

    /// The events about erased people. They are counted before they are dropped: a failure in between counts them
    /// twice.
    async fn suppress(&self, due: &[Due]) -> Result<Suppressed<EventId>, DatabaseError> {
        let asked =
            due.iter().filter_map(Due::event_to_dispatch).map(|event| (event.id, privacy::tellers(event))).collect();
        let held = privacy::suppressed(self.db, asked).await?;
        let held = self.suppress_merged(due, held).await?;
        if let Some(count) = held.count(self.now) {
            self.db.query(count).await?;
        }
        Ok(held)
    }

    /// Also the events about the ids by which erased people go on after a merge in another tool.
    async fn suppress_merged(
        &self,
        due: &[Due],
        mut held: Suppressed<EventId>,
    ) -> Result<Suppressed<EventId>, DatabaseError> {
        let events = || due.iter().filter_map(Due::event_to_dispatch);
        loop {
            let merges = events().filter(|event| event.kind() == EventKind::RecordMerged);
            let merges: Vec<_> = merges.filter(|event| held.items.contains(&event.id)).collect();
            if merges.is_empty() {
                return Ok(held);
            }
            for event in merges {
                privacy::bury_merged(self.db, event).await?;
            }
            let asked = events().map(|event| (event.id, privacy::tellers(event))).collect();
            let again = privacy::suppressed(self.db, asked).await?;
            let before = std::mem::replace(&mut held, again).items.len();
            if held.items.len() == before {
                return Ok(held);
            }
        }
    }

    /// Merges the records that other tools report as merged.
    async fn follow_merges(&self, events: &[&Due]) -> Result<(), DatabaseError> {
        for event in events.iter().filter_map(|due| due.event_to_dispatch()) {
            for record in merged_elsewhere::follow(self.db, self.entropy, event, self.now).await? {
                // The sweeper repeats a lost announcement.
                let _announced = self.situations.announce(record).await;
            }
        }
        Ok(())
    }

    async fn report_copies(&self, due: &[Due]) -> Result<(), DatabaseError> {
        let reported = due.iter().filter(|due| due.task == Task::ReportCopies);
        let statements: Vec<_> = reported.map(|due| events::set_duplicates(due.event, due.duplicates)).collect();
        if statements.is_empty() { Ok(()) } else { self.db.batch(statements).await.map(drop) }
    }

    async fn forward(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<(), Failure> {
        let ids: Vec<EventId> = entries.iter().map(|entry| entry.event.id).collect();
        let appended = self.records.append(record, entries).await?;
        if appended.len() != ids.len() {
            return Err(Unreachable("the record answered for another number of events".to_owned()).into());
        }
        // Another report brought the fact to the timeline before: there is nothing to decide about this one.
        let is_repeat = |(id, appended): &(&EventId, &Appended)| match appended {
            Appended::New { .. } => false,
            Appended::Known { event } => event != *id,
        };
        let repeats: Vec<EventId> = ids.iter().zip(&appended).filter(is_repeat).map(|(id, _)| *id).collect();
        if !repeats.is_empty() {
            self.db.query(events::mark_decided(&repeats, self.now)).await?;
        }
        if repeats.len() < ids.len() {
            self.situations.announce(record).await?;
        }
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

fn outcome(due: &Due, failures: &[(EventId, String)]) -> Outcome {
    match &due.task {
        Task::Damaged(error) => Outcome::Failed(format!("the stored event does not read: {error}")),
        Task::ReportCopies => Outcome::Done,
        Task::Dispatch(_) => {
            let failure = failures.iter().find(|(id, _)| *id == due.event);
            failure.map_or(Outcome::Done, |(_, error)| Outcome::Failed(error.clone()))
        }
    }
}

/// The events of each record in order; records in the order of their first event.
fn by_record(identified: Vec<(RecordId, NewEntry)>) -> Vec<(RecordId, Vec<NewEntry>)> {
    let mut records: Vec<(RecordId, Vec<NewEntry>)> = Vec::new();
    for (record, entry) in identified {
        match records.iter_mut().find(|(id, _)| *id == record) {
            Some((_, entries)) => entries.push(entry),
            None => records.push((record, vec![entry])),
        }
    }
    records
}
