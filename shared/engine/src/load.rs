use crate::{
    entry_text::said,
    questions::told,
    retry::{MayConflict, retry_on_conflict},
};
use nerve_ledger::{
    RecordSnapshot,
    chain::{Body, StoredEntry},
    snapshot,
};
use nerve_model::{EventId, MatchVerdict, Proposal, RecordId};
use nerve_ports::{Database, DatabaseError, Timelines, Unreachable};
use nerve_protocol::{TimelineEntry, record::Compared};
use nerve_situation::{Changed, Combined, OpenProposal, Part, Situation, combined, comparison};

/// The reason why a record could not be loaded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LoadError {
    /// The database could not be read, or kept changing.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A record object was unreachable, or there is no such record.
    #[error(transparent)]
    Record(#[from] Unreachable),
}

impl MayConflict for LoadError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// The pending events of a record's members, with the snapshot of the record from the database.
#[derive(Debug)]
pub(crate) struct RecordContext {
    pub snapshot: RecordSnapshot,
    pub combined: Combined,
    /// The pending events that the agent had not decided at the time of the read. The decision's batch asserts that.
    pub undecided: Vec<EventId>,
}

/// The present situation of a record, or of the root that it is a part of.
pub async fn situation(db: &impl Database, records: &impl Timelines, record: RecordId) -> Result<Situation, LoadError> {
    Ok(load(db, records, record).await?.situation()?)
}

/// Loads a record with all its members, and reads again when the members changed. The id in a queue message may have
/// become a part since.
pub(crate) async fn load(
    db: &impl Database,
    records: &impl Timelines,
    record: RecordId,
) -> Result<RecordContext, LoadError> {
    let mut members = vec![record];
    retry_on_conflict(async || {
        let parts = read(records, &members).await?;
        let events = events(&parts);
        let snapshot = snapshot(db, members.first().copied().unwrap_or(record), &events).await?;
        if snapshot.members == members {
            let undecided = events.into_iter().filter(|event| !snapshot.decided.contains(event)).collect();
            return Ok(RecordContext { combined: combined(parts, &snapshot.decided), snapshot, undecided });
        }
        if snapshot.members.is_empty() {
            return Err(Unreachable(format!("{record} is not in the database")).into());
        }
        members.clone_from(&snapshot.members);
        Err(DatabaseError::Conflict("the record kept changing".to_owned()).into())
    })
    .await
}

/// Reads each member's pending events. A record without parts takes one call.
async fn read(records: &impl Timelines, members: &[RecordId]) -> Result<Vec<Part>, Unreachable> {
    let mut parts = Vec::with_capacity(members.len());
    for record in members {
        let waiting = records.pending(*record, u32::try_from(Situation::HISTORY).unwrap_or(u32::MAX)).await?;
        parts.push(Part { record: *record, waiting, compared: Compared::default() });
    }
    let comparison = comparison(parts.iter().map(|part| &part.waiting));
    if parts.len() > 1 && !comparison.subjects.is_empty() {
        for part in &mut parts {
            part.compared = records.compare(part.record, comparison.clone()).await?;
        }
    }
    Ok(parts)
}

fn events(parts: &[Part]) -> Vec<EventId> {
    let waiting = parts.iter().flat_map(|part| &part.waiting.entries).map(|entry| entry.event.id);
    let mut events: Vec<EventId> = waiting.collect();
    for (_, event) in parts.iter().flat_map(|part| &part.compared.facts) {
        if !events.contains(event) {
            events.push(*event);
        }
    }
    events
}

impl RecordContext {
    /// The situation.
    ///
    /// # Errors
    ///
    /// The record is not in the database.
    pub(crate) fn situation(&self) -> Result<Situation, Unreachable> {
        let Self { snapshot, combined, .. } = self;
        let stored =
            snapshot.record.as_ref().ok_or_else(|| Unreachable("the record is not in the database".to_owned()))?;
        Ok(Situation {
            record: stored.reference(),
            known_by: snapshot.claims.clone(),
            shared: snapshot.shared.clone(),
            addresses: snapshot.addresses(),
            history: combined.history.clone(),
            pending: combined.pending.iter().map(|entry| self.identified(entry)).collect(),
            open_items: combined.open_items.clone(),
            earlier: combined.earlier.clone(),
            last_booking: combined.last_booking.clone(),
            linked: snapshot.linked.clone(),
            about: snapshot.about.clone(),
            changed: snapshot.changed.iter().map(changed).collect(),
            tasks: snapshot.tasks.clone(),
            proposals: snapshot.open.iter().map(open_proposal).collect(),
            tried: snapshot.tried.clone(),
            up_to: combined.up_to,
        })
    }
}

impl RecordContext {
    /// The entry with the match that a person decided, if its own match is ambiguous and the question has an answer.
    fn identified(&self, entry: &TimelineEntry) -> TimelineEntry {
        let settled = || self.snapshot.questions.iter().find(|question| !question.waits());
        let unclear = entry.matched.verdict == MatchVerdict::Ambiguous;
        let said = unclear.then(settled).flatten().map(told);
        TimelineEntry { matched: said.unwrap_or_else(|| entry.matched.clone()), ..entry.clone() }
    }
}

fn changed(entry: &StoredEntry) -> Changed {
    let named = entry.body.iter().flat_map(Body::names).collect();
    Changed { at: entry.at, by: entry.actor.clone(), what: said(entry), named }
}

fn open_proposal(proposal: &Proposal) -> OpenProposal {
    OpenProposal {
        id: proposal.id,
        status: proposal.status,
        action: proposal.card.action.clone(),
        event: proposal.card.event.id,
        event_kind: proposal.card.event.kind,
        subject: proposal.card.subject.clone(),
    }
}
