use crate::{
    associations,
    autonomy::{self, StoredGrant},
    chain::{self, Heads, StoredEntry},
    events, links, merges, proposals,
    questions::{self, Question},
    readiness,
    records::{self, StoredRecord},
    rows::read_all,
    tasks, timeline,
};
use nerve_model::{Claim, ClaimKind, EventId, Proposal, RecordId};
use nerve_ports::{Database, DatabaseError};
use nerve_situation::{About, Linked, OpenTask};

/// Everything a decision about a record rests on besides its timeline, as of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordSnapshot {
    /// The record; `None` when there is no such record.
    pub record: Option<StoredRecord>,
    /// What is known to belong to it, strongest first.
    pub claims: Vec<Claim>,
    /// The mailboxes and telephone numbers that it goes by and others have.
    pub shared: Vec<Claim>,
    /// What is still to be done, oldest first.
    pub tasks: Vec<OpenTask>,
    /// What is proposed and not settled, oldest first; of more than a hundred, what the events asked about may make moot.
    pub open: Vec<Proposal>,
    /// What was proposed before and is settled, newest first; of the last thirty proposals, at most ten.
    pub tried: Vec<Proposal>,
    /// Those of the events asked about that were decided before: an interrupted decision is not taken twice.
    pub decided: Vec<EventId>,
    /// What may act without a person.
    pub grants: Vec<StoredGrant>,
    /// Everything that the record is made of: itself first, then what was merged into it.
    pub members: Vec<RecordId>,
    /// Where their chains end.
    pub heads: Heads,
    /// How one of the chains is broken, if so: no effect may follow then.
    pub broken: Option<String>,
    /// Those of them that a merge or its undoing made more or less of, and nobody looked since.
    pub recombined: Vec<RecordId>,
    /// What a person was asked about them.
    pub questions: Vec<Question>,
    /// What the record has to do with, and where that stands.
    pub linked: Vec<Linked>,
    /// What else the events asked about are about.
    pub about: Vec<About>,
    /// What people changed in what is kept since something was decided, oldest first, of more than ten the latest.
    pub changed: Vec<StoredEntry>,
}

impl RecordSnapshot {
    /// Whether it is still asked who this is: what came waits for the answer.
    pub fn waits(&self) -> bool {
        self.questions.iter().any(|question| question.waits() && self.members.first() == Some(&question.record))
    }

    /// The mail addresses of the record.
    pub fn addresses(&self) -> Vec<String> {
        let emails = self.claims.iter().filter(|claim| claim.kind == ClaimKind::Email);
        emails.map(|claim| claim.value.clone()).collect()
    }
}

/// Reads a record's dossier in one transaction; `asked` are the events about to be decided. Asked about a part of a record,
/// everything but `record` is that of the whole.
pub async fn snapshot(
    db: &impl Database,
    record: RecordId,
    asked: &[EventId],
) -> Result<RecordSnapshot, DatabaseError> {
    let statements = vec![
        records::select(record),
        records::select_claims(record),
        records::select_shared(record),
        tasks::select_open(record),
        proposals::select_open(record, asked),
        proposals::select_tried(record),
        events::select_decided(asked),
        autonomy::select(),
        records::select_members(record),
        chain::select_heads(record),
        readiness::select(record),
        merges::select_unsettled(record),
        questions::select_about(record),
        links::select(record),
        associations::select_about(asked),
        timeline::select_changed(record),
    ];
    let mut answers = db.batch(statements).await?.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let mut snapshot = RecordSnapshot {
        record: next().first().map(records::read).transpose()?,
        claims: records::read_claims(&next())?,
        shared: records::read_claims(&next())?,
        tasks: tasks::read_open(&next())?,
        open: read_all(&next(), proposals::read)?,
        tried: read_all(&next(), proposals::read)?,
        decided: read_all(&next(), |row| row.parse("id"))?,
        grants: read_all(&next(), autonomy::read)?,
        members: read_all(&next(), |row| row.parse("id"))?,
        heads: chain::read_heads(&next())?,
        broken: readiness::read(&next())?,
        recombined: read_all(&next(), |row| row.parse("record"))?,
        questions: questions::read_asked(&next())?,
        linked: links::read(&next())?.into_iter().map(Linked::from).collect(),
        about: associations::read_about(&next())?,
        changed: read_all(&next(), chain::read)?,
    };
    // What was merged into the record had to do with it before.
    let own = snapshot.members.first().copied();
    snapshot.linked.retain(|linked| Some(linked.other.id) != own);
    snapshot.open.sort_by_key(|proposal| proposal.id);
    Ok(snapshot)
}
