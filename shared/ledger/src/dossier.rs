use crate::{
    autonomy::{self, StoredGrant},
    chain::{self, ChainId, Head},
    events, proposals,
    records::{self, StoredRecord},
    rows::read_all,
    tasks,
};
use nerve_context::OpenTask;
use nerve_model::{Claim, ClaimKind, EventId, Proposal, RecordId};
use nerve_ports::{Database, DatabaseError};

/// Everything a decision about a record rests on besides its timeline, as of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// The record; `None` when there is no such record.
    pub record: Option<StoredRecord>,
    /// What is known to belong to it, strongest first.
    pub claims: Vec<Claim>,
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
    /// Where the record's chain ends.
    pub head: Head,
}

impl Dossier {
    /// The mail addresses of the record.
    pub fn addresses(&self) -> Vec<String> {
        let emails = self.claims.iter().filter(|claim| claim.kind == ClaimKind::Email);
        emails.map(|claim| claim.value.clone()).collect()
    }
}

/// Reads a record's dossier in one transaction; `asked` are the events about to be decided, at most 90.
pub async fn dossier(db: &impl Database, record: RecordId, asked: &[EventId]) -> Result<Dossier, DatabaseError> {
    let chain = ChainId::Record(record);
    let statements = vec![
        records::select(record),
        records::select_claims(record),
        tasks::select_open(record),
        proposals::select_open(record, asked),
        proposals::select_tried(record),
        events::select_decided(asked),
        autonomy::select(),
        chain::select_head(&chain),
    ];
    let mut answers = db.batch(statements).await?.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let mut dossier = Dossier {
        record: next().first().map(records::read).transpose()?,
        claims: records::read_claims(&next())?,
        tasks: tasks::read_open(&next())?,
        open: read_all(&next(), proposals::read)?,
        tried: read_all(&next(), proposals::read)?,
        decided: read_all(&next(), |row| row.parse("id"))?,
        grants: read_all(&next(), autonomy::read)?,
        head: chain::read_head(&next())?,
    };
    dossier.open.sort_by_key(|proposal| proposal.id);
    Ok(dossier)
}
