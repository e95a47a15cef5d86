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

/// The rows that a decision about a record rests on besides its timeline, as of one read.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordSnapshot {
    /// The record; `None` when there is no such record.
    pub record: Option<StoredRecord>,
    /// The claims of its members, strongest first.
    pub claims: Vec<Claim>,
    /// Its mail addresses and telephone numbers that other records own.
    pub shared: Vec<Claim>,
    /// The newest open tasks, oldest first.
    pub tasks: Vec<OpenTask>,
    /// The open proposals, oldest first. Of more than a hundred, those that the given events may make moot come first.
    pub open: Vec<Proposal>,
    /// The last closed proposals, newest first: at most ten among the last thirty.
    pub tried: Vec<Proposal>,
    /// The given events that were decided before: an interrupted decision is not repeated.
    pub decided: Vec<EventId>,
    /// The grants of autonomy.
    pub grants: Vec<StoredGrant>,
    /// The members of the record: the root first, then its parts.
    pub members: Vec<RecordId>,
    /// The heads of the members' chains.
    pub heads: Heads,
    /// The first broken chain; no effect may follow while there is one.
    pub broken: Option<BrokenChain>,
    /// The members whose merge or undoing the agent has not looked at yet.
    pub recombined: Vec<RecordId>,
    /// The questions about the members.
    pub questions: Vec<Question>,
    /// The linked records, with their stages.
    pub linked: Vec<Linked>,
    /// The further records that the given events are about.
    pub about: Vec<About>,
    /// The latest entries of people's changes since the last decision, oldest first, at most ten.
    pub changed: Vec<StoredEntry>,
}

impl RecordSnapshot {
    /// The open question about the record, whose events wait for the answer.
    pub fn waits_for(&self) -> Option<&Question> {
        let own = |question: &&Question| question.waits() && self.members.first() == Some(&question.record);
        self.questions.iter().find(own)
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

/// Reads the state of a record in one transaction; `asked` are the events to be decided. For a part, everything but
/// `record` is that of its root.
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
    // A part may have been linked to the record before the merge.
    let own = snapshot.members.first().copied();
    snapshot.linked.retain(|linked| Some(linked.other.id) != own);
    snapshot.open.sort_by_key(|proposal| proposal.id);
    Ok(snapshot)
}
