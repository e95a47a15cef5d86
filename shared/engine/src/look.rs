use crate::{ATTEMPTS, questions::told, story::said};
use nerve_context::{Changed, OpenProposal, Part, Situation, Together, asked, together};
use nerve_ledger::{
    Dossier,
    chain::{Body, StoredEntry},
    dossier,
};
use nerve_model::{EventId, MatchVerdict, Proposal, RecordId};
use nerve_ports::{Database, DatabaseError, Timelines, Unreachable};
use nerve_protocol::{TimelineEntry, record::Compared};

/// Why nothing is known about a record now.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LookError {
    /// The database could not be read, or kept changing.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A record object was not reached, or there is no such record.
    #[error(transparent)]
    Record(#[from] Unreachable),
}

/// What waits at a record and at everything merged into it, and what the database knows about it.
#[derive(Debug)]
pub(crate) struct Known {
    pub dossier: Dossier,
    pub together: Together,
    /// The events that were found undecided. What is decided rests on their being so.
    pub undecided: Vec<EventId>,
}

/// The situation of a record, or of the one that it is part of, as a decision now would rest on it.
pub async fn situation(db: &impl Database, records: &impl Timelines, record: RecordId) -> Result<Situation, LookError> {
    Ok(look(db, records, record).await?.situation()?)
}

/// Reads the parts of a record, and reads again when it turns out to be made of others. A hint names a record as it was
/// when something came to it; it may be part of another since.
pub(crate) async fn look(db: &impl Database, records: &impl Timelines, record: RecordId) -> Result<Known, LookError> {
    let mut family = vec![record];
    for _ in 0..ATTEMPTS {
        let parts = read(records, &family).await?;
        let events = events(&parts);
        let dossier = dossier(db, family.first().copied().unwrap_or(record), &events).await?;
        if dossier.family == family {
            let undecided = events.into_iter().filter(|event| !dossier.decided.contains(event)).collect();
            return Ok(Known { together: together(parts, &dossier.decided), dossier, undecided });
        }
        if dossier.family.is_empty() {
            return Err(Unreachable(format!("{record} is not in the database")).into());
        }
        family.clone_from(&dossier.family);
    }
    Err(DatabaseError::Conflict("the record kept changing".to_owned()).into())
}

/// A record without parts is read with one call.
async fn read(records: &impl Timelines, family: &[RecordId]) -> Result<Vec<Part>, Unreachable> {
    let mut parts = Vec::with_capacity(family.len());
    for record in family {
        let waiting = records.pending(*record, u32::try_from(Situation::HISTORY).unwrap_or(u32::MAX)).await?;
        parts.push(Part { record: *record, waiting, compared: Compared::default() });
    }
    let asked = asked(parts.iter().map(|part| &part.waiting));
    if parts.len() > 1 && !asked.subjects.is_empty() {
        for part in &mut parts {
            part.compared = records.compare(part.record, asked.clone()).await?;
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

impl Known {
    /// Without the record there is no situation.
    pub(crate) fn situation(&self) -> Result<Situation, Unreachable> {
        let Self { dossier, together, .. } = self;
        let stored =
            dossier.record.as_ref().ok_or_else(|| Unreachable("the record is not in the database".to_owned()))?;
        Ok(Situation {
            record: stored.reference(),
            known_by: dossier.claims.clone(),
            shared: dossier.shared.clone(),
            addresses: dossier.addresses(),
            history: together.history.clone(),
            pending: together.pending.iter().map(|entry| self.identified(entry)).collect(),
            matters: together.matters.clone(),
            earlier: together.earlier.clone(),
            last_booking: together.last_booking.clone(),
            linked: dossier.linked.clone(),
            about: dossier.about.clone(),
            changed: dossier.changed.iter().map(changed).collect(),
            tasks: dossier.tasks.clone(),
            proposals: dossier.open.iter().map(open_proposal).collect(),
            tried: dossier.tried.clone(),
            up_to: together.up_to,
        })
    }
}

impl Known {
    /// What could have been several is the one that a person said.
    fn identified(&self, entry: &TimelineEntry) -> TimelineEntry {
        let settled = || self.dossier.questions.iter().find(|question| !question.waits());
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
