use crate::{
    associations,
    autonomy::{self, StoredGrant},
    chain::{self, Heads, StoredEntry},
    events, links, merges, proposals,
    query::{Batch, Query},
    questions::{self, Question},
    readiness::{self, BrokenChain},
    records::{self, StoredRecord},
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
    /// The first of the chains that is broken, if one is: no effect may follow then.
    pub broken: Option<BrokenChain>,
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

    /// Whether what is known of it is erased, or being erased.
    pub fn is_erased(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.erased_at.is_some())
    }

    /// The mail addresses of the record.
    pub fn addresses(&self) -> Vec<String> {
        let emails = self.claims.iter().filter(|claim| claim.kind == ClaimKind::Email);
        emails.map(|claim| claim.value.clone()).collect()
    }
}

/// Reads what is known of a record in one transaction; `asked` are the events about to be decided. Asked about a part of a record,
/// everything but `record` is that of the whole.
pub async fn snapshot(
    db: &impl Database,
    record: RecordId,
    asked: &[EventId],
) -> Result<RecordSnapshot, DatabaseError> {
    let mut batch = Batch::default();
    let own = batch.ask(records::select(record));
    let claims = batch.ask(records::select_claims(record));
    let shared = batch.ask(records::select_shared(record));
    let tasks = batch.ask(tasks::select_open(record));
    let open = batch.ask(proposals::select_open(record, asked));
    let tried = batch.ask(proposals::select_tried(record));
    let decided = batch.ask(events::select_decided(asked));
    let grants = batch.ask(autonomy::select());
    let members = batch.ask(records::select_members(record));
    let heads = batch.ask(Query::new(chain::select_heads(record), chain::read_heads));
    let broken = batch.ask(readiness::select(record));
    let recombined = batch.ask(merges::select_recombined(record));
    let questions = batch.ask(questions::select_about(record));
    let links = batch.ask(links::select(record));
    let about = batch.ask(associations::select_about(asked));
    let changed = batch.ask(timeline::select_changed(record));
    let answers = batch.run(db).await?;
    let mut snapshot = RecordSnapshot {
        record: answers.to(&own)?,
        claims: answers.to(&claims)?,
        shared: answers.to(&shared)?,
        tasks: answers.to(&tasks)?,
        open: answers.to(&open)?,
        tried: answers.to(&tried)?,
        decided: answers.to(&decided)?,
        grants: answers.to(&grants)?,
        members: answers.to(&members)?,
        heads: answers.to(&heads)?,
        broken: answers.to(&broken)?,
        recombined: answers.to(&recombined)?,
        questions: answers.to(&questions)?,
        linked: answers.to(&links)?.into_iter().map(Linked::from).collect(),
        about: answers.to(&about)?,
        changed: answers.to(&changed)?,
    };
    // What was merged into the record had to do with it before.
    let own = snapshot.members.first().copied();
    snapshot.linked.retain(|linked| Some(linked.other.id) != own);
    snapshot.open.sort_by_key(|proposal| proposal.id);
    Ok(snapshot)
}
